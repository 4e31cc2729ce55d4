/** Where did my events go: what was kept, what was not and why, with what to do. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeProblems } from '../support/axe.ts';
import { startBrowserStage, type BrowserStage } from '../support/browser-stage.ts';
import { chromiumPath } from '../support/chromium.ts';
import { richError, sendEvent } from '../support/send-event.ts';
import { sendJson, until, type FirstRun, type ServerProcess } from '../support/server-process.ts';
import { openPage, type WatchedPage } from '../support/signed-in-page.ts';

const executable = chromiumPath();
const OUTCOMES = '/projects/my-project/outcomes';

describe.skipIf(executable === null)('outcomes', () => {
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

  const envelope = (item: string) =>
    fetch(`${server.url}/api/${first.projectId}/envelope/?sentry_key=${first.publicKey}`, {
      method: 'POST',
      body: `{}\n${item}\n`,
    });
  const part = (name: string) => page.getByRole('region', { name, exact: true });

  it('UI40 before anything was sent it says so, and leads to sending something', async () => {
    await page.goto(OUTCOMES);
    await page.getByText('Nothing was sent in this time').waitFor();
    expect(await page.getByRole('link', { name: 'Send an event' }).getAttribute('href')).toBe(
      '/projects/my-project/start',
    );
    expect(await axeProblems(page)).toEqual([]);
  });

  it('UI40 what is kept, filtered, broken and not supported appears by itself, explained', async () => {
    const filters = { messages: ['*unwanted*'] };
    await sendJson(server, first.cookie, '/projects/my-project/settings', { filters }, 'PATCH');
    for (const value of ['one', 'two', 'quite unwanted'])
      await sendEvent(server, first, richError('AlphaError', value));
    await envelope('{"type":"event"}\nnot json');
    await envelope('{"type":"profile"}\n{}');
    const report = { discarded_events: [{ reason: 'before_send', category: 'error', quantity: 7 }] };
    await envelope(`{"type":"client_report"}\n${JSON.stringify(report)}`);

    await until('12 items', async () => (await page.getByTestId('outcomes-total').textContent()) === '12');
    expect(await part('Accepted').textContent()).toMatch(/2.*Stored.*Errors 2/s);
    expect(await part('Filtered').textContent()).toContain('matches one that the project does not want');
    expect(await part('Invalid').textContent()).toContain('could not be read as JSON');
    expect(await part('Not supported').textContent()).toContain('Profile');
    expect(await part('Dropped by the SDK').textContent()).toMatch(/7.*beforeSend/s);
    expect(await axeProblems(page)).toEqual([]);
    expect(watched.problems()).toEqual([]);
  });

  it('UI40 range and category are in the URL, and the chart is read with the keyboard', async () => {
    await page.getByRole('button', { name: /^Category/ }).click();
    await page.getByRole('menuitemradio', { name: 'Profiles' }).click();
    await page.waitForURL(/category=profile/);
    await until('1 item', async () => (await page.getByTestId('outcomes-total').textContent()) === '1');
    await page.getByRole('button', { name: '7 d' }).click();
    await page.waitForURL(/range=7d/);
    await page.reload();
    await until('1 item', async () => (await page.getByTestId('outcomes-total').textContent()) === '1');
    expect(await page.getByRole('button', { name: '7 d' }).getAttribute('aria-pressed')).toBe('true');
    await page.getByRole('application').press('End');
    await page.getByRole('status').filter({ hasText: '1 Not supported' }).waitFor();
    expect(watched.problems()).toEqual([]);
  });
});
