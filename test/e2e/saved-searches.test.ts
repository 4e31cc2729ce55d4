/** Saved searches in the issue list, and that another open page hears of them. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBrowserStage, type BrowserStage } from '../support/browser-stage.ts';
import { chromiumPath } from '../support/chromium.ts';
import { richError, sendEvent } from '../support/send-event.ts';
import { type FirstRun, type ServerProcess } from '../support/server-process.ts';
import { openPage, type WatchedPage } from '../support/signed-in-page.ts';

const executable = chromiumPath();
const LIST = '/projects/my-project/issues';

describe.skipIf(executable === null)('saved searches', () => {
  let stage: BrowserStage;
  let server: ServerProcess;
  let first: FirstRun;
  let browser: Browser;
  let pages: WatchedPage[];

  beforeAll(async () => {
    stage = await startBrowserStage();
    ({ server, first, browser } = stage);
    await sendEvent(server, first, richError('CheckoutError', 'no stock'));
    await sendEvent(server, first, richError('LoginError', 'no password'));
    // Contexts of their own: two people’s browsers, two connections.
    pages = [await openPage(browser, server, { as: first }), await openPage(browser, server, { as: first })];
  });
  afterAll(() => stage?.close());

  const menu = (page: Page) => page.getByRole('button', { name: 'Saved searches' });

  it('UI2 a search is saved by name, and another open page lists it without a reload', async () => {
    const [one, other] = pages.map(({ page }) => page);
    if (one === undefined || other === undefined) throw new Error('no pages');
    for (const page of [one, other]) {
      await page.goto(LIST);
      await page.getByRole('status', { name: 'Connection: Live' }).first().waitFor();
    }
    await menu(other).click();
    await other.getByRole('menuitem', { name: 'New today' }).waitFor();
    await other.keyboard.press('Escape');

    await one.getByRole('combobox', { name: 'Search issues' }).fill('is:unresolved stock');
    await one.getByRole('link', { name: /LoginError/ }).waitFor({ state: 'detached' });
    await menu(one).click();
    await one.getByRole('menuitem', { name: 'Save this search…' }).click();
    await one.getByRole('dialog').getByText('is:unresolved stock', { exact: true }).waitFor();
    await one.getByLabel('Name').fill('Checkout');
    await one.getByLabel('For everybody who sees this project').check();
    await one.getByRole('button', { name: 'Save', exact: true }).click();
    await one.getByRole('dialog').waitFor({ state: 'detached' });

    await menu(other).click();
    await other.getByRole('menuitem', { name: 'Checkout' }).click();
    await other.getByRole('link', { name: /LoginError/ }).waitFor({ state: 'detached' });
    await other.getByRole('link', { name: /CheckoutError/ }).waitFor();
    expect(new URL(other.url()).searchParams.get('q')).toBe('is:unresolved stock');
    // It is the one that is shown, so the menu is called like it and can delete it.
    await menu(other).getByText('Checkout').waitFor();
    await menu(other).click();
    await other.getByRole('menuitem', { name: /Delete/ }).click();
    await menu(one).click();
    await one.getByRole('menuitem', { name: 'Unresolved' }).waitFor();
    await one.getByRole('menuitem', { name: 'Checkout', exact: true }).waitFor({ state: 'detached' });
    expect(pages.flatMap((watched) => watched.problems())).toEqual([]);
  });
});
