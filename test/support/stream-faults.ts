/**
 * One seeded run against a running server: viewers with different filters behind fault proxies, events and issue
 * changes coming in, networks failing. Afterwards every viewer must account for every matching entry of the log.
 */
import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import { connectStream, type StreamConnection } from '../../src/client/stream-client.ts';
import {
  parseCursor,
  type DownMessage,
  type EventMessage,
  type IssueMessage,
} from '../../src/protocol/down.ts';
import { createFaultProxy, type FaultProxy } from './fault-proxy.ts';
import { createRandom, type Random } from './random.ts';
import { getJson, sendJson, until, type FirstRun, type ServerProcess } from './server-process.ts';
import {
  accountFor,
  addAccount,
  createTally,
  judge,
  oracleEntries,
  ORACLE_FILTERS,
  type Account,
  type OracleEntry,
  type OracleFilter,
  type Tally,
} from './stream-oracle.ts';

export interface FaultWorld {
  server: ServerProcess;
  first: FirstRun;
  /** API token with stream:read. */
  token: string;
  /** The log so far, and the statuses of its issues. */
  log: OracleEntry[];
  statuses: Map<string, string | null>;
}

interface Viewer {
  filter: OracleFilter;
  proxy: FaultProxy;
  connection: StreamConnection;
  tally: Tally;
  /** Positions that connections were told. */
  told: number[];
  /** The first message that came out of order. */
  broken: () => unknown;
  /** What the client handed over, after removing repetitions. */
  handed: number[];
  /** The newest `issue_count` it was told. */
  count: () => number | null;
  start: number;
}

const VIEWERS = 4;
const STEPS = 24;

export async function createFaultWorld(server: ServerProcess, first: FirstRun): Promise<FaultWorld> {
  const { token } = await sendJson<{ token: string }>(server, first.cookie, '/tokens', {
    name: 'faults',
    scopes: ['stream:read'],
  });
  return { server, first, token, log: [], statuses: new Map() };
}

/** `heavy`: enough bytes that a stalled viewer falls behind the kernels' buffers and loses its oldest events. */
export async function faultRun(world: FaultWorld, seed: number, heavy = false): Promise<Account> {
  const random = createRandom(seed);
  const viewers: Viewer[] = [];
  try {
    await readLog(world);
    for (let i = 0; i < VIEWERS; i++) {
      const [everything] = ORACLE_FILTERS;
      const filter = heavy && i === 0 && everything ? everything : random.pick(ORACLE_FILTERS);
      viewers.push(await openViewer(world, random, heavy, filter));
    }
    for (let i = 0; i < STEPS; i++) await step(world, random, viewers);
    if (heavy) await burst(world, viewers);
    for (const { proxy, connection } of viewers) {
      proxy.refuse(false);
      proxy.stall(false);
      connection.resume();
    }
    return await settle(world, random, viewers);
  } finally {
    for (const viewer of viewers) viewer.connection.close();
    await Promise.all(viewers.map((viewer) => viewer.proxy.close()));
  }
}

async function openViewer(
  world: FaultWorld,
  random: Random,
  heavy: boolean,
  filter: OracleFilter,
): Promise<Viewer> {
  const proxy = await createFaultProxy(world.server.port, random.next);
  const tally = createTally();
  const told: number[] = [];
  let broken: unknown = null;
  let count: number | null = null;
  const handed: number[] = [];
  const maxRate = random.pick([null, null, null, 20]);
  const connection = connectStream({
    url: `http://127.0.0.1:${proxy.port}`,
    projectId: world.first.projectId,
    filters: filter.filters,
    scope: filter.scope,
    buffer: heavy ? 20 : random.pick([5, 100, 5000]),
    ...(maxRate === null ? {} : { maxRate }),
    random: () => 0.05 * random.next(),
    webSocket(url, protocols) {
      const listen = tally.connect();
      const socket = new WebSocket(url, protocols, { headers: { authorization: `Bearer ${world.token}` } });
      socket.on('message', (data: Buffer) => {
        try {
          listen(JSON.parse(data.toString()) as DownMessage);
          told.push(tally.position);
        } catch (error) {
          broken ??= error;
        }
      });
      return socket;
    },
    onMessage: (message) => {
      if (message.type === 'event' || message.type === 'issue') handed.push(message.seq);
      if (message.type === 'issue_count') ({ count } = message);
    },
  });
  await until('a viewer to be live', () => connection.state === 'live', 15_000, 2);
  const start = parseCursor(connection.cursor ?? '')?.seq ?? 0;
  return { filter, proxy, connection, tally, told, broken: () => broken, handed, count: () => count, start };
}

