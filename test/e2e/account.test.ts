/** Access and settings: keys, tokens, sign in and out, theme, a phone. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBrowserStage, type BrowserStage } from '../support/browser-stage.ts';
import { chromiumPath } from '../support/chromium.ts';
import { postEvent, richError, sendEvent } from '../support/send-event.ts';
import { until, type FirstRun, type ServerProcess } from '../support/server-process.ts';
import { openPage, type WatchedPage } from '../support/signed-in-page.ts';

const executable = chromiumPath();
const ACCOUNT = { email: 'admin@example.com', password: 'correct horse battery' };

describe.skipIf(executable === null)('account and settings', () => {
  let stage: BrowserStage;
  let server: ServerProcess;
  let first: FirstRun;
  let browser: Browser;

  beforeAll(async () => {
    stage = await startBrowserStage({ account: ACCOUNT });
    ({ server, first, browser } = stage);
    await sendEvent(
      server,
      first,
      richError('PhoneError', 'a rather long message that a narrow screen has to cut'),
    );
  });
  afterAll(() => stage?.close());

  /** Runs with a page of its own; it may have no problem at the end but the expected ones. */
  async function withPage(
    options: Parameters<typeof openPage>[2],
    run: (page: Page, watched: WatchedPage) => Promise<void>,
    expected?: RegExp,
  ): Promise<void> {
    const watched = await openPage(browser, server, options);
    await run(watched.page, watched);
    expect(watched.problems().filter((problem) => !expected?.test(problem))).toEqual([]);
    await watched.context.close();
  }

  const signIn = async (page: Page, password: string) => {
    await page.getByLabel('E-mail').fill(ACCOUNT.email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
  };

  it('UI9 a key is made, used and revoked; then events are refused', async () => {
    await withPage({ as: first }, async (page) => {
      await page.goto('/projects/my-project/settings');
      const keys = page.getByRole('list', { name: 'Keys' });
      await keys.getByText('Default', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Create key' }).click();
      const dialog = page.getByRole('dialog', { name: 'Create key' });
      await dialog.getByLabel('Label').fill('mobile app');
      await dialog.getByRole('button', { name: 'Create key' }).click();
      const item = keys.getByRole('listitem').filter({ hasText: 'mobile app' });
      const dsn = (await item.locator('code').textContent()) ?? '';
      const to = { projectId: first.projectId, publicKey: /\/\/([0-9a-f]{32})@/.exec(dsn)?.[1] ?? '' };
      expect(to.publicKey).not.toBe(first.publicKey);
      expect((await postEvent(server, to, { message: 'with the new key' })).status).toBe(200);

      await item.getByRole('button', { name: 'Revoke mobile app' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click();
      await item.getByText('revoked').waitFor();
      const refusal = await until(
        'the refusal',
        async () => {
          const answer = await postEvent(server, to, { message: 'with the revoked key' });
          return answer.status !== 200 && answer;
        },
        2000,
      );
      expect(refusal.status).toBe(403);
      expect((await postEvent(server, first, { message: 'the other key works' })).status).toBe(200);
    });
  });

  it('UI9 the project can be renamed', async () => {
    await withPage({ as: first }, async (page) => {
      await page.goto('/projects/my-project/settings');
      await page.getByRole('textbox', { name: 'Name' }).fill('Web shop');
      await page.getByRole('region', { name: 'Project' }).getByRole('button', { name: 'Save' }).click();
      await page.getByRole('button', { name: 'Project: Web shop' }).first().waitFor();
    });
  });

  it('UI9 a token is shown once, reads what it may, and nothing after it is revoked', async () => {
    await withPage({ as: first }, async (page) => {
      await page.goto('/projects/my-project/settings/tokens');
      await page.getByText('No tokens yet.').waitFor();
      await page.getByRole('button', { name: 'Create token' }).click();
      const dialog = page.getByRole('dialog', { name: 'Create token' });
      await dialog.getByLabel('Name').fill('deploy script');
      await dialog.getByRole('button', { name: 'Create token' }).click();
      await page.getByRole('dialog', { name: 'Your new token' }).waitFor();
      const token = (await page.getByTestId('token').textContent()) ?? '';
      const ask = (path: string) =>
        fetch(`${server.url}/api/v1${path}`, { headers: { Authorization: `Bearer ${token}` } });
      expect((await ask('/projects/my-project/issues')).status).toBe(200);
      expect((await ask('/projects/my-project/keys')).status).toBe(403);
      await page.getByRole('button', { name: 'Close' }).click();
      await page.reload();
      const item = page.getByRole('list', { name: 'API tokens' }).getByRole('listitem');
      await item.getByText('deploy script').waitFor();
      expect(await page.content()).not.toContain(token);
      await item.getByRole('button', { name: 'Revoke deploy script' }).click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click();
      await page.getByText('No tokens yet.').waitFor();
      expect((await ask('/projects/my-project/issues')).status).toBe(401);
    });
  });

  it('UI9 a stranger signs in, with a wrong password first, and lands where they wanted to go', async () => {
    await withPage(
      { as: null },
      async (page) => {
        await page.goto('/projects/my-project/live');
        await page.waitForURL(/\/sign-in/);
        await signIn(page, 'wrong password');
        await page.getByRole('alert').getByText('E-mail and password do not match.').waitFor();
        await signIn(page, ACCOUNT.password);
        await page.waitForURL(/\/projects\/my-project\/live/);
        await page.getByRole('main').getByRole('status', { name: 'Connection: Live' }).waitFor();

        await page.getByRole('button', { name: 'Account and theme' }).first().click();
        await page.getByRole('menuitem', { name: 'Sign out' }).click();
        await page.waitForURL(/\/sign-in/);
        await page.goto('/projects/my-project/issues');
        await page.waitForURL(/\/sign-in/);
      },
      // The browser itself reports the 401.
      /status of 401/,
    );
  });

  it('UI9 signing out in one tab ends the stream of another', async () => {
    await withPage(
      { as: null },
      async (page, { context }) => {
        await page.goto('/sign-in');
        await signIn(page, ACCOUNT.password);
        await page.waitForURL(/\/issues/);
        const other = await context.newPage();
        await other.goto('/projects/my-project/live');
        await other.getByRole('main').getByRole('status', { name: 'Connection: Live' }).waitFor();
        // What the button sends: a page in the background is hardly drawn, and so cannot be clicked.
        await page.evaluate(
          `fetch('/api/auth/sign-out', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' })`,
        );
        await other.getByRole('main').getByRole('status', { name: 'Connection: Signed out' }).waitFor();
      },
      /status of 401/,
    );
  });

  it('UI10 the theme is chosen, kept over a reload, and follows the system otherwise', async () => {
    const background = async (page: Page) => {
      await page.getByRole('main').waitFor();
      return page.evaluate<string>(`getComputedStyle(document.querySelector('main')).backgroundColor`);
    };
    await withPage({ as: first, colorScheme: 'light' }, async (page) => {
      await page.goto('/projects/my-project/issues');
      const light = await background(page);
      const choose = async (name: RegExp) => {
        await page.getByRole('button', { name: 'Account and theme' }).first().click();
        await page.getByRole('menuitem', { name }).click();
      };
      await choose(/Dark theme/);
      const dark = await until('dark', async () => (await background(page)) !== light && background(page));
      await page.reload();
      expect(await background(page)).toBe(dark);
      await choose(/System theme/);
      await until('light again', async () => (await background(page)) === light);
      await page.emulateMedia({ colorScheme: 'dark' });
      await until('the system dark', async () => (await background(page)) === dark);
    });
  });

  it('UI11 nothing is wider than a phone, and everything can be reached', async () => {
    await withPage({ as: first, width: 390, height: 844 }, async (page) => {
      const pages = [
        'overview',
        'issues',
        'live',
        'start',
        'settings',
        'settings/tokens',
        'settings/members',
      ];
      const tooWide = () =>
        page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
      for (const path of pages) {
        await page.goto(`/projects/my-project/${path}`);
        await page.getByRole('main').getByRole('heading').first().waitFor();
        expect(await tooWide(), path).toBe(0);
      }
      const sections = page.getByRole('navigation', { name: 'Sections' });
      await sections.getByRole('link', { name: 'Issues' }).click();
      await page.getByRole('link', { name: /PhoneError/ }).click();
      await page.getByText('throw new PhoneError(answer.reason);').waitFor();
      expect(await tooWide(), 'issue').toBe(0);
      await page.getByRole('button', { name: 'Resolve', exact: true }).click();
      await page.getByText('Resolved', { exact: true }).first().waitFor();
      // The rest of the set-up is in the account's menu.
      await page.getByRole('button', { name: 'Account and theme' }).last().click();
      await page.getByRole('menuitem', { name: 'Members' }).click();
      await page.getByText(ACCOUNT.email).first().waitFor();
    });
  });
});
