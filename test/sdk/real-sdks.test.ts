/**
 * IN1: any Sentry SDK is pointed at Mesher by changing its DSN. Real SDKs in their own processes against a real
 * server; the event is read back over the REST API.
 */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventDetail, Issue, Page } from '../../src/protocol/rest.ts';
import {
  getJson,
  makeDataDir,
  redeemSetup,
  ROOT,
  startServerProcess,
  type FirstRun,
  type ServerProcess,
} from '../support/server-process.ts';

const run = promisify(execFile);
const dataDir = makeDataDir();
let server: ServerProcess;
let first: FirstRun;

beforeAll(async () => {
  server = await startServerProcess({ dataDir: dataDir.path });
  first = await redeemSetup(server);
});
afterAll(async () => {
  await server.end('SIGTERM');
  dataDir.remove();
});

async function findEvent(valuePart: string): Promise<{ issue: Issue; detail: EventDetail }> {
  const page = await getJson<Page<Issue>>(
    server,
    first.cookie,
    `/projects/${first.projectId}/issues?limit=100`,
  );
  const issue = page.items.find((candidate) => candidate.title.includes(valuePart));
  if (!issue)
    throw new Error(
      `no issue with '${valuePart}' among: ${page.items.map((item) => item.title).join(' | ')}`,
    );
  const detail = await getJson<EventDetail>(
    server,
    first.cookie,
    `/projects/${first.projectId}/events/${issue.last_event_id ?? ''}`,
  );
  return { issue, detail };
}

function expectWholeEvent(
  { issue, detail }: { issue: Issue; detail: EventDetail },
  type: string,
  functionName: string,
): void {
  expect(issue.title).toMatch(new RegExp(`^${type}: card declined`));
  expect(issue).toMatchObject({
    level: 'error',
    status: 'unresolved',
    first_release: 'shop@1.4.2',
  });
  const { event } = detail;
  expect(event).toMatchObject({
    level: 'error',
    environment: 'staging',
    release: 'shop@1.4.2',
    server_name: 'web-7',
  });
  expect(event.user).toMatchObject({ id: '42', email: 'ada@example.com', username: 'ada' });
  expect(event.tags).toContainEqual(['region', 'eu-1']);
  expect(event.breadcrumbs).toContainEqual(
    expect.objectContaining({ category: 'cart', message: 'added item 7' }),
  );
  const frame = event.exception?.at(-1)?.stacktrace?.frames.at(-1);
  expect(frame?.function).toContain(functionName);
  expect(frame?.context_line).toMatch(/throw new CheckoutError|raise ValueError/);
  expect(frame?.in_app).toBe(true);
}

describe('IN1 real SDKs', () => {
  it.each([
    ['@sentry/node', 'current'],
    ['sentry-node-8', '8'],
  ])('IN1 %s (%s) gets through with everything it sends', async (name) => {
    await run(process.execPath, [join(ROOT, 'test/sdk/sentry-node.ts'), name], {
      env: { ...process.env, SENTRY_DSN: first.dsn },
    });
    expectWholeEvent(await findEvent(`(${name})`), 'CheckoutError', 'chargeCard');
  });

  const python = hasPythonSdk();
  it.skipIf(!python)('IN1 Debian’s python3-sentry-sdk gets through with everything it sends', async () => {
    await run('/usr/bin/python3', [join(ROOT, 'test/sdk/sentry-python.py')], {
      env: { PATH: process.env.PATH, SENTRY_DSN: first.dsn },
    });
    expectWholeEvent(await findEvent('(python)'), 'ValueError', 'charge_card');
  });
});

function hasPythonSdk(): boolean {
  if (!existsSync('/usr/bin/python3')) return false;
  try {
    execFileSync('/usr/bin/python3', ['-c', 'import sentry_sdk'], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn('NOTICE: skipped, Debian package python3-sentry-sdk is not installed');
    return false;
  }
}
