/** Reading one event: its chain of exceptions, what came before, the request again, its files, and what was cut. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeProblems } from '../support/axe.ts';
import { startBrowserStage, type BrowserStage } from '../support/browser-stage.ts';
import { chromiumPath } from '../support/chromium.ts';
import { envelopeOf, newEventId, postEnvelope } from '../support/send-envelope.ts';
import { richError } from '../support/send-event.ts';
import { getJson, type FirstRun, type ServerProcess } from '../support/server-process.ts';
import { openPage, type WatchedPage } from '../support/signed-in-page.ts';

const executable = chromiumPath();
const PROJECT = '/projects/my-project';
const SECRET = 'hunter2-hunter2';
/** One transparent point. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';

function eventOf(id: string): Record<string, unknown> {
  const now = Date.now() / 1000;
  const frames = [
    { function: 'dispatch', filename: 'node_modules/express/router.js', lineno: 12, in_app: false },
    {
      function: 'query',
      filename: 'src/database.ts',
      lineno: 40,
      in_app: true,
      pre_context: ['async function query(sql) {'],
      context_line: '  throw new ConnectionError(host);',
      post_context: ['}'],
      vars: { host: 'db-1' },
    },
  ];
  const outer = richError('CheckoutError', 'the order was not stored')['exception'] as { values: object[] };
  return {
    ...richError('CheckoutError', 'the order was not stored'),
    event_id: id,
    timestamp: now,
    platform: 'node',
    exception: {
      values: [{ type: 'ConnectionError', value: 'db-1 is away', stacktrace: { frames } }, ...outer.values],
    },
    breadcrumbs: [
      ...Array.from({ length: 12 }, (_, i) => ({
        category: 'step',
        message: `step ${i}`,
        timestamp: now - 90 + i,
      })),
      { category: 'query', level: 'warning', message: 'slow query', timestamp: now - 2.5 },
      { category: 'fetch', type: 'http', data: { url: '/api/cart', status_code: 200 }, timestamp: now - 0.2 },
    ],
    request: {
      url: 'https://shop.example.com/checkout',
      method: 'POST',
      query_string: 'step=2',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${SECRET}` },
      data: { note: "it's late", password: SECRET },
    },
    contexts: {
      runtime: { name: 'node', version: 'v24.0.0' },
      flags: {
        values: [
          { flag: 'new-checkout', result: true },
          { flag: 'dark-mode', result: false },
        ],
      },
    },
    extra: { long: 'x'.repeat(10) },
    logentry: { formatted: 'm'.repeat(1_048_576) },
  };
}

describe.skipIf(executable === null)('event page', () => {
  let stage: BrowserStage;
  let server: ServerProcess;
  let first: FirstRun;
  let browser: Browser;
  let watched: WatchedPage;
  let page: Page;
  const id = newEventId();
  let path: string;

  beforeAll(async () => {
    stage = await startBrowserStage();
    ({ server, first, browser } = stage);
    const file = (filename: string, payload: Buffer | string) => ({
      header: { type: 'attachment', filename, content_type: 'image/png' },
      payload,
    });
    const answer = await postEnvelope(
      { ...first, url: server.url },
      envelopeOf({ event_id: id }, [
        { header: { type: 'event' }, payload: eventOf(id) },
        file('screen.png', PNG),
        file('drawing.png', SVG),
        {
          header: { type: 'user_report' },
          payload: {
            event_id: id,
            name: 'Carla',
            email: 'carla@example.com',
            comments: 'I only wanted to pay.',
          },
        },
      ]),
    );
    expect(answer.status).toBe(200);
    const { issue_id: issue } = await getJson<{ issue_id: string }>(
      server,
      first.cookie,
      `${PROJECT}/events/${id}`,
    );
    path = `${PROJECT}/issues/${issue}?event=${id}`;
    watched = await openPage(browser, server, { as: first });
    ({ page } = watched);
    await watched.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.goto(path);
    await region('Raw JSON').waitFor();
  });
  afterAll(() => stage?.close());

  const region = (name: string) => page.getByRole('region', { name, exact: true });
  const copied = async (label: string) => {
    await page.getByRole('button', { name: label }).click();
    await page.getByRole('button', { name: label }).getByText('Copied').waitFor();
    return page.evaluate<string>('navigator.clipboard.readText()');
  };

  it('UI30 each exception of a chain is folded on its own', async () => {
    const part = region('Exception');
    await part.getByText('throw new CheckoutError').waitFor();
    const source = part.getByText('throw new ConnectionError(host);');
    await source.waitFor();
    await part.getByRole('button', { name: 'ConnectionError', exact: true }).click();
    await source.waitFor({ state: 'hidden' });
    await part.getByText('db-1 is away').waitFor();
    await part.getByText('throw new CheckoutError').waitFor();
    expect(watched.problems()).toEqual([]);
  });

  it('UI30 the event is copied as text and as Markdown, with the way back to it', async () => {
    const text = await copied('Copy as text');
    expect(text).toContain(
      'CheckoutError: the order was not stored\n    at chargeCheckoutError (src/payments/',
    );
    expect(text).toContain('Caused by: ConnectionError: db-1 is away');
    expect(text).toContain(`${server.url}${path}`);
    expect(await copied('Copy as Markdown')).toContain('### `CheckoutError: the order was not stored`');
  });

  it('UI30 breadcrumbs are filtered by level and words, with times before the event or of the clock', async () => {
    const part = region('Breadcrumbs');
    const rows = part.getByRole('listitem');
    expect(await rows.count()).toBe(10);
    expect(await rows.first().textContent()).toContain('-200 ms');
    expect(await rows.nth(1).textContent()).toContain('-2.5 s');
    await part.getByRole('button', { name: 'Show all 14' }).click();
    expect(await rows.count()).toBe(14);
    await part.getByRole('button', { name: 'Clock' }).click();
    expect(await rows.first().textContent()).toMatch(/\d\d:\d\d:\d\d\.\d{3}/);
    await part.getByRole('button', { name: /^Level: / }).click();
    await page.getByRole('menuitemradio', { name: 'warning' }).click();
    await part.getByText('1 of 14').waitFor();
    expect(await rows.allTextContents()).toEqual([expect.stringContaining('slow query')]);
    await part.getByRole('button', { name: /^Level: / }).click();
    await page.getByRole('menuitemradio', { name: 'any' }).click();
    await part.getByRole('searchbox').fill('status_code');
    await part.getByText('1 of 14').waitFor();
    await part.getByRole('searchbox').fill('nothing like this');
    await part.getByText('No breadcrumb matches').waitFor();
    await part.getByRole('searchbox').fill('');
  });

  it('UI30 the request is copied as curl; what was scrubbed stays scrubbed', async () => {
    const command = await copied('Copy as curl');
    expect(command).toContain("curl 'https://shop.example.com/checkout?step=2'");
    expect(command).toContain('[Filtered]');
    expect(command).toContain(String.raw`it'\''s late`);
    expect(command).not.toContain(SECRET);
  });

  it('UI30 feature flags and what the user wrote are shown', async () => {
    const flags = page.getByRole('list', { name: 'Feature flags' }).getByRole('listitem');
    expect(await flags.allTextContents()).toEqual(['dark-modefalse', 'new-checkouttrue']);
    await region('User feedback').getByText('I only wanted to pay.').waitFor();
    await region('User feedback').getByText('Carla, carla@example.com').waitFor();
  });

  it('UI30 a picture is shown by its bytes; what only says that it is one is downloaded', async () => {
    const part = region('Attachments');
    await part.getByRole('button', { name: 'Preview screen.png' }).click();
    const picture = part.getByRole('img', { name: 'screen.png' });
    await picture.waitFor();
    expect(
      await picture.evaluate((image: HTMLImageElement) => [image.src.slice(0, 5), image.naturalWidth]),
    ).toEqual(['blob:', 1]);
    await part.getByRole('button', { name: 'Preview drawing.png' }).click();
    await part.getByText('This is no PNG').waitFor();
    expect(await part.locator('img').count()).toBe(1);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      part.getByRole('link', { name: 'Download drawing.png' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('drawing.png');
    await download.delete();
    expect(watched.problems()).toEqual([]);
  });

  it('UI30 what was cut on receipt is told, from which length to which', async () => {
    const notes = page.getByRole('list', { name: 'Changes on receipt' });
    await notes.getByText('cut from 1,048,576 to 8,192 characters').waitFor();
  });

  it('UI30 the raw event is searched, step by step', async () => {
    const part = region('Raw JSON');
    await part.getByRole('button', { name: 'Show JSON' }).click();
    const search = part.getByRole('searchbox', { name: 'Search the JSON' });
    await search.fill('CONNECTIONERROR');
    await part.getByText(/^1 of \d+$/).waitFor();
    await search.press('Enter');
    await part.getByText(/^2 of \d+$/).waitFor();
    await search.press('Shift+Enter');
    await part.getByText(/^1 of \d+$/).waitFor();
    await search.fill('nothing like this');
    await part.getByText('Not found').waitFor();
    await search.fill('step 3');
    await part.locator('mark').waitFor();
    expect(watched.problems()).toEqual([]);
  });

  it('UI19 all of it opened has no serious violation', async () => {
    await region('Raw JSON').locator('mark').waitFor();
    expect(await axeProblems(page)).toEqual([]);
  });

  it('UI11 at 390 pixels nothing is wider than the screen', async () => {
    const phone = await openPage(browser, server, { as: first, width: 390, height: 844 });
    await phone.page.goto(path);
    await phone.page.getByRole('region', { name: 'Raw JSON' }).waitFor();
    expect(await phone.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    expect(phone.problems()).toEqual([]);
    await phone.context.close();
  });
});
