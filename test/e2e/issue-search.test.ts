/** Somebody who searches the issue list without touching the mouse: completion, mistakes, the URL, rows that follow the search. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBrowserStage, type BrowserStage } from '../support/browser-stage.ts';
import { chromiumPath } from '../support/chromium.ts';
import { richError, sendEvent } from '../support/send-event.ts';
import { until, type FirstRun, type ServerProcess } from '../support/server-process.ts';
import { openPage, type WatchedPage } from '../support/signed-in-page.ts';

const executable = chromiumPath();
const LIST = '/projects/my-project/issues';

describe.skipIf(executable === null)('searching issues', () => {
  let stage: BrowserStage;
  let server: ServerProcess;
  let first: FirstRun;
  let browser: Browser;
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    stage = await startBrowserStage();
    ({ server, first, browser } = stage);
    await send('AlphaError', 'in the shop', { environment: 'production', tags: { browser: 'Fire Fox' } });
    await send('BetaError', 'in the shop', { environment: 'staging', level: 'fatal' });
    watched = await openPage(browser, server, { as: first });
    ({ page } = watched);
  });
  afterAll(() => stage?.close());

  const send = (type: string, value: string, extra: Record<string, unknown> = {}) =>
    sendEvent(server, first, richError(type, value, extra));
  const bar = () => page.getByRole('combobox', { name: 'Search issues' });
  const text = () => bar().inputValue();
  const option = (name: string | RegExp) => page.getByRole('option', { name });
  const titles = () =>
    page
      .getByRole('list', { name: 'Issues' })
      .getByRole('link')
      .evaluateAll((links) => links.map((link) => link.getAttribute('aria-label')?.split(':')[0]));
  const listed = (...expected: string[]) =>
    until(`the list ${expected.join()}`, async () => (await titles()).join() === expected.join());
  const asked = (q: string) =>
    until(`q=${q}`, () => (new URL(page.url()).searchParams.get('q') ?? '').replaceAll('"', '') === q);

  it('UI14 fields and values are completed with the keyboard alone', async () => {
    await page.goto(LIST);
    await listed('BetaError', 'AlphaError');
    await page.keyboard.press('/');
    expect(await text()).toBe('is:unresolved');
    await page.keyboard.press('End');
    await page.keyboard.type(' lev');
    await option(/^level:/).waitFor();
    await page.keyboard.press('ArrowDown');
    expect(await bar().getAttribute('aria-activedescendant')).toBe(
      await option(/^level:/).getAttribute('id'),
    );
    await page.keyboard.press('Enter');
    await until('the field', async () => (await text()) === 'is:unresolved level:');
    await option('fatal').waitFor();
    await page.keyboard.type('fa');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await until('the value', async () => (await text()) === 'is:unresolved level:fatal ');
    await asked('is:unresolved level:fatal');
    await listed('BetaError');
    await page.getByRole('button', { name: 'Level: fatal' }).waitFor();
  });

  it('UI14 values come from what was received: environments, releases, tags, members', async () => {
    await bar().fill('environment:');
    await option('staging').click();
    await listed('BetaError');
    await bar().fill('brow');
    await option(/^browser:/).click();
    await option(/^Fire Fox/).click();
    expect(await text()).toBe('browser:"Fire Fox" ');
    await listed('AlphaError');
    await bar().fill('release:shop');
    await option('shop@1.4.0').waitFor();
    await bar().fill('assigned:');
    await option(/^me/).waitFor();
    await page.keyboard.press('Escape');
    await option(/^me/).waitFor({ state: 'detached' });
    await page.keyboard.press('Escape');
    expect(await page.evaluate<string>('document.activeElement.tagName')).toBe('BODY');
  });

  it('UI14 what cannot be read is underlined at its column, with a hint, and asks nothing', async () => {
    await bar().fill('is:unresolved');
    await listed('BetaError', 'AlphaError');
    await bar().fill('is:unresolved level:eror');
    const alert = page.getByRole('alert').filter({ hasText: 'eror' });
    await alert.waitFor();
    expect(await alert.textContent()).toBe("Unknown level 'eror'. Did you mean 'error'?");
    expect(await page.getByTestId('query-problem').textContent()).toBe('eror');
    expect(await bar().getAttribute('aria-invalid')).toBe('true');
    expect(await titles()).toEqual(['BetaError', 'AlphaError']);
    await bar().fill('(is:unresolved');
    await page.getByRole('alert').filter({ hasText: 'Missing' }).waitFor();
    await page.goto(`${LIST}?q=level:eror`);
    await page.getByText('This search cannot be read').waitFor();
    expect(watched.problems()).toEqual([]);
  });

  it('UI14 the search is in the URL and comes back with it', async () => {
    await page.goto(LIST);
    await bar().fill('is:unresolved level:fatal');
    await page.keyboard.press('Enter');
    await listed('BetaError');
    await page.reload();
    await listed('BetaError');
    expect(await text()).toBe('is:unresolved level:fatal');
    await page.goto(`${LIST}?status=unresolved&level=error`);
    await listed('AlphaError');
    expect(await text()).toBe('is:unresolved level:error');
  });

  it('UI14 rows follow a search that only the server can judge', async () => {
    await page.goto(`${LIST}?q=environment:staging`);
    await listed('BetaError');
    await send('GammaError', 'late', { environment: 'staging' });
    await listed('GammaError', 'BetaError');
    await send('DeltaError', 'elsewhere', { environment: 'production' });
    await send('EpsilonError', 'late too', { environment: 'staging' });
    await listed('EpsilonError', 'GammaError', 'BetaError');
    expect(watched.problems()).toEqual([]);
  });
});
