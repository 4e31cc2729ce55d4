/** A list of 10,000 issues, scrolled to its end: every row is there once, few are in the page, and scrolling stays light. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBrowserStage, type BrowserStage } from '../support/browser-stage.ts';
import { chromiumPath } from '../support/chromium.ts';
import { postEvents } from '../support/send-event.ts';
import { getJson, until, type FirstRun, type ServerProcess } from '../support/server-process.ts';
import { openPage } from '../support/signed-in-page.ts';

const executable = chromiumPath();
const ISSUES = 10_000;
const AT_ONCE = 1_000;

interface Probe {
  tasks: number[];
  ids: string[];
  rows: number;
}

/** Long tasks, the issues that were ever shown, and the most rows at once. */
const PROBE = `
  const probe = (globalThis.probe = { tasks: [], seen: new Set(), rows: 0 });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) probe.tasks.push(duration);
  }).observe({ type: 'longtask' });
  globalThis.look = () => {
    const rows = document.querySelectorAll('[data-issue-id]');
    probe.rows = Math.max(probe.rows, rows.length);
    for (const row of rows) probe.seen.add(row.dataset.issueId);
  };`;

/** One screen a frame until the end of what is loaded does not move any more. */
const SCROLL = `new Promise((done) => {
  const list = document.querySelector('ul[aria-label="Issues"]').parentElement;
  let still = 0;
  const frame = () => {
    look();
    const before = list.scrollTop;
    list.scrollTop += list.clientHeight * 0.9;
    still = list.scrollTop === before ? still + 1 : 0;
    if (still > 240 || probe.seen.size >= WANTED) done(probe.seen.size);
    else requestAnimationFrame(frame);
  };
  frame();
})`;

describe.skipIf(executable === null)('ten thousand issues', () => {
  let stage: BrowserStage;
  let server: ServerProcess;
  let first: FirstRun;
  let browser: Browser;

  beforeAll(async () => {
    stage = await startBrowserStage({ env: { MESHER_RATE_LIMIT: '0' } });
    ({ server, first, browser } = stage);
    for (let from = 0; from < ISSUES; from += AT_ONCE) {
      const part = Array.from({ length: AT_ONCE }, (_, n) => ({
        message: `seeded ${from + n}`,
        fingerprint: [`seeded-${from + n}`],
      }));
      await postEvents(server, first, part);
    }
    await until('all issues', async () => {
      const project = await getJson<{ unresolved: number }>(server, first.cookie, '/projects/my-project');
      return project.unresolved === ISSUES;
    });
  });
  afterAll(() => stage?.close());

  it('UI25 every issue is reached once by scrolling, with few rows in the page and no task that grows with the list', async () => {
    const { page, problems } = await openPage(browser, server, { as: first });
    await page.addInitScript(PROBE);
    await page.goto('/projects/my-project/issues');
    await page.getByRole('list', { name: 'Issues' }).getByRole('link').first().waitFor();
    const read = () => page.evaluate<Probe>('({ ...probe, ids: [...probe.seen] })');
    const scroll = async (wanted: number) => {
      await page.evaluate('void (probe.tasks.length = 0)');
      await page.evaluate(SCROLL.replace('WANTED', String(wanted)));
      return Math.max(0, ...(await read()).tasks);
    };
    const early = await scroll(1_000);
    const whole = await scroll(ISSUES);
    const { ids, rows } = await read();
    expect(new Set(ids).size).toBe(ISSUES);
    expect(rows).toBeLessThan(60);
    // Once more with everything loaded, from the top.
    await page.evaluate(`document.querySelector('ul[aria-label="Issues"]').parentElement.scrollTop = 0`);
    await page.evaluate('probe.seen.clear()');
    const loaded = await scroll(ISSUES);
    console.log(
      `longest task: first 1,000 rows ${Math.round(early)} ms, to 10,000 ${Math.round(whole)} ms, all loaded ${Math.round(loaded)} ms`,
    );
    // The goal of 50 ms is for a quiet machine (docs/benchmarks.md); here the list is held against itself.
    const unit = Math.max(50, early);
    expect(whole).toBeLessThan(unit * 5);
    expect(loaded).toBeLessThan(unit * 3);
    expect(problems()).toEqual([]);
  });
});
