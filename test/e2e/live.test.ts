/** The live page: filters at the server, pause that tells what it dropped, and a server that goes and comes back. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, launchChromium } from '../support/chromium.ts';
import { sendEvent } from '../support/send-event.ts';
import {
  makeDataDir,
  redeemSetup,
  startServerProcess,
  until,
  type FirstRun,
  type ServerProcess,
} from '../support/server-process.ts';
import { recordStream } from '../support/stream-recorder.ts';
import { openPage, type WatchedPage } from '../support/signed-in-page.ts';

const executable = chromiumPath();
const dataDir = makeDataDir();
const LIVE = '/projects/my-project/live';
/** What the page lets the server keep while it is paused. */
const BUFFER = 1000;

describe.skipIf(executable === null)('live page', () => {
  let server: ServerProcess;
  let first: FirstRun;
  let browser: Browser;
  let watched: WatchedPage;
  let page: Page;
  let sent: string[];
  let received: string[];

  beforeAll(async () => {
    server = await startServerProcess({ dataDir: dataDir.path, env: { MESHER_RATE_LIMIT: '0' } });
    first = await redeemSetup(server);
    browser = await launchChromium(executable ?? '');
    watched = await openPage(browser, server, { as: first });
    ({ page } = watched);
    ({ sent, received } = await recordStream(page));
  });
  afterAll(async () => {
    await browser?.close();
    await server.end('SIGTERM');
    dataDir.remove();
  });

  const send = (message: string, level = 'error', environment = 'production') =>
    sendEvent(server, first, { message, level, environment });
  const sendMany = async (prefix: string, count: number) => {
    for (let at = 0; at < count; at += 50)
      await Promise.all(
        Array.from({ length: Math.min(50, count - at) }, (_, i) => send(`${prefix} ${at + i}`)),
      );
  };
  const rows = () => page.getByRole('list', { name: 'Live events' }).getByRole('listitem');
  const row = (text: string) => rows().filter({ hasText: text }).first();
  const state = (word: string) => page.getByRole('main').getByRole('status', { name: `Connection: ${word}` });

  it('UI7 shows each event as it is stored, newest on top', async () => {
    await page.goto(LIVE);
    await page.getByText('Listening').waitFor();
    await state('Live').waitFor();
    await send('one');
    await row('one').waitFor();
    await send('two', 'fatal', 'staging');
    await row('two').waitFor();
    expect(await rows().first().textContent()).toContain('two');
    // A page that is opened later begins with what happened before.
    await page.reload();
    await row('one').waitFor();
    expect(await rows().count()).toBe(2);
  });

  it('UI7 what is searched is filtered by the server, what cannot be read is underlined', async () => {
    await page.getByRole('button', { name: /^Level: / }).click();
    await page.getByRole('menuitemradio', { name: 'fatal' }).click();
    const search = page.getByRole('combobox', { name: 'Search events' });
    await until('the level in the search', async () => (await search.inputValue()) === 'level:fatal');
    await search.fill('level:fatal is:resolved');
    await page.getByRole('alert').getByText("'is' does not apply to events").waitFor();
    await page.getByTestId('query-problem').getByText('is:resolved').waitFor();
    await search.fill('level:fatal environment:staging');
    await until('the filter at the server', () =>
      sent.some((text) => text.includes('"q":"level:fatal environment:staging"')),
    );
    await row('one').waitFor({ state: 'detached' });
    await row('two').waitFor();
    received.length = 0;
    await send('wrong level', 'error', 'staging');
    await send('wrong place', 'fatal', 'production');
    await send('right', 'fatal', 'staging');
    await row('right').waitFor();
    const events = received.filter((text) => text.includes('"type":"event"'));
    expect(events.filter((text) => text.includes('"wrong'))).toEqual([]);
    expect(await rows().count()).toBe(2);

    await page.reload();
    await row('right').waitFor();
    expect(await rows().count()).toBe(2);
    await page.goto(LIVE);
    await row('wrong place').waitFor();
  });

  it('WEB13 shows the rates that the server counts, in all, of the filter, by level; paused too', async () => {
    const bar = page.getByRole('group', { name: 'Events a second' });
    await page.goto(`${LIVE}?level=fatal`);
    await bar.getByText('0 match').waitFor();
    received.length = 0;
    await send('counted', 'error');
    await send('counted', 'fatal');
    await send('counted', 'fatal');
    const rates = () =>
      received
        .filter((text) => text.includes('"type":"rates"'))
        .map((text) => JSON.parse(text) as { total: number; matched: number; sent: number });
    const sum = (of: 'total' | 'matched' | 'sent') => rates().reduce((all, one) => all + one[of], 0);
    await until('the three to be counted', () => sum('total') === 3);
    expect([sum('matched'), sum('sent')]).toEqual([2, 2]);
    await page.getByRole('button', { name: 'Pause' }).click();
    await state('Paused').waitFor();
    const counted = rates().length;
    await sendMany('while paused', 20);
    await until('rates while paused', () => rates().length > counted + 1 && sum('total') === 23);
    await bar.getByText('0 events/s').waitFor();
    await page.goto(LIVE);
  });

  it('UI7 paused, nothing moves; resumed, what was held comes', async () => {
    await state('Live').waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await state('Paused').waitFor();
    const before = await rows().first().textContent();
    await sendMany('held', 5);
    expect(await rows().first().textContent()).toBe(before);
    await page.keyboard.press('p');
    await row('held 4').waitFor();
    for (const n of [0, 1, 2, 3]) await row(`held ${n}`).waitFor();
    expect(await page.getByRole('note').count()).toBe(0);
  });

  it('UI7 paused for too long, the page says how many were dropped and loads them', async () => {
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('button', { name: 'Pause' }).click();
    await state('Paused').waitFor();
    await send('late, the first');
    await sendMany('late', BUFFER + 40);
    await page.getByRole('button', { name: 'Resume' }).click();
    const note = page.getByRole('note').first();
    await note.waitFor();
    expect(await note.textContent()).toMatch(/\d+ events were dropped while the stream was paused: \d+–\d+/);
    const dropped = received
      .filter((text) => text.includes('"type":"dropped"'))
      .reduce((sum, text) => sum + (JSON.parse(text) as { count: number }).count, 0);
    expect(dropped).toBeGreaterThanOrEqual(40);
    while ((await page.getByRole('note').count()) > 0) {
      const count = await page.getByRole('note').count();
      await page.getByRole('button', { name: 'Load them' }).first().click();
      await until('the notice to go', async () => (await page.getByRole('note').count()) < count);
    }
    // Scroll to the oldest: the very first event sent while paused is there.
    await page.getByRole('list', { name: 'Live events' }).evaluate((list) => {
      list.parentElement?.scrollTo({ top: list.scrollHeight });
    });
    await row('late, the first').waitFor();
    await page.getByRole('button', { name: 'Newest' }).click();
    expect(watched.problems()).toEqual([]);
  });

  it('UI8 a server that is killed and comes back: offline, then on from where it was', async () => {
    await page.getByRole('button', { name: 'Clear' }).click();
    await send('before the fall');
    await row('before the fall').waitFor();
    await server.end('SIGKILL');
    await state('Offline').waitFor();
    expect(await row('before the fall').count()).toBe(1);
    const subscribed = sent.length;
    server = await startServerProcess({
      dataDir: dataDir.path,
      port: server.port,
      env: { MESHER_RATE_LIMIT: '0' },
    });
    // Stored before the page is back: it may only come by resuming.
    await send('while it was away');
    await state('Live').waitFor({ timeout: 40_000 });
    await row('while it was away').waitFor();
    await send('after the return');
    await row('after the return').waitFor();
    expect(sent.slice(subscribed).some((text) => text.includes('"since":"'))).toBe(true);
    const texts = await rows().allTextContents();
    const order = ['after the return', 'while it was away', 'before the fall'];
    expect(texts.map((text) => order.find((part) => text.includes(part)))).toEqual(order);
    expect(await page.getByRole('note').count()).toBe(0);
    // The browser itself reports connections that are refused.
    const own = watched.problems().filter((problem) => !/ERR_CONNECTION|WebSocket connection/.test(problem));
    expect(own).toEqual([]);
  });

  it('UI8 the issue list survives the same', async () => {
    await page.goto('/projects/my-project/issues');
    const connection = (word: string) => page.getByRole('status', { name: `Connection: ${word}` }).first();
    await connection('Live').waitFor();
    await server.end('SIGTERM');
    await connection('Offline').waitFor();
    server = await startServerProcess({ dataDir: dataDir.path, port: server.port });
    await sendEvent(server, first, {
      exception: { values: [{ type: 'ReturnError', value: 'seen without a reload' }] },
    });
    await page.getByRole('link', { name: /ReturnError/ }).waitFor({ timeout: 40_000 });
    await connection('Live').waitFor();
    const own = watched.problems().filter((problem) => !/ERR_CONNECTION|WebSocket connection/.test(problem));
    expect(own).toEqual([]);
  });
});
