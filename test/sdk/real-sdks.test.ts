/**
 * Real SDKs in their own processes against a real server, through a proxy that counts. `npm test` runs those that
 * need no download, `npm run test:sdks` all of them; the table is in sdks.ts.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import type { SentryEvent } from '../../src/event.ts';
import type { EventDetail, Issue, OutcomeRow, Page, Project, ProjectKey } from '../../src/protocol/rest.ts';
import {
  getJson,
  makeDataDir,
  redeemSetup,
  sendJson,
  startServerProcess,
  until,
  type FirstRun,
  type ServerProcess,
} from '../support/server-process.ts';
import { startCountingProxy, type ProxiedRequest } from './counting-proxy.ts';
import { recordResults, type SdkResult } from './record-results.ts';
import { SDKS, type Part, type Sdk } from './sdks.ts';
import { prepare } from './toolchains.ts';

const run = promisify(execFile);
const ALL = process.env['MESHER_SDKS'] === '1';
/** A toolchain fetches and builds in the first test that needs it. */
const LIMIT = { timeout: ALL ? 900_000 : 120_000 };
const MESSAGE = 'the shop is open';
/** Timers of another process may end this much early. */
const CLOCK_MS = 50;
const dataDir = makeDataDir();
const results = new Map<Sdk, SdkResult>();
let server: ServerProcess;
let first: FirstRun;

beforeAll(async () => {
  server = await startServerProcess({ dataDir: dataDir.path });
  first = await redeemSetup(server);
});
afterAll(async () => {
  await server.end('SIGTERM');
  dataDir.remove();
  if (ALL) recordResults([...results.values()], SDKS.length);
});

const runs = ({ also }: Sdk): boolean =>
  ALL || also === 'npm test' || (also === 'CI' && process.env['CI'] !== undefined);

describe.each(SDKS.filter(runs))('$language: $name', (sdk) => {
  const note = (more: Partial<SdkResult>) => {
    const row = results.get(sdk) ?? { sdk: sdk.name, language: sdk.language };
    results.set(sdk, { ...row, ...more });
  };

  /** The command of the sample program; skips the test where the toolchain is missing. */
  async function commandOf(context: TestContext): Promise<Command> {
    const toolchain = await prepare(sdk.toolchain);
    if (toolchain.kind === 'missing') {
      note({ skipped: toolchain.notice });
      return context.skip(toolchain.notice);
    }
    note({ runtime: toolchain.version });
    const [script, ...args] = sdk.program;
    const program = script === undefined ? [] : [join(toolchain.folder, script), ...args];
    return { line: [...toolchain.command, ...program], cwd: toolchain.folder };
  }

  it('IN1 arrives with all it says, and the same error twice is one issue', LIMIT, async (context) => {
    const command = await commandOf(context);
    const project = await newProject(sdk);
    const requests = await runProgram(command, 'report', project.dsn);
    expect(new Set(requests.map((request) => request.status))).toEqual(new Set([200]));

    const says = (part: Part) => !sdk.lacks.includes(part);
    const { items } = await get<Page<Issue>>(`/projects/${project.id}/issues`);
    expect(items.map((item) => item.title).sort()).toEqual(
      [sdk.title, ...(says('message') ? [MESSAGE] : [])].sort(),
    );
    const issue = items.find((item) => item.title === sdk.title);
    expect(issue).toMatchObject({
      level: 'error',
      status: 'unresolved',
      event_count: 2,
      user_count: 1,
      first_release: 'shop@1.4.2',
    });
    if (says('message')) expect(items.find((item) => item.title === MESSAGE)?.level).toBe('info');
    const { event } = await get<EventDetail>(`/projects/${project.id}/events/${issue?.last_event_id ?? ''}`);
    expectWholeEvent(event, sdk, says);
    note({ version: sdk.version ?? event.sdk?.version ?? '', lacks: sdk.lacks });
  });

  it('IN7 is told to wait and does', LIMIT, async (context) => {
    const command = await commandOf(context);
    const project = await newProject(sdk);
    // One error at once and the next in 100 seconds; for what repeats: two, and the next in 5.
    const rate = sdk.on429 === 'waits' ? 0.2 : 0.01;
    await sendJson(server, first.cookie, `/projects/${project.id}/settings`, { rate_limit: rate }, 'PATCH');
    const requests = await runProgram(command, 'limited', project.dsn);

    const refused = requests.filter((request) => request.status === 429);
    expect(refused.length).toBeGreaterThan(0);
    for (const { retryAfter } of refused) expect(retryAfter).toBeGreaterThan(0);
    const expected = {
      stops: [1, 1],
      asks: [1, 6],
      waits: [3, refused.length],
      slows: [1, Math.min(refused.length, 3)],
    }[sdk.on429];
    expect(refused.length).toBe(expected[1]);
    // A repeated request comes no earlier than it was asked to.
    for (const [index, { status, retryAfter, answeredAt }] of requests.entries())
      if (status === 429 && sdk.on429 === 'waits')
        expect((requests[index + 1]?.askedAt ?? 0) - answeredAt).toBeGreaterThan(
          retryAfter * 1000 - CLOCK_MS,
        );
    await until(`the outcomes ${expected.join()}`, async () => {
      const { items } = await get<Page<OutcomeRow>>(`/projects/${project.id}/stats/outcomes`);
      const of = (outcome: string) =>
        items
          .filter((row) => row.category === 'error' && row.outcome === outcome)
          .reduce((sum, row) => sum + row.quantity, 0);
      return of('accepted') === expected[0] && of('rate_limited') === expected[1];
    });
    note({ on429: sdk.on429, accepted: expected[0] ?? 0, refused: refused.length });
  });
});

