/** One connection for all tabs: counted on the server, and what happens when tabs, the worker or the session end. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startBrowserStage, type BrowserStage } from '../support/browser-stage.ts';
import { chromiumPath } from '../support/chromium.ts';
import { sendEvent } from '../support/send-event.ts';
import { until, type FirstRun, type ServerProcess } from '../support/server-process.ts';
import { openPage } from '../support/signed-in-page.ts';

const executable = chromiumPath();
const ACCOUNT = { email: 'admin@example.com', password: 'correct horse battery' };
const LIVE = '/projects/my-project/live';

describe.skipIf(executable === null)('tabs', () => {
  let stage: BrowserStage;
  let server: ServerProcess;
  let first: FirstRun;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  beforeAll(async () => {
    stage = await startBrowserStage({ account: ACCOUNT, env: { MESHER_RATE_LIMIT: '0' } });
    ({ server, first, browser } = stage);
  });
  afterAll(() => stage?.close());
  beforeEach(async () => {
    ({ context, page } = await openPage(browser, server, { as: first }));
  });
  afterEach(() => context.close());

  const send = (message: string) => sendEvent(server, first, { message, level: 'error' });
  const rows = (of: Page) => of.getByRole('list', { name: 'Live events' }).getByRole('listitem');
  const row = (of: Page, text: string) => rows(of).filter({ hasText: text }).first();
  const state = (of: Page, word: string) => of.getByRole('status', { name: `Connection: ${word}` }).first();

  async function openLive(of: Page): Promise<Page> {
    of.setDefaultTimeout(20_000);
    await of.goto(LIVE);
    // Both: the project's own subscription and the page's.
    const live = of.getByRole('status', { name: 'Connection: Live' });
    await until('both to be live', async () => (await live.count()) > 1);
    return of;
  }
  const openTab = async () => openLive(await context.newPage());

  async function sockets(): Promise<number> {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const counts = text.matchAll(/^mesher_stream_connections\{[^}]*\} (\d+)$/gm);
    return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
  }

  it('WEB14 three tabs with two subscriptions each have one connection, and a closed one leaves it', async () => {
    await openLive(page);
    const [second, third] = [await openTab(), await openTab()];
    await send('for all');
    for (const tab of [page, second, third]) await row(tab, 'for all').waitFor();
    expect(await sockets()).toBe(1);
    // The one that started the worker.
    await page.close();
    await send('for two');
    for (const tab of [second, third]) await row(tab, 'for two').waitFor();
    expect(await sockets()).toBe(1);
    // A filter of one is none of the other's.
    await second.goto(`${LIVE}?level=fatal`);
    await state(second, 'Live').waitFor();
    await send('for one');
    await row(third, 'for one').waitFor();
    expect(await row(second, 'for one').count()).toBe(0);
    await second.close();
    await third.close();
    await until('the connection to close', async () => (await sockets()) === 0);
  });

  it('WEB15 the worker is killed: all tabs go on where they were, with one connection again', async () => {
    const tabs = [await openLive(page), await openTab()];
    await send('before');
    for (const tab of tabs) await row(tab, 'before').waitFor();
    const devtools = await browser.newBrowserCDPSession();
    const { targetInfos } = await devtools.send('Target.getTargets');
    const worker = targetInfos.find(({ type }) => type === 'shared_worker');
    expect(worker).toBeDefined();
    await devtools.send('Target.closeTarget', { targetId: worker?.targetId ?? '' });
    await send('after');
    for (const tab of tabs) {
      await row(tab, 'after').waitFor();
      await state(tab, 'Live').waitFor();
      expect(await rows(tab).count()).toBe(await rows(page).count());
    }
    await until('one connection', async () => (await sockets()) === 1);
  });

  it('WEB15 one tab is paused beyond its buffer, the other gets everything', async () => {
    const [paused, other] = [await openLive(page), await openTab()];
    await paused.getByRole('button', { name: 'Pause' }).click();
    await paused.getByRole('main').getByRole('status', { name: 'Connection: Paused' }).waitFor();
    for (let at = 0; at < 1050; at += 50)
      await Promise.all(Array.from({ length: 50 }, (_, i) => send(`held ${at + i}`)));
    await row(other, 'held').waitFor();
    await send('the last');
    await row(other, 'the last').waitFor();
    expect(await other.getByRole('note').count()).toBe(0);
    expect(await row(paused, 'held').count()).toBe(0);
    await paused.getByRole('button', { name: 'Resume' }).click();
    await paused.getByRole('note').first().waitFor();
    expect(await paused.getByRole('note').first().textContent()).toMatch(/^51 events were dropped/);
    expect(await sockets()).toBe(1);
  });

  it('WEB14 without SharedWorker each tab has one connection, for both of its subscriptions', async () => {
    await context.addInitScript('delete globalThis.SharedWorker');
    const tabs = [await openLive(page), await openTab()];
    expect(await sockets()).toBe(2);
    await send('without a worker');
    for (const tab of tabs) await row(tab, 'without a worker').waitFor();
  });

  it('WEB16 signing out in one tab ends the stream of all, and signing in begins it again', async () => {
    const other = await openLive(page);
    const tab = await openTab();
    await tab.getByRole('button', { name: 'Account and theme' }).first().click();
    await tab.getByRole('menuitem', { name: 'Sign out' }).click();
    await state(other, 'Signed out').waitFor();
    await until('the connection to close', async () => (await sockets()) === 0);
    await tab.getByLabel('E-mail').fill(ACCOUNT.email);
    await tab.getByLabel('Password').fill(ACCOUNT.password);
    await tab.getByRole('button', { name: 'Sign in' }).click();
    await state(tab, 'Live').waitFor();
    expect(await sockets()).toBe(1);
  });
});
