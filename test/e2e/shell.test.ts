/** The frame around every page: palette, keyboard, switcher, connection, what is shown when there is nothing to show. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeProblems } from '../support/axe.ts';
import { startBrowserStage, type BrowserStage } from '../support/browser-stage.ts';
import { chromiumPath } from '../support/chromium.ts';
import { richError, sendEvent } from '../support/send-event.ts';
import { getJson, sendJson, until, type FirstRun, type ServerProcess } from '../support/server-process.ts';
import { openPage } from '../support/signed-in-page.ts';

const executable = chromiumPath();
const ISSUES = '/projects/my-project/issues';

describe.skipIf(executable === null)('the shell', () => {
  let stage: BrowserStage;
  let server: ServerProcess;
  let first: FirstRun;
  let browser: Browser;

  beforeAll(async () => {
    stage = await startBrowserStage();
    ({ server, first, browser } = stage);
    for (const name of ['Billing', 'Warehouse'])
      await sendJson(server, first.cookie, '/projects', { name, platform: 'node' });
    await sendEvent(server, first, richError('AlphaError', 'the first one'));
    await sendEvent(server, first, richError('BetaError', 'another "quoted" one'));
  });
  afterAll(() => stage?.close());

  async function withPage(
    options: Omit<Parameters<typeof openPage>[2], 'as'>,
    run: (page: Page) => Promise<void>,
    expected?: RegExp,
  ): Promise<void> {
    const { page, context, problems } = await openPage(browser, server, { as: first, ...options });
    await page.goto(ISSUES);
    await page.getByRole('link', { name: /AlphaError/ }).waitFor();
    await run(page);
    expect(problems().filter((problem) => !expected?.test(problem))).toEqual([]);
    await context.close();
  }
  const focused = (page: Page) =>
    page.evaluate<string>(
      `document.activeElement?.id || document.activeElement?.getAttribute('aria-label') || document.activeElement?.tagName`,
    );
  const openPalette = async (page: Page) => {
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog', { name: 'Commands and search' }).waitFor();
  };
  const options = (page: Page) =>
    page.getByRole('option').evaluateAll((found) => found.map((one) => one.textContent));

  it('UI15 Ctrl-K, a few letters and Enter go to a page; its content has the focus', async () => {
    await withPage({}, async (page) => {
      await openPalette(page);
      await page.keyboard.type('set');
      await until('Settings first', async () => (await options(page))[0]?.startsWith('Settings'));
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: 'Settings' }).waitFor();
      await until('focus in the page', async () => (await focused(page)) === 'main');
    });
  });

  it('UI15 the arrows move through what was found, Escape closes it and gives the focus back', async () => {
    await withPage({}, async (page) => {
      await page.getByRole('combobox', { name: 'Search issues' }).focus();
      await openPalette(page);
      const selected = () => page.getByRole('option', { selected: true }).textContent();
      const before = await selected();
      await page.keyboard.press('ArrowDown');
      await until('the next one', async () => (await selected()) !== before);
      await page.keyboard.press('ArrowUp');
      expect(await selected()).toBe(before);
      expect(await axeProblems(page)).toEqual([]);
      await page.keyboard.press('Escape');
      await until('focus back', async () => (await focused(page)) === 'Search issues');
    });
  });

  it('UI15 an issue is found by its words, whatever signs they have, and by its id', async () => {
    await withPage({}, async (page) => {
      const { items } = await getJson<{ items: { id: string; title: string }[] }>(
        server,
        first.cookie,
        ISSUES,
      );
      const alpha = items.find(({ title }) => title.includes('Alpha'));
      await openPalette(page);
      await page.keyboard.type('quoted');
      await page.getByRole('option', { name: /BetaError/ }).click();
      await page.getByRole('heading', { name: /BetaError/, level: 1 }).waitFor();
      await openPalette(page);
      await page.keyboard.type(`#${alpha?.id}`);
      await page.getByRole('option', { name: /AlphaError/ }).waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: /AlphaError/ }).waitFor();
      await openPalette(page);
      await page.keyboard.type('no such thing ):"');
      await page.getByText('Nothing found.').waitFor();
    });
  });

  it('UI15 on an issue the palette resolves it; the theme, a test event and the sign-out are there too', async () => {
    await withPage({}, async (page) => {
      await page.getByRole('link', { name: /BetaError/ }).click();
      await page.getByRole('heading', { name: /BetaError/, level: 1 }).waitFor();
      await openPalette(page);
      await page.keyboard.type('resolve');
      await page.keyboard.press('Enter');
      await page.getByText('Resolved', { exact: true }).first().waitFor();

      await openPalette(page);
      await page.keyboard.type('dark');
      await page.keyboard.press('Enter');
      await until('dark', () => page.evaluate<boolean>(`document.documentElement.dataset.theme === 'dark'`));

      await openPalette(page);
      await page.keyboard.type('test event');
      await page.keyboard.press('Enter');
      await page.getByText('Sent a test event to My project').waitFor();
      await openPalette(page);
      await page.keyboard.type('sign out');
      await page.getByRole('option', { name: 'Sign out' }).waitFor();
    });
  });

  it('UI16 g and a letter go to a page, ? shows every key', async () => {
    await withPage({}, async (page) => {
      await page.keyboard.press('g');
      await page.keyboard.press('l');
      await page.getByRole('heading', { name: 'Live', exact: true }).waitFor();
      await page.keyboard.press('g');
      await page.keyboard.press('i');
      await page.getByRole('heading', { name: 'Issues', exact: true }).waitFor();
      await page.keyboard.press('?');
      const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
      await dialog.getByText('go to Live').waitFor();
      expect(await axeProblems(page)).toEqual([]);
      await page.keyboard.press('g');
      await page.keyboard.press('l');
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
      // In a dialog and in a search they are letters.
      await page.keyboard.press('/');
      await page.keyboard.type('gl');
      await page.getByRole('heading', { name: 'Issues', exact: true }).waitFor();
    });
  });

  it('UI16 the first Tab reaches the content past the navigation', async () => {
    await withPage({}, async (page) => {
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      expect(await focused(page)).toBe('main');
    });
  });

  it('UI17 another project is found by typing, and shows the same page', async () => {
    await withPage({}, async (page) => {
      await page.getByRole('link', { name: 'Live', exact: true }).click();
      await page.getByRole('button', { name: 'Project: My project' }).first().click();
      await page.getByRole('combobox', { name: 'Projects' }).fill('ware');
      await page.getByRole('option', { name: 'Warehouse' }).waitFor();
      expect(await axeProblems(page)).toEqual([]);
      await page.keyboard.press('Enter');
      await page.waitForURL('**/projects/warehouse/live');
      await page.getByRole('button', { name: 'Project: Warehouse' }).first().click();
      await page.getByRole('option', { name: 'Create project' }).click();
      await page.getByRole('dialog', { name: 'Create project' }).waitFor();
    });
  });

  it('UI18 the connection says how far the server is, and on focus what its state means', async () => {
    await withPage({}, async (page) => {
      await page.getByTestId('latency').first().waitFor();
      expect(await page.getByTestId('latency').first().textContent()).toMatch(/^(< )?\d+ ms$/);
      await page.getByRole('status', { name: 'Connection: Live' }).first().focus();
      const tip = page.getByRole('tooltip').filter({ hasText: 'Changes arrive as they happen' }).first();
      await tip.waitFor({ state: 'visible' });
      await page.keyboard.press('Escape');
      await tip.waitFor({ state: 'hidden' });
    });
  });

  it('UI18 without a network the page says that what it shows may be old, until it is back', async () => {
    await withPage(
      {},
      async (page) => {
        await page.getByRole('status', { name: 'Connection: Live' }).first().waitFor();
        const blocked = '**/api/v1/issues/**';
        await page.route(blocked, (route) => route.abort());
        await page.getByRole('link', { name: /AlphaError/ }).click();
        await page
          .getByRole('heading', { name: 'The server cannot be reached.' })
          .waitFor({ timeout: 30_000 });
        await page.unroute(blocked);
        await page.getByRole('button', { name: 'Retry' }).click();
        await page.getByRole('heading', { name: 'AlphaError: the first one' }).waitFor();
      },
      /ERR_FAILED/,
    );
  });

  it('UI11 at 360 pixels the drawer has all pages, and nothing is wider than the screen', async () => {
    await withPage({ width: 360, height: 740 }, async (page) => {
      expect(
        await page.evaluate<number>(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        ),
      ).toBe(0);
      await page.getByRole('button', { name: 'More' }).click();
      const drawer = page.getByRole('dialog');
      await drawer.getByRole('link', { name: 'Members' }).waitFor();
      expect(await axeProblems(page)).toEqual([]);
      await drawer.getByRole('link', { name: 'Members' }).click();
      await page.getByText('admin@example.com').first().waitFor();
      await drawer.waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Search' }).click();
      await page.getByRole('combobox', { name: 'Commands and search' }).fill('live');
      await page.getByRole('option', { name: 'Live' }).first().click();
      await page.getByRole('heading', { name: 'Live', exact: true }).waitFor();
    });
  });
});
