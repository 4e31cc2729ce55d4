/** Every page, with something on it and with nothing, through axe-core in both themes. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeProblems } from '../support/axe.ts';
import { chromiumPath, launchChromium } from '../support/chromium.ts';
import { richError, sendEvent } from '../support/send-event.ts';
import {
  getJson,
  makeDataDir,
  redeemSetup,
  startServerProcess,
  type FirstRun,
  type ServerProcess,
} from '../support/server-process.ts';
import { openPage } from '../support/signed-in-page.ts';

const executable = chromiumPath();
const dataDir = makeDataDir();
const PROJECT = '/projects/my-project';

describe.skipIf(executable === null)('accessibility', () => {
  let server: ServerProcess;
  let first: FirstRun;
  let browser: Browser;

  beforeAll(async () => {
    server = await startServerProcess({ dataDir: dataDir.path });
    browser = await launchChromium(executable ?? '');
  });
  afterAll(async () => {
    await browser?.close();
    await server.end('SIGTERM');
    dataDir.remove();
  });

  async function shown(path: string, as: FirstRun | null, ready: (page: Page) => Promise<unknown>) {
    const { page, context, problems } = await openPage(browser, server, { as });
    await page.goto(path);
    await ready(page);
    const found = [...(await axeProblems(page)), ...problems()];
    await context.close();
    return found;
  }
  const heading = (name: string | RegExp) => (page: Page) =>
    page.getByRole('heading', { name }).first().waitFor();

  it('UI19 the set-up page has no serious violation', async () => {
    const path = /\/setup\/[\w-]+/.exec(server.output())?.[0] ?? '';
    expect(await shown(path, null, (page) => page.getByLabel('Organization').waitFor())).toEqual([]);
    first = await redeemSetup(server);
  });

  it.each([
    ['/sign-in', heading(/sign in/i)],
    ['/forgot-password', heading(/password/i)],
  ] as const)('UI19 %s, as a stranger sees it, has no serious violation', async (path, ready) => {
    expect(await shown(path, null, ready)).toEqual([]);
  });

  it('UI19 pages that have nothing to show have no serious violation', async () => {
    expect(await shown(`${PROJECT}/issues`, first, heading('No unresolved issues'))).toEqual([]);
    expect(await shown(`${PROJECT}/live`, first, heading('Listening'))).toEqual([]);
    expect(await shown('/nowhere', first, heading('There is nothing at this address'))).toEqual([]);
  });

  it.each([
    ['overview', (page: Page) => page.getByRole('application').waitFor()],
    ['issues', (page: Page) => page.getByRole('link', { name: /AlphaError/ }).waitFor()],
    ['live', heading('Live')],
    ['start', (page: Page) => page.getByTestId('dsn').waitFor()],
    ['settings', (page: Page) => page.getByRole('region', { name: /keys/i }).first().waitFor()],
    ['settings/tokens', heading('API tokens')],
    ['settings/members', (page: Page) => page.getByText('admin@example.com').first().waitFor()],
  ] as const)('UI19 the page %s has no serious violation', async (path, ready) => {
    for (const level of ['fatal', 'error', 'warning', 'info', 'debug'])
      await sendEvent(server, first, richError('AlphaError', `one of ${level}`, { level }));
    expect(await shown(`${PROJECT}/${path}`, first, ready)).toEqual([]);
  });

  it('UI19 an issue with its event has no serious violation', async () => {
    const { items } = await getJson<{ items: { id: string }[] }>(
      server,
      first.cookie,
      `${PROJECT}/issues?limit=1`,
    );
    const ready = (page: Page) => page.getByText('added item 7').first().waitFor();
    expect(await shown(`${PROJECT}/issues/${items[0]?.id}`, first, ready)).toEqual([]);
  });
});
