/** Events and files that carry script: no page runs it, none makes an address of it, and files are only downloaded. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBrowserStage, type BrowserStage } from '../support/browser-stage.ts';
import { chromiumPath } from '../support/chromium.ts';
import { HOSTILE_FILES, hostileEvent, hostileFeedback } from '../support/hostile-event.ts';
import { envelopeOf, newEventId, postEnvelope } from '../support/send-envelope.ts';
import { getJson, type FirstRun, type ServerProcess } from '../support/server-process.ts';
import { openPage, type WatchedPage } from '../support/signed-in-page.ts';

const executable = chromiumPath();
const PROJECT = '/projects/my-project';
const API = `/api/v1${PROJECT}`;

/** What ran, what the policy had to stop, and what would run if it were clicked or were not stopped. */
const HARM = `[
  ...(globalThis.__xss === undefined ? [] : ['ran']),
  ...globalThis.violations,
  ...[...document.querySelectorAll('*')].flatMap((element) =>
    [...element.attributes]
      .filter(({ name, value }) => /^on/i.test(name) || /^(javascript|data:text|vbscript):/i.test(value.trim()))
      .filter(({ name }) => /^on|^(href|src|srcdoc|action|formaction|xlink:href|data|style)$/i.test(name))
      .map(({ name, value }) => element.tagName + ' ' + name + '=' + value)),
]`;

