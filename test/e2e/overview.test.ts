/** The overview: what happens over time, what is new, whether that is usual; live, and by keyboard. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeProblems } from '../support/axe.ts';
import { startBrowserStage, type BrowserStage } from '../support/browser-stage.ts';
import { chromiumPath } from '../support/chromium.ts';
import { richError, sendEvent } from '../support/send-event.ts';
import { until, type FirstRun, type ServerProcess } from '../support/server-process.ts';
import { openPage, type WatchedPage } from '../support/signed-in-page.ts';

const executable = chromiumPath();
const OVERVIEW = '/projects/my-project/overview';

describe.skipIf(executable === null)('the overview', () => {
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

  const send = (type: string, extra: Record<string, unknown> = {}) =>
    sendEvent(server, first, richError(type, 'of the overview', extra));
  const totalIs = (count: string) =>
    until(`${count} events`, async () => (await page.getByTestId('volume-total').textContent()) === count);
  const legend = () => page.getByRole('list', { name: 'Legend' }).getByRole('listitem').allTextContents();
  const chart = () => page.getByRole('application');

  it('UI20 without an event it leads to sending one, and fills by itself when one comes', async () => {
    await page.goto(OVERVIEW);
    await page.getByText('Nothing has happened yet').waitFor();
    expect(await page.getByRole('link', { name: 'Send the first event' }).getAttribute('href')).toBe(
      '/projects/my-project/start',
    );
    expect(await axeProblems(page)).toEqual([]);
    await page.getByRole('status', { name: 'Connection: Live' }).first().waitFor();
    await send('AlphaError');
    await page
      .getByRole('list', { name: 'New today' })
      .getByRole('link', { name: /AlphaError/ })
      .waitFor();
  });

  it('UI20 volume, health and top issues grow live, without a reload', async () => {
    await totalIs('1');
    await page.evaluate(() => Object.assign(globalThis, { notReloaded: true }));
    for (const level of ['error', 'fatal', 'info']) await send('AlphaError', { level });
    await totalIs('4');
    await until('levels', async () => (await legend()).join().includes('fatal'));
    const top = page.getByRole('list', { name: 'Top issues' }).getByRole('link', { name: /AlphaError/ });
    await until('4 in the top', async () => (await top.textContent())?.includes('4 events'));
    await send('BetaError');
    await page
      .getByRole('list', { name: 'New today' })
      .getByRole('link', { name: /BetaError/ })
      .waitFor();
    expect(await page.evaluate<boolean>('notReloaded')).toBe(true);
    expect(await axeProblems(page)).toEqual([]);
    expect(watched.problems()).toEqual([]);
  });

  it('UI20 what was resolved and happens again is among what came back', async () => {
    await page
      .getByRole('list', { name: 'New today' })
      .getByRole('link', { name: /BetaError/ })
      .click();
    await page.getByRole('button', { name: 'Resolve', exact: true }).click();
    await page.getByText('Resolved', { exact: true }).first().waitFor();
    await page.getByRole('link', { name: 'Overview' }).first().click();
    await page.getByText('Nothing came back today.').waitFor();
    await send('BetaError');
    const back = page.getByRole('list', { name: 'Regressed today' }).getByRole('link', { name: /BetaError/ });
    await back.waitFor();
    await page.reload();
    await back.waitFor();
  });

  it('UI20 colours by environment and release; the URL keeps the choice and the range', async () => {
    await send('AlphaError', { environment: 'staging', release: 'shop@2.0.0' });
    await page.getByRole('button', { name: 'Environment', exact: true }).click();
    await until('environments', async () => (await legend()).join().includes('production'));
    await page.getByRole('button', { name: 'Release', exact: true }).click();
    await until('releases', async () => (await legend()).join().includes('shop@1.4.0'));
    await page.getByRole('button', { name: '7 d' }).click();
    await page.waitForURL('**/overview?*range=7d*');
    expect(page.url()).toContain('by=release');
    await page.reload();
    await page.getByRole('button', { name: '7 d', pressed: true }).waitFor();
    await page.getByRole('button', { name: 'Release', exact: true, pressed: true }).waitFor();
    await page.getByRole('link', { name: /^Release shop@1\.4\.0/ }).waitFor();
  });

  it('UI21 a range is chosen with the arrows, looked at closer, and left again', async () => {
    await page.goto(OVERVIEW);
    await chart().focus();
    for (const key of ['ArrowLeft', 'Shift+ArrowLeft', 'Shift+ArrowLeft', 'Shift+ArrowLeft'])
      await page.keyboard.press(key);
    await page.keyboard.press('Escape');
    expect(page.url()).not.toContain('from=');
    for (const key of ['End', 'Shift+ArrowLeft', 'Shift+ArrowLeft', 'Shift+ArrowLeft', 'Enter'])
      await page.keyboard.press(key);
    await page.waitForURL('**/overview?*from=*to=*');
    const closer = page.url();
    await page.reload();
    await chart().waitFor();
    expect(page.url()).toBe(closer);
    await page.getByRole('button', { name: 'Whole range' }).click();
    await page.waitForURL((url) => !url.href.includes('from='));
    await page.goBack();
    await page.waitForURL('**/overview?*from=*');
  });

  it('UI21 a range is chosen by dragging', async () => {
    await page.goto(OVERVIEW);
    const box = await chart().boundingBox();
    if (box === null) throw new Error('no chart');
    await page.mouse.move(box.x + box.width * 0.5, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.75, box.y + 60, { steps: 5 });
    await page.mouse.up();
    await page.waitForURL('**/overview?*from=*to=*');
    const { searchParams } = new URL(page.url());
    const times = ['from', 'to'].map((key) => Date.parse((searchParams.get(key) ?? '').replaceAll('"', '')));
    const hours = ((times[1] ?? 0) - (times[0] ?? 0)) / 3_600_000;
    expect(hours).toBeGreaterThan(5);
    expect(hours).toBeLessThan(7.5);
    expect(watched.problems()).toEqual([]);
  });
});
