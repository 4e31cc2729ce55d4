/**
 * IN1: any Sentry SDK is pointed at Mesher by changing its DSN. Real SDKs in their own processes against a real
 * server; the event is read back over the REST API.
 */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventDetail, Issue, OutcomeRow, Page, Project, ProjectKey } from '../../src/protocol/rest.ts';
import {
  getJson,
  makeDataDir,
  redeemSetup,
  ROOT,
  sendJson,
  startServerProcess,
  until,
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
    ['sentry-node-10', '10'],
    ['sentry-node-8', '8'],
    ['sentry-node-7', '7'],
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

describe('IN7 a 429 of ours', () => {
  const limited = async (name: string, file: string, args: readonly string[]) => {
    const project = await sendJson<Project>(server, first.cookie, '/projects', { name: `Limited ${name}` });
    // One event at once, the next in 100 seconds.
    await sendJson(server, first.cookie, `/projects/${project.id}/settings`, { rate_limit: 0.01 }, 'PATCH');
    const keys = await getJson<Page<ProjectKey>>(server, first.cookie, `/projects/${project.id}/keys`);
    const dsn = (keys.items[0]?.dsn ?? '').replace('localhost', '127.0.0.1');
    await run(file, [...args], { env: { ...process.env, SENTRY_DSN: dsn } });
    return until('the outcomes', async () => {
      const { items } = await getJson<Page<OutcomeRow>>(
        server,
        first.cookie,
        `/projects/${project.id}/stats/outcomes`,
      );
      const errors = items.filter((row) => row.category === 'error');
      const of = (outcome: string) =>
        errors.filter((row) => row.outcome === outcome).reduce((sum, row) => sum + row.quantity, 0);
      return of('accepted') > 0 && of('rate_limited') > 0 && [of('accepted'), of('rate_limited')];
    });
  };

  it.each(['@sentry/node', 'sentry-node-10', 'sentry-node-8', 'sentry-node-7'])(
    'IN7 is obeyed by %s: of seven errors one is taken, one refused, five never sent',
    async (name) => {
      const script = join(ROOT, 'test/sdk/sentry-node-limited.ts');
      expect(await limited(name, process.execPath, [script, name])).toEqual([1, 1]);
    },
  );

  it.skipIf(!hasPythonSdk())('IN7 is obeyed by Debian’s python3-sentry-sdk', async () => {
    const script = join(ROOT, 'test/sdk/sentry-python-limited.py');
    expect(await limited('python', '/usr/bin/python3', [script])).toEqual([1, 1]);
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
