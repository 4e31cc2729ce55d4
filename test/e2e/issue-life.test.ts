/** The life of an issue on its page: states with an end, priority, comments, merging, taking apart, deleting. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBrowserStage, type BrowserStage } from '../support/browser-stage.ts';
import { chromiumPath } from '../support/chromium.ts';
import { sendEvent } from '../support/send-event.ts';
import { type FirstRun, type ServerProcess } from '../support/server-process.ts';
import { openPage, type WatchedPage } from '../support/signed-in-page.ts';

const executable = chromiumPath();
const LIST = '/projects/my-project/issues';

describe.skipIf(executable === null)('the life of an issue', () => {
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

  /** One issue for each `from`; the title differs in a number only. */
  const send = (type: string, from: string, number: number) =>
    sendEvent(server, first, {
      level: 'error',
      exception: {
        values: [
          {
            type,
            value: `job ${number} timed out`,
            stacktrace: {
              frames: ['main', from, 'work', 'wait'].map((fn) => ({
                module: `app.${fn}`,
                function: fn,
                in_app: true,
              })),
            },
          },
        ],
      },
    });
  const open = async (title: RegExp) => {
    await page.goto(LIST);
    await page.getByRole('link', { name: title }).first().click();
    await page.getByRole('heading', { level: 1, name: title }).waitFor();
  };
  const choose = async (menu: string, item: string) => {
    await page.getByRole('button', { name: menu, exact: true }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  const more = (item: string) => choose('More actions', item);
  const activity = (text: string) =>
    page.getByRole('list', { name: 'Activity' }).getByText(text).first().waitFor();
  const status = (text: string) =>
    page.getByRole('banner').or(page.locator('header')).getByText(text).first().waitFor();

  it('UI12 archived until something happens, reopened, resolved in the next release', async () => {
    await send('StateError', 'a', 1);
    await open(/StateError/);
    await choose('Archive how', 'Until 10 more events');
    await status('until it has 11 events');
    await activity('archived this issue');
    await page.getByRole('button', { name: 'Unresolve' }).click();
    await activity('reopened this issue');
    // Undone, it ends as it would have ended.
    await page.getByRole('button', { name: 'Undo' }).last().click();
    await status('until it has 11 events');
    await page.getByRole('button', { name: 'Unresolve' }).click();
    await choose('Resolve how', 'In the next release');
    await activity('resolved this issue');
    await page.getByRole('button', { name: 'Undo' }).last().click();
    await page.getByRole('button', { name: 'Resolve', exact: true }).waitFor();
  });

  it('UI12 a priority a person sets, undone from the toast', async () => {
    await open(/StateError/);
    await page.getByRole('button', { name: 'Priority: medium' }).click();
    await page.getByRole('menuitemradio', { name: 'low' }).click();
    await page.getByText('Priority is low').waitFor();
    await page.locator('header').getByText('low', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Undo' }).last().click();
    await page.locator('header').getByText('medium', { exact: true }).waitFor();
  });

  it('UI12 assigned to me, undone from the toast', async () => {
    await open(/StateError/);
    await choose('Assignee: Nobody', 'Me');
    await page.getByRole('button', { name: 'Assignee: you' }).waitFor();
    await page.getByText('Assigned 1 issue').waitFor();
    await page.getByRole('button', { name: 'Undo' }).last().click();
    await page.getByRole('button', { name: 'Assignee: Nobody' }).waitFor();
  });

  it('UI12 a comment is shown to everybody at once', async () => {
    await open(/StateError/);
    const other = await openPage(browser, server, { as: first });
    await other.page.goto(page.url());
    await page.getByRole('textbox', { name: 'Comment' }).fill('seen on <b>staging</b>');
    await page.getByRole('button', { name: 'Send' }).click();
    await activity('seen on <b>staging</b>');
    await other.page.getByRole('list', { name: 'Activity' }).getByText('seen on <b>staging</b>').waitFor();
    expect(other.problems()).toEqual([]);
    await other.context.close();
  });

  it('UI13 perhaps the same: merged with one click, undone, merged and taken apart by hash', async () => {
    await send('TwinError', 'left', 1);
    await send('TwinError', 'right', 2);
    await send('TwinError', 'right', 2);
    await open(/TwinError: job 1/);
    const own = page.url();
    const similar = page.getByRole('list', { name: 'Perhaps the same' });
    await similar.getByText('3 of 4 frames shared').waitFor();
    const twin = new URL((await similar.getByRole('link').getAttribute('href')) ?? '', own).href;
    const events = (count: string) =>
      page.getByTestId('event-count').getByText(count, { exact: true }).waitFor();
    await similar.getByRole('button', { name: 'Merge into this' }).click();
    await events('3');
    await similar.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).last().click();
    await events('1');
    await similar.getByText('2 events').waitFor();

    await similar.getByRole('button', { name: 'Merge into this' }).click();
    await events('3');
    // The link of what is no more.
    await page.goto(twin);
    await page.waitForURL(own);
    await page.getByRole('button', { name: 'Explain' }).click();
    const hashes = page.getByRole('list', { name: 'Hashes' });
    await hashes.getByText('of the latest event').waitFor();
    await page.getByText('timed out').first().waitFor();
    const latest = hashes.getByRole('listitem').filter({ hasText: 'of the latest event' });
    await latest.getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Move to a new issue' }).click();
    await page.waitForURL(twin);
    await events('2');
    await page.getByRole('button', { name: 'Undo' }).last().click();
    await page.waitForURL(own);
    await events('3');
    await page.getByRole('button', { name: 'Explain' }).click();
    await latest.getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Move to a new issue' }).click();
    await page.waitForURL(twin);

    await page.goto(own);
    await similar.getByRole('button', { name: 'Not the same' }).click();
    await similar.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Undo' }).last().click();
    await similar.getByText('2 events').waitFor();
    await similar.getByRole('button', { name: 'Not the same' }).click();
    await similar.waitFor({ state: 'detached' });
    await page.reload();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await activity('merged issues into this one');
    await activity('said that a similar issue is not the same');
    expect(await similar.count()).toBe(0);
  });

  it('UI12 delete asks first; the next event makes the issue anew', async () => {
    await send('DeletedError', 'a', 1);
    await open(/DeletedError/);
    await more('Delete…');
    await page.getByRole('alertdialog', { name: 'Delete this issue?' }).waitFor();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByText('Deleted 1 issue').waitFor();
    await page
      .getByRole('link', { name: /StateError/ })
      .first()
      .waitFor();
    expect(await page.getByRole('link', { name: /DeletedError/ }).count()).toBe(0);
    await page.mouse.move(5, 700);
    await send('DeletedError', 'a', 1);
    await page
      .getByRole('link', { name: /DeletedError/ })
      .first()
      .waitFor();
    expect(watched.problems()).toEqual([]);
  });
});
