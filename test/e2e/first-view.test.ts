/** What a browser must load before a page can be used: at most 200 KB of script, as it is sent. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBrowserStage, type BrowserStage } from '../support/browser-stage.ts';
import { chromiumPath } from '../support/chromium.ts';
import { richError, sendEvent } from '../support/send-event.ts';
import { getJson, until, type FirstRun, type ServerProcess } from '../support/server-process.ts';
import { openPage } from '../support/signed-in-page.ts';

const executable = chromiumPath();
const LIMIT = 200 * 1024;

describe.skipIf(executable === null)('the first view', () => {
  let stage: BrowserStage;
  let server: ServerProcess;
  let first: FirstRun;
  let browser: Browser;

  beforeAll(async () => {
    stage = await startBrowserStage();
    ({ server, first, browser } = stage);
    await sendEvent(server, first, richError('AlphaError', 'seen first'));
  });
  afterAll(() => stage?.close());

  it.each(['/sign-in', 'overview', 'issues', 'issue', 'live', 'start', 'settings'])(
    'WEB25 %s loads at most 200 KB of script, chart and all',
    async (name) => {
      const { items } = await getJson<{ items: { id: string }[] }>(
        server,
        first.cookie,
        '/projects/my-project/issues',
      );
      const stranger = name.startsWith('/');
      const path = stranger
        ? name
        : `/projects/my-project/${name === 'issue' ? `issues/${items[0]?.id}` : name}`;
      const { page, context } = await openPage(browser, server, { as: stranger ? null : first });
      let bytes = 0;
      let scripts = 0;
      page.on('response', (response) => {
        if (response.request().resourceType() !== 'script') return;
        scripts++;
        const length = response.headers()['content-length'];
        if (response.headers()['content-encoding'] === 'gzip') bytes += Number(length);
        else bytes += Number(length ?? Number.NaN);
      });
      await page.goto(path);
      await page.getByRole('heading').first().waitFor();
      // Nothing more came for a while: what is lazy has loaded, the chart among it.
      let before = 0;
      await until(
        'all scripts',
        () => {
          const settled = before === scripts;
          before = scripts;
          return settled;
        },
        30_000,
        1500,
      );
      console.log(`first view of ${name}: ${(bytes / 1024).toFixed(1)} KB in ${scripts} scripts`);
      expect(scripts).toBeGreaterThan(1);
      expect(bytes).toBeGreaterThan(50_000);
      expect(bytes).toBeLessThanOrEqual(LIMIT);
      await context.close();
    },
  );
});
