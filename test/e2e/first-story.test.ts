/**
 * The story of the README in a real browser: set up, point an unchanged @sentry/node program at the DSN, see the
 * error arrive without reloading, open it, read the source line, resolve it, throw again, see it regress.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launchChromium } from '../support/chromium.ts';
import { makeDataDir, ROOT, startServerProcess, type ServerProcess } from '../support/server-process.ts';

const run = promisify(execFile);
const executable = chromiumPath();
const dataDir = makeDataDir();

describe.skipIf(executable === null)('the first story', () => {
  let server: ServerProcess;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    server = await startServerProcess({ dataDir: dataDir.path });
    browser = await launchChromium(executable ?? '');
    page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    page.on('pageerror', (error) => problems.push(`pageerror: ${error.message}`));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(`console: ${message.text()}`);
    });
  });
  afterAll(async () => {
    await browser?.close();
    await server.end('SIGTERM');
    dataDir.remove();
  });

  const throwOne = (dsn: string) =>
    run(process.execPath, [join(ROOT, 'test/sdk/node/sentry-node.ts'), '@sentry/node', 'once'], {
      env: { ...process.env, SENTRY_DSN: dsn },
    });

  it('UI1 from the set-up link to a live regression', async () => {
    const link = /http:\/\/\S+\/setup\/[\w-]+/.exec(server.output())?.[0] ?? '';
    await page.goto(link.replace('localhost', '127.0.0.1'));
    await page.getByLabel('Your name').fill('Ada Admin');
    await page.getByLabel('E-mail').fill('ada@example.com');
    await page.getByLabel('Password').fill('correct horse battery');
    await page.getByLabel('Organization').fill('Acme');
    await page.getByRole('button', { name: /create/i }).click();

    await page.getByText(/waiting for the first event/i).waitFor();
    const dsn = /http:\/\/[0-9a-f]{32}@[^\s"'/]+\/\d+/.exec(await page.content())?.[0] ?? '';
    expect(dsn).not.toBe('');
    await throwOne(dsn.replace('localhost', '127.0.0.1'));

    // Without reloading: the page that waited now has the event.
    await page.getByText(/first event is here/i).waitFor({ timeout: 15_000 });
    await page
      .getByText(/CheckoutError: card declined/)
      .first()
      .waitFor();
    await page.getByRole('link', { name: /open the issue/i }).click();
    await page.getByRole('heading', { name: /CheckoutError/ }).waitFor();
    await page.getByText("throw new CheckoutError('card declined'").first().waitFor();
    await page.getByText('added item 7').first().waitFor();

    await page.getByRole('button', { name: 'Resolve', exact: true }).click();
    await page.getByText('Resolved', { exact: true }).first().waitFor();

    await throwOne(dsn.replace('localhost', '127.0.0.1'));
    await page
      .getByText(/regressed/i)
      .first()
      .waitFor({ timeout: 15_000 });
    await page.getByText('Unresolved', { exact: true }).first().waitFor();
    expect(problems).toEqual([]);
  });
});
