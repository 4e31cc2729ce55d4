/** Sending a first event: a snippet for each platform that works, a test event, and its arrival told live. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { axeProblems } from '../support/axe.ts';
import { startBrowserStage, type BrowserStage } from '../support/browser-stage.ts';
import { chromiumPath } from '../support/chromium.ts';
import { type FirstRun, type ServerProcess } from '../support/server-process.ts';
import { openPage, type WatchedPage } from '../support/signed-in-page.ts';

const executable = chromiumPath();
const START = '/projects/my-project/start';

describe.skipIf(executable === null)('onboarding', () => {
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

  const listening = () => page.getByRole('status', { name: 'Connection: Live' }).first().waitFor();
  const arrived = (title: string) =>
    page.getByRole('region', { name: '3. See it arrive' }).getByText(title).waitFor();

  it('UI45 every platform has its snippet, which stays in the URL', async () => {
    await page.goto(START);
    const platforms = page.getByRole('group', { name: 'Platform' }).getByRole('button');
    await platforms.first().waitFor();
    const labels = await platforms.allTextContents();
    expect(labels).toEqual(
      expect.arrayContaining(['Node.js', 'Next.js', 'Python', '.NET', 'OpenTelemetry', 'curl']),
    );
    for (const label of labels) {
      await page.getByRole('button', { name: label, exact: true }).click();
      const code = (await page.locator('figure').allTextContents()).join('\n');
      expect.soft(code, label).toContain(first.publicKey);
    }
    await page.getByRole('button', { name: '.NET' }).click();
    await page.waitForURL(/platform=dotnet/);
    await page.reload();
    await page.getByText('dotnet add package Sentry').waitFor();
    expect(await axeProblems(page)).toEqual([]);
  });

  it('UI45 the curl snippet works as it is written, and its event is told live', async () => {
    await page.goto(`${START}?platform=curl`);
    await listening();
    const command = (await page.locator('figure pre').last().textContent()) ?? '';
    await promisify(execFile)('sh', ['-c', command.replace('localhost', '127.0.0.1')]);
    await arrived('Hello, Mesher');
    expect(await axeProblems(page)).toEqual([]);
  });

  it('UI45 the address and the header of the OpenTelemetry snippet are taken', async () => {
    await page.goto(`${START}?platform=opentelemetry`);
    await listening();
    const code = (await page.locator('figure pre').last().textContent()) ?? '';
    const url = /url: '([^']+)'/.exec(code)?.[1] ?? '';
    const auth = /'x-sentry-auth': '([^']+)'/.exec(code)?.[1] ?? '';
    const nanos = `${Date.now()}000000`;
    const attributes = Object.entries({ 'exception.type': 'Error', 'exception.message': 'from a span' }).map(
      ([key, stringValue]) => ({ key, value: { stringValue } }),
    );
    const span = {
      traceId: '5b8efff798038103d269b633813fc60c',
      spanId: 'eee19b7ec3c1b174',
      name: 'hello',
      startTimeUnixNano: nanos,
      endTimeUnixNano: nanos,
      events: [{ timeUnixNano: nanos, name: 'exception', attributes }],
    };
    const answer = await fetch(url.replace('localhost', '127.0.0.1'), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-sentry-auth': auth },
      body: JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }),
    });
    expect(answer.status).toBe(200);
    await arrived('from a span');
  });

  it('UI45 a test event is sent by a button, and leads to its issue', async () => {
    await page.goto(START);
    await listening();
    await page.getByRole('button', { name: 'Send a test event' }).click();
    await arrived('Hello from the onboarding page');
    await page.getByRole('link', { name: 'Open the issue' }).click();
    await page.getByRole('heading', { name: /TestError/ }).waitFor();
    expect(watched.problems()).toEqual([]);
  });
});