async function step(world: FaultWorld, random: Random, viewers: readonly Viewer[]): Promise<void> {
  const { proxy, connection } = random.pick(viewers);
  switch (random.between(0, 13)) {
    case 0:
    case 1:
    case 2:
    case 3:
      await Promise.all(Array.from({ length: random.between(1, 10) }, () => post(world, someEvent(random))));
      break;
    case 4:
    case 5:
      await changeIssue(world, random);
      break;
    case 6:
      proxy.stall(true);
      break;
    case 7:
      proxy.stall(false);
      break;
    case 8:
      proxy.reset();
      break;
    case 9:
      // What is sent now is lost without a word; some time later the network says so.
      proxy.halfOpen();
      await post(world, someEvent(random));
      await pause(random.between(0, 20));
      proxy.reset();
      break;
    case 10:
      proxy.split(random.between(100, 3000));
      break;
    case 11:
      connection.pause();
      break;
    case 12:
      connection.resume();
      break;
    case 13:
      proxy.refuse(true);
      proxy.reset();
      await post(world, someEvent(random));
      proxy.refuse(false);
      break;
  }
  await pause(random.between(0, 8));
}

const KINDS = [
  ['info', 'cache is cold'],
  ['warning', 'slow query'],
  ['error', 'payment failed'],
  ['error', 'kaboom in checkout'],
  ['fatal', 'Kaboom at start'],
] as const;

function someEvent(random: Random): object {
  const [level, message] = random.pick(KINDS);
  return {
    level,
    message: `${message} ${random.between(1, 3)}`,
    environment: random.pick(['production', 'dev']),
    tags: { team: random.pick(['a', 'b', 'c']) },
  };
}

async function post(world: FaultWorld, event: object): Promise<void> {
  const { projectId, publicKey } = world.first;
  const answer = await fetch(`${world.server.url}/api/${projectId}/store/?sentry_key=${publicKey}`, {
    method: 'POST',
    body: JSON.stringify({ event_id: randomUUID().replaceAll('-', ''), platform: 'node', ...event }),
  });
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`ingestion answered ${answer.status}`);
}

async function changeIssue(world: FaultWorld, random: Random): Promise<void> {
  await readLog(world);
  const alive = [...world.statuses].flatMap(([id, status]) => (status === null ? [] : [id]));
  if (alive.length === 0) return;
  const command = random.pick(['resolve', 'archive', 'unresolve']);
  await sendJson(world.server, world.first.cookie, `/issues/${random.pick(alive)}/${command}`, {});
}

/** 12 MB while two of the viewers do not read; issues change to and fro meanwhile. */
async function burst(world: FaultWorld, viewers: readonly Viewer[]): Promise<void> {
  for (const { proxy } of viewers.slice(0, 2)) proxy.stall(true);
  const bulk = Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`tag${i}`, 'x'.repeat(200)]));
  const issues = [...world.statuses].flatMap(([id, status]) => (status === null ? [] : [id])).slice(0, 3);
  for (let sent = 0; sent < 320; sent += 16) {
    const command = (sent / 16) % 2 === 0 ? 'resolve' : 'unresolve';
    for (const id of issues) await sendJson(world.server, world.first.cookie, `/issues/${id}/${command}`, {});
    await Promise.all(
      Array.from({ length: 16 }, () =>
        post(world, {
          level: 'error',
          message: 'kaboom in bulk',
          environment: 'production',
          tags: { ...bulk, team: 'a' },
        }),
      ),
    );
  }
}

