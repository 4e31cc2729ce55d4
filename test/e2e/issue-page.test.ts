/** Somebody who works on one issue: who and how urgent, when it ends, where it happens, which event, and what it is the same as. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBrowserStage, type BrowserStage } from '../support/browser-stage.ts';
import { chromiumPath } from '../support/chromium.ts';
import { richError, sendEvent } from '../support/send-event.ts';
import { until, type FirstRun, type ServerProcess } from '../support/server-process.ts';
import { openPage, type WatchedPage } from '../support/signed-in-page.ts';

const executable = chromiumPath();
const LIST = '/projects/my-project/issues';

describe.skipIf(executable === null)('the issue page', () => {
  let stage: BrowserStage;
  let server: ServerProcess;
  let first: FirstRun;
  let browser: Browser;
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    stage = await startBrowserStage();
    ({ server, first, browser } = stage);
    await send('WorkError', { tags: { region: 'eu-1' }, user: { id: '1' } });
    await send('WorkError', { tags: { region: 'eu-1' }, user: { id: '2' }, release: 'shop@1.5.0' });
    await send('WorkError', { tags: { region: 'us-1' }, user: { id: '2' }, release: 'shop@1.5.0' });
    await send('OtherError', { tags: { region: 'us-1' } });
    watched = await openPage(browser, server, { as: first });
    ({ page } = watched);
    await page.goto(LIST);
    await page.getByRole('link', { name: /WorkError/ }).click();
    await heading(/WorkError/);
  });
  afterAll(() => stage?.close());

  const send = (type: string, extra: Record<string, unknown> = {}) =>
    sendEvent(server, first, richError(type, 'of one issue', extra));
  const heading = (name: RegExp) => page.getByRole('heading', { level: 1, name }).waitFor();
  const choose = async (menu: string, item: string) => {
    await page.getByRole('button', { name: menu, exact: true }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  /** The toast is there when the server has answered. */
  const undo = async (title: string) => {
    const toast = page.getByRole('status').filter({ hasText: title }).last();
    await toast.getByRole('button', { name: 'Undo' }).click();
  };
  const header = (text: string) => page.locator('header').getByText(text).first().waitFor();

  it('UI26 events, users, when and in which releases', async () => {
    expect(await page.getByTestId('event-count').textContent()).toBe('3');
    await until('2 users', async () => (await page.getByTestId('user-count').textContent()) === '2');
    await page.locator('dl').getByText('shop@1.4.0').first().waitFor();
    await page.locator('dl').getByText('shop@1.5.0').first().waitFor();
  });

  it('UI26 resolved in a release, archived until a date, back again; each from the keyboard', async () => {
    await page.getByRole('button', { name: 'Resolve how' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'In shop@1.5.0, the last one seen' }).waitFor();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByLabel('Release').fill('shop@2.0.0');
    await page.keyboard.press('Enter');
    await header('as of release shop@2.0.0');
    await page.getByRole('button', { name: 'Unresolve' }).click();
    await header('Unresolved');
    await choose('Archive how', 'Until something else…');
    await page.getByLabel('so many more users').check();
    await page.getByLabel('Users', { exact: true }).fill('7');
    await page.getByRole('dialog').getByRole('button', { name: 'Archive' }).click();
    await header('until 9 users have met it');
    await page.getByRole('list', { name: 'Activity' }).getByText('until 7 more users').waitFor();
    await page.getByRole('button', { name: 'Unresolve' }).click();
    await header('Unresolved');
    expect(watched.problems()).toEqual([]);
  });

  it('UI26 assigned and given a priority, each undone from its toast', async () => {
    await choose('Assignee: Nobody', 'Me');
    await page.getByRole('button', { name: 'Assignee: you' }).waitFor();
    await undo('Assigned 1 issue');
    await page.getByRole('button', { name: 'Assignee: Nobody' }).waitFor();
    await page.getByRole('button', { name: 'Priority: high' }).click();
    await page.getByRole('menuitemradio', { name: 'low' }).click();
    await page.getByRole('button', { name: 'Priority: low' }).waitFor();
    await undo('Priority is low');
    await page.getByRole('button', { name: 'Priority: high' }).waitFor();
  });

  it('UI26 tags as shares; a value leads to the issues that have it', async () => {
    const region = page.getByRole('list', { name: 'Values of region' });
    await region.getByRole('link', { name: /eu-1/ }).getByText('67%').waitFor();
    await region.getByRole('link', { name: /us-1/ }).getByText('33%').waitFor();
    await region.getByRole('link', { name: /us-1/ }).click();
    await page.getByRole('combobox', { name: 'Search issues' }).waitFor();
    expect(await page.getByRole('combobox', { name: 'Search issues' }).inputValue()).toBe(
      'is:unresolved region:us-1',
    );
    await page.getByRole('link', { name: /OtherError/ }).waitFor();
    await page.goBack();
    await heading(/WorkError/);
  });

  it('UI26 the chart has a range, and the URL keeps it', async () => {
    await page.getByRole('img', { name: /^Timeline: 3 events in 16\d hours/ }).waitFor();
    await page.getByRole('link', { name: '30d' }).click();
    await page.getByRole('img', { name: /^Timeline: 3 events in 3\d days/ }).waitFor();
    await page.reload();
    await page.getByRole('img', { name: /^Timeline: 3 events in 3\d days/ }).waitFor();
  });

  it('UI26 first, older, newer, latest; a new event is told and moves nothing', async () => {
    const nav = page.getByRole('navigation', { name: 'Events' });
    const step = (name: string) => nav.getByRole('link', { name, exact: true });
    await page.getByText('Latest event').waitFor();
    await step('First').click();
    await until('the first', async () => (await step('Older').getAttribute('aria-disabled')) === 'true');
    expect(await step('First').getAttribute('aria-disabled')).toBe('true');
    await step('Latest').click();
    await page.getByText('Latest event').waitFor();
    await page.locator('#main').getByText('Why grouped').scrollIntoViewIfNeeded();
    const place = () =>
      page
        .getByRole('heading', { name: 'Why grouped' })
        .evaluate((element) => Math.round(element.getBoundingClientRect().top));
    const before = await place();
    await send('WorkError', { tags: { region: 'us-1' } });
    await page.getByRole('status').getByText('1 new event').waitFor();
    expect(await place()).toBe(before);
    await page.getByRole('status').getByText('1 new event').click();
    await page.getByText('Latest event').waitFor();
    await page.getByText('1 new event').waitFor({ state: 'detached' });
    expect(watched.problems()).toEqual([]);
  });

  it('UI26 merged with an issue found by its words, and undone', async () => {
    await choose('More actions', 'Merge with another…');
    await page
      .getByRole('textbox', { name: 'Find an issue' })
      .or(page.getByLabel('Find an issue'))
      .first()
      .fill('OtherError');
    const found = page.getByRole('list', { name: 'Issues to merge' });
    await found.getByRole('button', { name: /OtherError/ }).click();
    await page.getByTestId('event-count').getByText('5', { exact: true }).waitFor();
    await undo('Merged 2 issues');
    await page.getByTestId('event-count').getByText('4', { exact: true }).waitFor();
    expect(watched.problems()).toEqual([]);
  });
});