describe.skipIf(executable === null)('events that carry script', () => {
  let stage: BrowserStage;
  let server: ServerProcess;
  let first: FirstRun;
  let browser: Browser;
  let watched: WatchedPage;
  let page: Page;
  const ids = { error: newEventId(), message: newEventId() };
  let issues: { id: string; title: string }[];
  let files: { id: string; name: string; content_type: string }[];

  beforeAll(async () => {
    stage = await startBrowserStage({ env: { MESHER_RATE_LIMIT: '0' } });
    ({ server, first, browser } = stage);
    watched = await openPage(browser, server, { as: first });
    ({ page } = watched);
    await page.addInitScript(`
      globalThis.violations = [];
      addEventListener('securitypolicyviolation', (event) => violations.push(event.violatedDirective));
    `);
    for (const kind of ['error', 'message'] as const) await send(kind, ids[kind]);
    issues = (await getJson<{ items: typeof issues }>(server, first.cookie, `${PROJECT}/issues`)).items;
    const path = `${PROJECT}/events/${ids.error}/attachments`;
    files = (await getJson<{ items: typeof files }>(server, first.cookie, path)).items;
  });
  afterAll(() => stage?.close());

  async function send(kind: 'error' | 'message', id: string): Promise<void> {
    const answer = await postEnvelope(
      { ...first, url: server.url },
      envelopeOf({ event_id: id }, [
        { header: { type: 'event' }, payload: hostileEvent(kind, id) },
        ...(kind === 'error' ? [...HOSTILE_FILES, hostileFeedback(id)] : []),
      ]),
    );
    expect(answer.status).toBe(200);
  }
  const harm = async () => [...(await page.evaluate<string[]>(HARM)), ...watched.problems()];
  /** Everything that folds is opened: what is not on the page cannot run. */
  const openAll = async () => {
    await page
      .getByRole('button', { name: 'All frames' })
      .click({ timeout: 2000 })
      .catch(() => undefined);
    for (const name of ['Show JSON', /^Show all/])
      for (const button of await page.getByRole('button', { name }).all()) await button.click();
    await page.evaluate(`
      for (const details of document.querySelectorAll('details')) details.open = true;
      for (const button of document.querySelectorAll('section button[aria-expanded=false]')) button.click();
    `);
  };

  /** None of them is a picture, whatever it says. */
  const seeFiles = async () => {
    const previews = page.getByRole('button', { name: /^Preview / });
    await previews.first().waitFor();
    expect(await previews.count()).toBe(HOSTILE_FILES.length);
    for (const preview of await previews.all()) await preview.click();
    await page
      .getByText('This is no PNG')
      .nth(HOSTILE_FILES.length - 1)
      .waitFor();
    expect(await page.locator('main img').count()).toBe(0);
  };

  it('WEB30 the page may load nothing inline and nothing from elsewhere', async () => {
    for (const path of ['/', `${PROJECT}/issues`, `${API}/events/${ids.error}`, '/api/v1/docs']) {
      const answer = await fetch(`${server.url}${path}`, { headers: { Cookie: first.cookie } });
      await answer.body?.cancel();
      const policy = answer.headers.get('content-security-policy') ?? '';
      expect(policy, path).toMatch(/default-src '(self|none)'/);
      expect(policy, path).not.toMatch(/unsafe-|https?:|\*/);
      expect(policy, path).toContain("base-uri 'none'");
      expect(answer.headers.get('x-content-type-options'), path).toBe('nosniff');
    }
  });

  it('WEB30 the list of issues runs nothing, and shows what was sent', async () => {
    expect(issues.map(({ title }) => title.includes('<script>'))).toEqual([true, true]);
    await page.goto(`${PROJECT}/issues`);
    for (const word of ['Type', 'message']) await page.getByText(`${word}'"></script>`).first().waitFor();
    expect(await harm()).toEqual([]);
  });

  it('WEB30 an issue and its event run nothing, all opened', async () => {
    for (const { id, title } of issues) {
      const only = title.includes('Type')
        ? ['source line', 'function', 'Cause', 'mechanism', 'comment', 'name']
        : [];
      await page.goto(`${PROJECT}/issues/${id}`);
      await page.getByRole('heading', { name: 'Raw JSON' }).waitFor();
      if (only.length > 0) await seeFiles();
      await openAll();
      await page.getByText('"event_id"').first().waitFor();
      for (const word of ['breadcrumb', 'tag value', 'header', 'email', 'extra', ...only])
        expect(await page.getByText(`${word}'">`).count(), word).toBeGreaterThan(0);
      expect(await harm()).toEqual([]);
    }
  });

  it('WEB30 the overview runs nothing', async () => {
    await page.goto(`${PROJECT}/overview`);
    await page.getByText(`Type'"></script>`).first().waitFor();
    expect(await harm()).toEqual([]);
  });

  it('WEB30 the live page runs nothing, with what comes while it is open', async () => {
    await page.goto(`${PROJECT}/live`);
    const rows = page.getByRole('list', { name: 'Live events' }).getByRole('listitem');
    await rows.filter({ hasText: `Type'">` }).first().waitFor();
    await send('error', newEventId());
    await rows.nth(2).waitFor();
    expect(await harm()).toEqual([]);
  });

  it('WEB30 the answers of the API, opened as pages, run nothing', async () => {
    for (const path of [
      `${API}/issues`,
      `${API}/events`,
      `${API}/events/${ids.error}`,
      `${API}/events/${ids.error}/attachments`,
      `${API}/feedback`,
      `${API}/log`,
    ]) {
      const answer = await page.goto(path);
      expect(answer?.headers()['content-type'], path).toContain('application/json');
      expect(await harm(), path).toEqual([]);
    }
  });

  it('WEB30 a file is downloaded, whatever it says it is, and never shown', async () => {
    expect(files).toHaveLength(HOSTILE_FILES.length);
    for (const { id, name } of files) {
      const path = `${API}/events/${ids.error}/attachments/${id}`;
      const answer = await fetch(`${server.url}${path}`, { headers: { Cookie: first.cookie } });
      await answer.body?.cancel();
      expect(answer.status, name).toBe(200);
      expect(answer.headers.get('content-disposition'), name).toMatch(
        /^attachment; filename="[^"\\]*"; filename\*=UTF-8''[\w%.~-]+$/,
      );
      expect(answer.headers.get('content-security-policy'), name).toBe("sandbox; default-src 'none'");
      expect(answer.headers.get('x-content-type-options'), name).toBe('nosniff');
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page
          .goto(path)
          .catch((error: unknown) => expect(String(error)).toMatch(/Download is starting|ERR_ABORTED/)),
      ]);
      await download.delete();
      expect(await harm(), name).toEqual([]);
    }
  });
});