async function settle(world: FaultWorld, random: Random, viewers: readonly Viewer[]): Promise<Account> {
  // The last entries match every filter, so that each viewer is told a position beyond everything of this run.
  const last = randomUUID();
  const events = ['dev', 'production'].flatMap((environment) =>
    ['warning', 'error'].flatMap((level) =>
      ['a', 'b'].map((team) => ({ level, environment, tags: { team }, message: `kaboom ${level} ${last}` })),
    ),
  );
  await Promise.all(events.map((event) => post(world, event)));
  await readLog(world);
  const total: Account = { delivered: 0, dropped: 0, superseded: 0, lost: 0 };
  const unresolved = [...world.statuses.values()].filter((status) => status === 'unresolved').length;
  for (const viewer of viewers) {
    const { filter, connection, tally, start } = viewer;
    const expected = world.log.findLast((entry) => filter.test(entry) !== 'no')?.seq ?? 0;
    await until(
      `'${filter.name}' to reach ${expected}`,
      () => (parseCursor(connection.cursor ?? '')?.seq ?? 0) >= expected,
      15_000,
      2,
    );
    await until(`a count of ${unresolved}`, () => viewer.count() === unresolved, 5000, 2);
    if (viewer.broken() !== null) throw viewer.broken();
    addAccount(total, accountFor(judge(world.log, filter), tally, start));
    viewer.handed.reduce((before, seq) => {
      if (seq <= before) throw new Error(`the client handed over ${seq} after ${before}`);
      return seq;
    }, 0);
  }
  await resumeAnywhere(world, random.pick(viewers), random);
  return total;
}

/** From a cursor that some connection was told, without faults: exactly what the log holds after it. */
async function resumeAnywhere(world: FaultWorld, viewer: Viewer, random: Random): Promise<void> {
  const { told } = viewer;
  const from = told.length === 0 ? viewer.start : Math.max(viewer.start, random.pick(told));
  const epoch = viewer.connection.cursor?.split('.')[0] ?? '';
  const seqs: number[] = [];
  const connection = connectStream({
    url: world.server.url,
    projectId: world.first.projectId,
    filters: viewer.filter.filters,
    scope: viewer.filter.scope,
    since: `${epoch}.${from}`,
    webSocket: (url, protocols) =>
      new WebSocket(url, protocols, { headers: { authorization: `Bearer ${world.token}` } }),
    onMessage: (message) => {
      if (message.type === 'event' || message.type === 'issue') seqs.push(message.seq);
    },
  });
  await until('the resumed viewer to be live', () => connection.state === 'live', 15_000, 2);
  connection.close();
  const expected = world.log.filter((one) => one.seq > from && viewer.filter.test(one) !== 'no');
  if (seqs.join() !== expected.map((one) => one.seq).join())
    throw new Error(`resumed from ${from} '${viewer.filter.name}': ${seqs.join()}`);
}

/** Takes the log further, from its pages over REST. */
async function readLog(world: FaultWorld): Promise<void> {
  const path = `/projects/${world.first.projectId}/log?limit=100`;
  const epoch = await epochOf(world);
  for (let since: string | null = `${epoch}.${world.log.at(-1)?.seq ?? 0}`; since !== null;) {
    const page: { items: (EventMessage | IssueMessage)[]; next: string | null } = await getJson(
      world.server,
      world.first.cookie,
      `${path}&since=${since}`,
    );
    world.log.push(...oracleEntries(page.items, world.statuses));
    since = page.next;
  }
}

const epochs = new WeakMap<FaultWorld, string>();
async function epochOf(world: FaultWorld): Promise<string> {
  const known = epochs.get(world);
  if (known !== undefined) return known;
  const socket = new WebSocket(
    `${world.server.url.replace('http', 'ws')}/stream/projects/${world.first.projectId}?v=1`,
    { headers: { authorization: `Bearer ${world.token}` } },
  );
  const epoch = await new Promise<string>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as DownMessage;
      if (message.type === 'subscribed') resolve(message.cursor.split('.')[0] ?? '');
    });
  });
  socket.terminate();
  epochs.set(world, epoch);
  return epoch;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