interface Command {
  line: readonly string[];
  cwd: string;
}

async function newProject(sdk: Sdk): Promise<{ id: string; dsn: URL }> {
  const { id } = await sendJson<Project>(server, first.cookie, '/projects', { name: sdk.name });
  const keys = await get<Page<ProjectKey>>(`/projects/${id}/keys`);
  return { id, dsn: new URL(keys.items[0]?.dsn ?? '') };
}

/** Runs a sample program to its end; resolves with what it asked of the server. */
async function runProgram(
  { line: [file = '', ...args], cwd }: Command,
  mode: 'report' | 'limited',
  dsn: URL,
): Promise<readonly ProxiedRequest[]> {
  const proxy = await startCountingProxy(server.port);
  const origin = `127.0.0.1:${proxy.port}`;
  try {
    await run(file, [...args, mode], {
      cwd,
      timeout: 100_000,
      env: {
        ...process.env,
        SENTRY_DSN: `http://${dsn.username}@${origin}${dsn.pathname}`,
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://${origin}/api${dsn.pathname}/integration/otlp`,
        OTEL_EXPORTER_OTLP_HEADERS: `x-sentry-auth=${encodeURIComponent(`Sentry sentry_key=${dsn.username}`)}`,
        OTEL_SERVICE_NAME: 'shop',
        OTEL_RESOURCE_ATTRIBUTES: 'service.version=1.4.2,deployment.environment.name=staging,host.name=web-7',
        RUST_BACKTRACE: '1',
      },
    });
  } finally {
    await proxy.close();
  }
  return proxy.requests;
}

function get<T>(path: string): Promise<T> {
  return getJson<T>(server, first.cookie, path);
}

function expectWholeEvent(event: SentryEvent, sdk: Sdk, says: (part: Part) => boolean): void {
  expect(event).toMatchObject({
    level: 'error',
    environment: 'staging',
    release: 'shop@1.4.2',
    server_name: 'web-7',
    user: { id: '42', email: 'ada@example.com', username: 'ada' },
    sdk: { name: sdk.sdkName },
  });
  if (says('tags')) expect(event.tags).toContainEqual(['region', 'eu-1']);
  if (says('breadcrumbs'))
    expect(event.breadcrumbs).toContainEqual(
      expect.objectContaining({ category: 'cart', message: 'added item 7' }),
    );
  const exceptions = event.exception ?? [];
  expect(exceptions.at(-1)?.value).toBe('card declined');
  if (says('cause')) expect(exceptions.at(-2)?.value).toBe('the bank said no');
  const frames = exceptions.at(-1)?.stacktrace?.frames ?? [];
  const frame = frames.findLast((candidate) => candidate.function?.includes(sdk.thrownIn));
  expect(frame, `a frame of ${sdk.thrownIn}`).toBeDefined();
  expect(frame?.lineno).toBeGreaterThan(0);
  if (says('in_app')) expect(frame?.in_app).toBe(true);
}
