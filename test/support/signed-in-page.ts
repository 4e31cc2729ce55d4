/** A page of Mesher in a real browser, signed in or not; what goes wrong in it is collected. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import type { FirstRun, ServerProcess } from './server-process.ts';

export interface WatchedPage {
  page: Page;
  context: BrowserContext;
  /** Uncaught errors and console errors since the last call. */
  problems(): string[];
}

interface Options {
  /** The account to be signed in as; null shows the page to a stranger. */
  as: Pick<FirstRun, 'cookie'> | null;
  width?: number;
  height?: number;
  colorScheme?: 'light' | 'dark';
}

export async function openPage(
  browser: Browser,
  server: Pick<ServerProcess, 'url'>,
  { as, width = 1280, height = 860, colorScheme = 'light' }: Options,
): Promise<WatchedPage> {
  const context = await browser.newContext({
    baseURL: server.url,
    viewport: { width, height },
    colorScheme,
    hasTouch: width < 600,
  });
  if (as !== null)
    await context.addCookies(
      as.cookie.split('; ').map((pair) => {
        const at = pair.indexOf('=');
        return { name: pair.slice(0, at), value: pair.slice(at + 1), url: server.url };
      }),
    );
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  let seen: string[] = [];
  page.on('pageerror', (error) => seen.push(`pageerror: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') seen.push(`console: ${message.text()}`);
  });
  return {
    page,
    context,
    problems() {
      const collected = seen;
      seen = [];
      return collected;
    },
  };
}
