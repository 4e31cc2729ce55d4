/** Somebody who triages: rows that wait while they work, ranges by keyboard, many at once, list and issue side by side. */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBrowserStage, type BrowserStage } from '../support/browser-stage.ts';
import { chromiumPath } from '../support/chromium.ts';
import { postEvents, richError, sendEvent } from '../support/send-event.ts';
import { getJson, until, type FirstRun, type ServerProcess } from '../support/server-process.ts';
import { openPage, type WatchedPage } from '../support/signed-in-page.ts';

const executable = chromiumPath();
const LIST = '/projects/my-project/issues';

describe.skipIf(executable === null)('triage', () => {
  let stage: BrowserStage;
  let server: ServerProcess;
  let first: FirstRun;
  let browser: Browser;
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    stage = await startBrowserStage({ env: { MESHER_RATE_LIMIT: '0' } });
    ({ server, first, browser } = stage);
    for (const name of ['Echo', 'Delta', 'Charlie', 'Bravo', 'Alpha']) await send(`${name}Error`);
    watched = await openPage(browser, server, { as: first, width: 1400 });
    ({ page } = watched);
  });
  afterAll(() => stage?.close());

  const send = (type: string, extra: Record<string, unknown> = {}) =>
    sendEvent(server, first, richError(type, 'at work', extra));
  const list = () => page.getByRole('list', { name: 'Issues' });
  const row = (title: RegExp): Locator =>
    list()
      .getByRole('listitem')
      .filter({ has: page.getByRole('link', { name: title }) });
  const titles = () =>
    list()
      .getByRole('link')
      .evaluateAll((links) => links.map((link) => link.getAttribute('aria-label')?.split('Error')[0]));
  const listed = (...expected: string[]) =>
    until(`the list ${expected.join()}`, async () => (await titles()).join() === expected.join());
  const toolbar = () => page.getByRole('toolbar', { name: 'Actions on selected issues' });
  /** The toast is there when the server has answered. */
  const undo = async (title: string) => {
    const toast = page.getByRole('status').filter({ hasText: title }).last();
    await toast.getByRole('button', { name: 'Undo' }).click();
  };
  const away = () => page.mouse.move(5, 700);

  it('UI24 new rows wait behind a button while the pointer is in the list, known ones go on counting', async () => {
    await page.goto(LIST);
    await listed('Alpha', 'Bravo', 'Charlie', 'Delta', 'Echo');
    await row(/Bravo/).hover();
    await send('FoxtrotError');
    await send('BravoError');
    await page.getByRole('button', { name: '1 new' }).waitFor();
    await row(/Bravo/).getByLabel('2 events', { exact: true }).waitFor();
    expect(await titles()).toEqual(['Alpha', 'Bravo', 'Charlie', 'Delta', 'Echo']);
    await page.getByRole('button', { name: '1 new' }).click();
    await listed('Bravo', 'Foxtrot', 'Alpha', 'Charlie', 'Delta', 'Echo');
    await page.getByRole('button', { name: '1 new' }).waitFor({ state: 'detached' });
    await row(/Bravo/).hover();
    await send('GolfError');
    await page.getByRole('button', { name: '1 new' }).waitFor();
    await away();
    await listed('Golf', 'Bravo', 'Foxtrot', 'Alpha', 'Charlie', 'Delta', 'Echo');
  });

  it('UI24 a range by the keyboard, assigned and given a priority, each undone from its toast', async () => {
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('Shift+J');
    await page.keyboard.press('Shift+J');
    await toolbar().getByText('3 selected').waitFor();
    await toolbar().getByRole('button', { name: 'Assign' }).click();
    await page.getByRole('menuitem', { name: 'Me', exact: true }).click();
    await list().getByLabel('assigned').nth(2).waitFor();
    await undo('Assigned 3 issues');
    await list().getByLabel('assigned').first().waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');

    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.keyboard.press('j');
    await page.keyboard.press('Shift+X');
    await toolbar().getByText('2 selected').waitFor();
    await toolbar().getByRole('button', { name: 'Priority' }).click();
    await page.getByRole('menuitem', { name: 'low' }).click();
    await list().getByText('low priority').nth(1).waitFor();
    await undo('Priority is low');
    await list().getByText('low priority').first().waitFor({ state: 'detached' });

    await page.keyboard.press('j');
    await page.keyboard.press('m');
    await list().getByLabel('assigned').first().waitFor();
    await page.keyboard.press('Escape');
    expect(watched.problems()).toEqual([]);
  });

  it('UI24 list and issue side by side, moved through with j and k; the URL keeps both', async () => {
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Split view' }).click();
    await page.getByText('No issue is open').waitFor();
    await away();
    const [one, two] = await titles();
    const open = page.getByRole('region', { name: 'Open issue' });
    await page.keyboard.press('j');
    await open.getByRole('heading', { level: 1, name: new RegExp(String(one)) }).waitFor();
    await page.keyboard.press('j');
    await open.getByRole('heading', { level: 1, name: new RegExp(String(two)) }).waitFor();
    await page.reload();
    await open.getByRole('heading', { level: 1, name: new RegExp(String(two)) }).waitFor();
    await row(/Echo/).getByRole('link').click();
    await open.getByRole('heading', { level: 1, name: /Echo/ }).waitFor();
    await open.getByRole('button', { name: 'Resolve', exact: true }).click();
    await row(/Echo/).waitFor({ state: 'detached' });
    await open.getByTestId('issue-status').getByText('Resolved').waitFor();
    await undo('Resolved 1 issue');
    await row(/Echo/).waitFor();
    await page.getByRole('button', { name: 'Split view' }).click();
    await open.waitFor({ state: 'detached' });
    expect(watched.problems()).toEqual([]);
  });

  it('UI24 all that match, loaded or not', async () => {
    const many = Array.from({ length: 150 }, (_, n) => ({
      message: `many ${n}`,
      fingerprint: [`many-${n}`],
      level: 'warning',
    }));
    await postEvents(server, first, many);
    await until('150 issues', async () => {
      const project = await getJson<{ unresolved: number }>(server, first.cookie, '/projects/my-project');
      return project.unresolved >= 150;
    });
    await page.goto(`${LIST}?q=is%3Aunresolved%20level%3Awarning`);
    await list().getByRole('link').first().waitFor();
    await page.getByRole('checkbox', { name: 'Select all that are loaded' }).click();
    await toolbar().getByRole('button', { name: 'Select all that match' }).click();
    await toolbar().getByText('All that match').waitFor();
    await toolbar().getByRole('button', { name: 'Archive' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Archive' }).click();
    await page.getByText('Archived 150 issues').waitFor();
    await page.getByText('No issue matches').waitFor();
    expect(watched.problems()).toEqual([]);
  });
});
