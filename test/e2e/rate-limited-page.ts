/** IN7 in a browser: what a page's SDK does once its project is limited. */
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { OutcomeRow, Page as RestPage } from '../../src/protocol/rest.ts';
import { getJson, sendJson, until, type FirstRun, type ServerProcess } from '../support/server-process.ts';

/** Throws errors in the page until its SDK was refused and has fallen silent. */
export async function expectSilenceWhenLimited(
  page: Page,
  server: ServerProcess,
  { cookie, projectId }: FirstRun,
): Promise<void> {
  const project = `/projects/${projectId}`;
  await sendJson(server, cookie, `${project}/settings`, { rate_limit: 0.01 }, 'PATCH');
  let requests = 0;
  let refused = 0;
  page.on('request', (request) => {
    if (request.url().includes('/envelope/')) requests += 1;
  });
  page.on('response', (response) => {
    if (response.url().includes('/envelope/') && response.status() === 429) refused += 1;
  });
  /** Each error in a task of its own; resolves some tasks later, when the SDK has sent what it sends. */
  const fail = (count: number) =>
    page.evaluate(async (n) => {
      for (let k = 0; k < n; k++) setTimeout(() => JSON.parse(`no json ${Math.random()}`), 0);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }, count);
  // What was on its way when the answer came still arrives; then twenty errors make not one request.
  await until('silence', async () => {
    const before = requests;
    await fail(20);
    return refused > 0 && requests === before;
  });
  expect(refused).toBeLessThan(requests);
  await until('the outcome', async () => {
    const { items } = await getJson<RestPage<OutcomeRow>>(server, cookie, `${project}/stats/outcomes`);
    return items.some((row) => row.outcome === 'rate_limited' && row.category === 'error');
  });
}
