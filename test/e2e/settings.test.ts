/** Settings: what is kept of events, storage, people, the account's security, the instance. */
import { createHmac } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeProblems } from '../support/axe.ts';
import { startBrowserStage, type BrowserStage } from '../support/browser-stage.ts';
import { chromiumPath } from '../support/chromium.ts';
import { richError, sendEvent } from '../support/send-event.ts';
import { getJson, until, type FirstRun, type ServerProcess } from '../support/server-process.ts';
import { openPage, type WatchedPage } from '../support/signed-in-page.ts';

const executable = chromiumPath();
const ACCOUNT = { email: 'admin@example.com', password: 'correct horse battery' };
const GUEST = { email: 'grace@example.com', password: 'wandering lighthouse keeper' };
const SETTINGS = '/projects/my-project/settings';

describe.skipIf(executable === null)('settings', () => {
  let stage: BrowserStage;
  let server: ServerProcess;
  let first: FirstRun;
  let browser: Browser;
  let watched: WatchedPage;
  let page: Page;

  beforeAll(async () => {
    stage = await startBrowserStage({ account: ACCOUNT });
    ({ server, first, browser } = stage);
    await sendEvent(server, first, richError('AlphaError', 'one'));
    watched = await openPage(browser, server, { as: first });
    ({ page } = watched);
  });
  afterAll(() => stage?.close());

  const card = (name: string) => page.getByRole('region', { name, exact: true });
  const saved = () => page.getByRole('status').getByText('Saved').first().waitFor();
  const settings = () =>
    getJson<{ filters: { messages: string[] }; rate_limit: number | null; retention_days: number | null }>(
      server,
      first.cookie,
      `${SETTINGS}`,
    );

  it('UI41 filters are saved, and an error of the API is said at its field', async () => {
    await page.goto(`${SETTINGS}/events`);
    const messages = card('Filters').getByLabel('Messages');
    await messages.fill('x'.repeat(201));
    await card('Filters').getByRole('button', { name: 'Save' }).click();
    await until('the error', async () => (await messages.getAttribute('aria-invalid')) === 'true');
    watched.problems();
    await messages.fill('*unwanted*\n\n  noise* ');
    await card('Filters').getByRole('button', { name: 'Save' }).click();
    await saved();
    expect((await settings()).filters.messages).toEqual(['*unwanted*', 'noise*']);
    expect(await axeProblems(page)).toEqual([]);
  });

  it('UI41 what was typed and not saved is asked about before it is left', async () => {
    const keys = card('Scrubbing').getByLabel('More keys');
    await keys.fill('region');
    await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Storage' }).click();
    const question = page.getByRole('alertdialog', { name: 'Leave without saving?' });
    await question.getByRole('button', { name: 'Cancel' }).click();
    expect(await keys.inputValue()).toBe('region');
    await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Storage' }).click();
    await question.getByRole('button', { name: 'Leave' }).click();
    await page.waitForURL(/settings\/storage/);
  });

  it('UI41 scrubbing is tried on the newest event before it is saved', async () => {
    await page.goto(`${SETTINGS}/events`);
    await card('Scrubbing').getByLabel('More keys').fill('region');
    await card('Scrubbing').getByRole('button', { name: 'Try on the newest event' }).click();
    await card('Scrubbing').getByText('tags.region').waitFor();
    await card('Scrubbing').getByRole('button', { name: 'Save' }).click();
    await saved();
  });

  it('UI41 limits and retention are saved, and storage is shown in rows and bytes', async () => {
    await card('Sampling and limits').getByLabel('Events a second of one key').fill('25');
    await card('Sampling and limits').getByRole('button', { name: 'Save' }).click();
    await until('the limit', async () => (await settings()).rate_limit === 25);
    await page.goto(`${SETTINGS}/storage`);
    await card('Retention').getByLabel('Days events are kept').fill('30');
    await card('Retention').getByRole('button', { name: 'Save' }).click();
    await until('the retention', async () => (await settings()).retention_days === 30);
    expect(
      await card('On the disk')
        .getByRole('row', { name: /^Events/ })
        .textContent(),
    ).toMatch(/1\d* [KM]?i?B|\d/);
    expect(await axeProblems(page)).toEqual([]);
  });

  it('UI41 a key is rotated: the old one works until it is revoked', async () => {
    await page.goto(SETTINGS);
    await page.getByRole('button', { name: 'Rotate Default' }).click();
    const dialog = page.getByRole('dialog', { name: 'Rotate Default' });
    await dialog.getByRole('button', { name: 'Make a new key' }).click();
    const dsn = (await dialog.locator('code').textContent()) ?? '';
    const publicKey = /\/\/([0-9a-f]{32})@/.exec(dsn)?.[1] ?? '';
    await sendEvent(server, { projectId: first.projectId, publicKey }, { message: 'with the new one' });
    await sendEvent(server, first, { message: 'with the old one' });
    await dialog.getByRole('button', { name: 'Later' }).click();
    await page.getByRole('list', { name: 'Keys' }).getByText('Default (2)').waitFor();
  });

  it('UI42 somebody is invited, comes, sees what they may not change, and is removed', async () => {
    await page.goto(`${SETTINGS}/members`);
    await card('Invitations').getByLabel('E-mail').fill(GUEST.email);
    await card('Invitations').getByRole('button', { name: 'Invite' }).click();
    const link = (await page.getByTestId('invitation-link').textContent()) ?? '';
    await page.getByRole('list', { name: 'Invitations' }).getByText(GUEST.email).waitFor();
    expect(await axeProblems(page)).toEqual([]);

    const guest = await openPage(browser, server, { as: null });
    await guest.page.goto(new URL(link).pathname);
    await guest.page.getByLabel('Name').fill('Grace');
    await guest.page.getByLabel('Password').fill(GUEST.password);
    await guest.page.getByRole('button', { name: /accept|join|create/i }).click();
    await guest.page.waitForURL(/projects/);
    await guest.page.goto(`${SETTINGS}/events`);
    await guest.page.getByText('Only owners and admins').first().waitFor();
    expect(await guest.page.getByLabel('Messages').isDisabled()).toBe(true);
    guest.problems();
    await guest.page.goto(`${SETTINGS}/audit-log`);
    await guest.page.getByRole('heading', { name: /needs the role/ }).waitFor();
    await guest.page.goto(`${SETTINGS}/instance`);
    await guest.page.getByText('Only an admin of the instance may see this.').waitFor();
    await guest.context.close();

    await page.reload();
    await page.getByLabel('Role of Grace').selectOption('admin');
    await saved();
    await page.getByRole('button', { name: 'Remove Grace' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await until('Grace gone', async () => (await page.getByText('Grace').count()) === 0);

    await page.goto(`${SETTINGS}/audit-log`);
    await page.getByText('removed a member').waitFor();
    expect(await axeProblems(page)).toEqual([]);
    expect(watched.problems()).toEqual([]);
  });

  it('UI43 the password is changed, and the other session ends', async () => {
    await page.goto(`${SETTINGS}/security`);
    const sessions = page.getByRole('list', { name: 'Sessions' }).getByRole('listitem');
    await sessions.getByText('this one').waitFor();
    const other = await openPage(browser, server, { as: null });
    await other.page.goto('/sign-in');
    await other.page.getByLabel('E-mail').fill(ACCOUNT.email);
    await other.page.getByLabel('Password').fill(ACCOUNT.password);
    await other.page.getByRole('button', { name: 'Sign in' }).click();
    await other.page.waitForURL(/projects/);
    await other.context.close();
    await page.reload();
    await until('two sessions', async () => (await sessions.count()) === 2);
    await card('Password').getByLabel('Current password').fill('not the password');
    await card('Password').getByLabel('New password').fill('brave new lighthouse keys');
    await card('Password').getByRole('button', { name: 'Change password' }).click();
    await card('Password').getByText('The current password is not right.').waitFor();
    watched.problems();
    await card('Password').getByLabel('Current password').fill(ACCOUNT.password);
    await card('Password').getByRole('button', { name: 'Change password' }).click();
    await page.getByText('Password changed').waitFor();
    await until('one session', async () => (await sessions.count()) === 1);
    expect(await axeProblems(page)).toEqual([]);
  });

  it('UI43 a second factor is set up with its secret and a code, gives backup codes, and is taken off', async () => {
    const factor = card('Second factor');
    const withPassword = async (button: string) => {
      await factor.getByLabel('Your password').fill('brave new lighthouse keys');
      await factor.getByRole('button', { name: button }).click();
    };
    await factor.getByRole('button', { name: 'Set up' }).click();
    await withPassword('Go on');
    const secret = (await page.getByTestId('totp-secret').textContent()) ?? '';
    await factor.getByLabel('Code').fill(totp(secret));
    await factor.getByRole('button', { name: 'Turn on' }).click();
    const codes = page.getByRole('list', { name: 'Backup codes' }).getByRole('listitem');
    await codes.first().waitFor();
    expect(await codes.count()).toBe(10);
    await factor.getByRole('button', { name: 'I have kept them' }).click();
    await page.reload();
    await factor.getByText('On: signing in needs a code').waitFor();
    await factor.getByRole('button', { name: 'Turn off' }).click();
    await withPassword('Turn off');
    await factor.getByText('Off: whoever has your password').waitFor();
    expect(watched.problems()).toEqual([]);
  });

  it('UI44 the instance says how it is', async () => {
    await page.goto(`${SETTINGS}/instance`);
    await card('Health').getByText('Everything runs').waitFor();
    await card('Queues and connections').getByText('Open stream connections').waitFor();
    await card('Disk')
      .getByRole('row', { name: /My project/i })
      .waitFor();
    expect(await axeProblems(page)).toEqual([]);
    expect(watched.problems()).toEqual([]);
  });
});

function totp(secret: string): string {
  const bits = secret
    .split('')
    .map((char) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(char).toString(2).padStart(5, '0'))
    .join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const digest = createHmac('sha1', key).update(counter).digest();
  const at = (digest.at(-1) ?? 0) & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
