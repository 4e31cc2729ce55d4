/** The issue list and the issue page, as somebody who triages errors uses them. */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBrowserStage, type BrowserStage } from '../support/browser-stage.ts';
import { chromiumPath } from '../support/chromium.ts';
import { postEvent, richError, sendEvent } from '../support/send-event.ts';
import { until, type FirstRun, type ServerProcess } from '../support/server-process.ts';
import { openPage, type WatchedPage } from '../support/signed-in-page.ts';

const executable = chromiumPath();
const LIST = '/projects/my-project/issues';

describe.skipIf(executable === null)('issues', () => {
  let stage: BrowserStage;
  let server: ServerProcess;
  let first: FirstRun;
  let browser: Browser;
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    stage = await startBrowserStage();
    ({ server, first, browser } = stage);
    watched = await openPage(browser, server, { as: first });
    ({ page } = watched);
  });
  afterAll(() => stage?.close());

  const send = (type: string, value: string, extra: Record<string, unknown> = {}) =>
    sendEvent(server, first, richError(type, value, extra));
  const row = (title: string | RegExp): Locator =>
    page.getByRole('listitem').filter({ has: page.getByRole('link', { name: title }) });
  const titles = () =>
    page
      .getByRole('list', { name: 'Issues' })
      .getByRole('link')
      .evaluateAll((links) => links.map((link) => link.getAttribute('aria-label')));
  /** The number on the sidebar follows the stream; the row of one's own change goes at once. */
  const unresolvedIs = (count: string) =>
    until(
      `${count} unresolved`,
      async () => (await page.getByTestId('unresolved-count').textContent()) === count,
    );
  /** The pointer over the list holds its order. */
  const pointerAway = () => page.mouse.move(5, 700);

  it('UI2 an empty list says so, and the first error slides in without a reload', async () => {
    await page.goto(LIST);
    await page.getByText('No unresolved issues').waitFor();
    await page.getByRole('status', { name: 'Connection: Live' }).first().waitFor();
    await page.evaluate(() => Object.assign(globalThis, { notReloaded: true }));
    await send('AlphaError', 'first of all');
    await row('AlphaError: first of all').waitFor();
    await unresolvedIs('1');
    await page.getByText('1 unresolved', { exact: true }).waitFor();
    expect(await page.title()).toMatch(/^\(1\) /);
    expect(await page.evaluate<boolean>('notReloaded')).toBe(true);
  });

  it('UI2 counts of a shown issue grow live, and the newest goes on top', async () => {
    await send('BetaError', 'the second');
    await row(/BetaError/).waitFor();
    await send('AlphaError', 'first of all');
    await row(/AlphaError/)
      .getByLabel('2 events', { exact: true })
      .waitFor();
    await until('Alpha on top', async () => (await titles())[0] === 'AlphaError: first of all');
  });

  it('UI3 e resolves what the cursor is on, and Undo brings it back', async () => {
    await pointerAway();
    await page.keyboard.press('j');
    await page.keyboard.press('e');
    await row(/AlphaError/).waitFor({ state: 'detached' });
    await unresolvedIs('1');
    await page.getByText('Resolved 1 issue').waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await row(/AlphaError/).waitFor();
    await unresolvedIs('2');
    await page.keyboard.press('Escape');
  });

  it('UI3 ? shows the shortcuts, / goes to the search', async () => {
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('/');
    expect(await page.evaluate<string>(`document.activeElement.getAttribute('aria-label')`)).toBe(
      'Search issues',
    );
    await page.keyboard.press('Escape');
  });

  it('UI2 what somebody else resolves leaves the list', async () => {
    const other = await openPage(browser, server, { as: first });
    await other.page.goto(LIST);
    await other.page.getByRole('link', { name: /BetaError/ }).click();
    await other.page.getByRole('button', { name: 'Resolve', exact: true }).click();
    await row(/BetaError/).waitFor({ state: 'detached' });
    expect(await titles()).toEqual(['AlphaError: first of all']);
    expect(other.problems()).toEqual([]);
    await other.context.close();
  });

  it('UI4 filters by status and level, searches, and sorts; the URL keeps it', async () => {
    await pointerAway();
    await send('GammaWarning', 'nearly full', { level: 'warning', environment: 'staging' });
    await send('GammaWarning', 'nearly full', { level: 'warning', environment: 'staging' });
    await send('GammaWarning', 'nearly full', { level: 'warning', environment: 'staging' });
    await row(/GammaWarning/).waitFor();

    const choose = async (label: string, value: string) => {
      await page.getByRole('button', { name: new RegExp(`^${label}: `) }).click();
      await page.getByRole('menuitemradio', { name: value, exact: true }).click();
    };
    await choose('Status', 'Resolved');
    await row(/BetaError/).waitFor();
    expect(await titles()).toEqual(['BetaError: the second']);
    await choose('Status', 'All');
    await row(/AlphaError/).waitFor();
    expect(await titles()).toHaveLength(3);

    await choose('Level', 'warning');
    await row(/AlphaError/).waitFor({ state: 'detached' });
    await row(/GammaWarning/).waitFor();
    expect(await titles()).toEqual(['GammaWarning: nearly full']);
    await choose('Level', 'Any');

    await page.getByRole('combobox', { name: 'Search issues' }).fill('second');
    await row(/AlphaError/).waitFor({ state: 'detached' });
    await row(/BetaError/).waitFor();
    expect(await titles()).toEqual(['BetaError: the second']);
    await page.reload();
    await row(/BetaError/).waitFor();
    expect(await titles()).toEqual(['BetaError: the second']);
    await page.getByRole('combobox', { name: 'Search issues' }).fill('nothing is called this');
    await page.getByText('No issue matches').waitFor();
    await page.getByRole('button', { name: 'Clear the search' }).click();
    await row(/AlphaError/).waitFor();
    await choose('Status', 'All');
    await row(/BetaError/).waitFor();

    await choose('Sort', 'Events');
    await until(
      'the order by events',
      async () =>
        (await titles()).map((title) => title?.split(':')[0]).join() === 'GammaWarning,AlphaError,BetaError',
    );
    expect(watched.problems()).toEqual([]);
  });

  it('UI4 ticked rows are changed together, with shift for a range', async () => {
    await page.goto(LIST);
    await send('BulkError0', 'b');
    await send('BulkError1', 'b');
    await send('BulkError2', 'b');
    await row(/BulkError2/).waitFor();
    await page.getByRole('checkbox', { name: /BulkError0/ }).click();
    await page.getByRole('checkbox', { name: /BulkError2/ }).click({ modifiers: ['Shift'] });
    await page.getByText('3 selected').waitFor();
    await page
      .getByRole('toolbar', { name: 'Actions on selected issues' })
      .getByRole('button', { name: 'Archive' })
      .click();
    await row(/BulkError/)
      .first()
      .waitFor({ state: 'detached' });
    await page.getByText('Archived 3 issues').waitFor();
    await page.goto(`${LIST}?status=archived`);
    await row(/BulkError0/).waitFor();
    expect(await titles()).toHaveLength(3);
  });

  it('UI5 the issue page shows stack, source, variables, breadcrumbs, tags and the raw event', async () => {
    await page.goto(LIST);
    await page.getByRole('link', { name: /AlphaError/ }).click();
    await page.getByRole('heading', { name: 'AlphaError: first of all' }).waitFor();
    expect(await page.locator('[aria-current="true"]').textContent()).toContain(
      'throw new AlphaError(answer.reason);',
    );
    await page.getByText('chargeAlphaError').first().waitFor();
    await page.getByText('currency').first().waitFor();
    await page.getByText('added item 7').waitFor();
    await page.getByRole('list', { name: 'Tags' }).getByText('eu-1').waitFor();
    await page.getByText('customer@example.com').first().waitFor();

    await page.getByText('1 frame of libraries hidden').waitFor();
    await page.getByRole('button', { name: 'All frames' }).click();
    await page.getByText('node_modules/express/router.js').waitFor();
    const frames = page
      .getByRole('list', { name: 'Stack frames' })
      .getByRole('listitem')
      .filter({ hasText: ' in ' });
    expect(await frames.first().textContent()).toContain('chargeAlphaError');
    await page.getByRole('button', { name: 'Newest first' }).click();
    expect(await frames.first().textContent()).toContain('dispatch');

    await page.getByRole('button', { name: 'Show JSON' }).click();
    await page.getByText('"breadcrumbs":').waitFor();
    expect(watched.problems()).toEqual([]);
  });

  it('UI5 older and newer events, and a new one arrives while reading', async () => {
    await page.goto(LIST);
    await page.getByRole('link', { name: /AlphaError/ }).click();
    const older = page.getByRole('link', { name: 'Older' });
    const newer = page.getByRole('link', { name: 'Newer' });
    await page.getByText('Latest event').waitFor();
    expect(await newer.getAttribute('aria-disabled')).toBe('true');
    await older.click();
    await until('the oldest event', async () => (await older.getAttribute('aria-disabled')) === 'true');
    await newer.click();
    await page.getByText('Latest event').waitFor();

    const id = await send('AlphaError', 'first of all', { release: 'shop@2.0.0' });
    await until('the count', async () => (await page.getByTestId('event-count').textContent()) === '3');
    // The page does not change under the reader, but knows that there is a newer one.
    await until('a newer event', async () => (await newer.getAttribute('aria-disabled')) === null);
    await page.getByRole('link', { name: 'Latest' }).click();
    await page.getByText(id.slice(0, 8)).first().waitFor();
    await page.getByText('shop@2.0.0').first().waitFor();
    expect(watched.problems()).toEqual([]);
  });

  it('UI5 assigning to me shows on the page and in the list', async () => {
    await page.getByRole('button', { name: 'Assignee: Nobody' }).click();
    await page.getByRole('menuitem', { name: 'Me' }).click();
    await page.getByRole('button', { name: 'Assignee: you' }).waitFor();
    await page.getByRole('list', { name: 'Activity' }).getByText('assigned it to you').waitFor();
    await page.goto(LIST);
    await row(/AlphaError/)
      .getByLabel('assigned')
      .waitFor();
  });

  it('UI5 discard asks first, deletes, and refuses events like it', async () => {
    await send('DoomedError', 'never again');
    await page.goto(LIST);
    await page.getByRole('link', { name: /DoomedError/ }).click();
    const discard = async () => {
      await page.getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name: 'Delete and discard…' }).click();
      await page.getByRole('alertdialog').waitFor();
    };
    await discard();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await page.getByRole('heading', { name: 'DoomedError: never again' }).waitFor();
    await discard();
    await page.getByRole('button', { name: 'Discard', exact: true }).click();
    await page.waitForURL(/\/issues(\?|$)/);
    await page.getByText('Discarded 1 issue').waitFor();
    await row(/AlphaError/).waitFor();
    expect(await titles()).not.toContain('DoomedError: never again');

    // What is discarded is taken and dropped: an SDK must not try again.
    expect((await postEvent(server, first, richError('DoomedError', 'never again'))).status).toBe(200);
    await pointerAway();
    await send('LaterError', 'after it');
    await row(/LaterError/).waitFor();
    expect(await titles()).not.toContain('DoomedError: never again');
    expect(watched.problems()).toEqual([]);
  });

  it('UI6 a project that does not exist, and an issue that does not, are explained', async () => {
    await page.goto('/projects/my-project/issues/999999');
    await page.getByRole('alert').waitFor();
    await page.goto('/projects/nowhere/issues');
    await page.getByRole('heading').first().waitFor();
    expect(await page.getByRole('main').textContent()).toMatch(/not|no /i);
    // The browser itself reports the 404 of the issue.
    expect(watched.problems().filter((problem) => !problem.includes('404'))).toEqual([]);
  });
});
