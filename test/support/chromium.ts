/** Debian's Chromium under playwright-core, with the background traffic switched off. */
import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const CANDIDATES = [process.env.CHROMIUM_PATH, '/usr/bin/chromium', '/usr/bin/google-chrome'].filter(
  (path) => path !== undefined,
);

/** null where there is no Chromium; says so once. */
export function chromiumPath(): string | null {
  const path = CANDIDATES.find((candidate) => existsSync(candidate)) ?? null;
  if (path === null)
    console.warn('NOTICE: skipped, no Chromium (install the package chromium, or set CHROMIUM_PATH)');
  return path;
}

export async function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
