/** What the browser tests of a file run in: a server with a database of its own, its first account, and Chromium. */
import type { Browser } from 'playwright-core';
import { chromiumPath, launchChromium } from './chromium.ts';
import {
  makeDataDir,
  redeemSetup,
  startServerProcess,
  type FirstRun,
  type ServerProcess,
} from './server-process.ts';

export interface BrowserStage {
  server: ServerProcess;
  first: FirstRun;
  browser: Browser;
  close(): Promise<void>;
}

export async function startBrowserStage(
  o: { env?: Record<string, string>; account?: Parameters<typeof redeemSetup>[1] } = {},
): Promise<BrowserStage> {
  const dataDir = makeDataDir();
  const server = await startServerProcess({ dataDir: dataDir.path, env: o.env ?? {} });
  const first = await redeemSetup(server, o.account);
  const browser = await launchChromium(chromiumPath() ?? '');
  return {
    server,
    first,
    browser,
    async close() {
      await browser.close();
      await server.end('SIGTERM');
      dataDir.remove();
    },
  };
}
