/**
 * A day in the life of a busy server, in minutes: events come in at a steady rate, a hundred clients with twenty
 * filters follow, and every second one of them stalls, is cut off or comes back. At the end each client accounts for
 * every matching entry of the log, and the memory of the server is looked at.
 */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
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
import { watchMemory, type MemorySeries } from './memory-watch.ts';
import { postEvents } from './send-event.ts';
import {
  getJson,
  ROOT,
  until,
  withoutTestSettings,
  type FirstRun,
  type ServerProcess,
} from './server-process.ts';
import {
  accountFor,
  addAccount,
  createTally,
  judge,
  oracleEntries,
  ORACLE_FILTERS,
  type Account,
  type Judged,
  type OracleEntry,
  type OracleFilter,
  type Tally,
} from './stream-oracle.ts';

export interface ViewerLoad {
  seconds: number;
  eventsPerSecond: number;
  clients: number;
  seed: number;
}

export interface ViewerLoadResult extends Account, MemorySeries {
  events: number;
  entries: number;
  faults: number;
  connections: number;
}

/** Eight of all shapes, and twelve that match a twelfth of the events each. */
const FILTERS: readonly OracleFilter[] = [
  ...ORACLE_FILTERS,
  ...Array.from({ length: 12 }, (_, shard): OracleFilter => ({
    name: `shard ${shard}`,
    filters: { tags: { shard: String(shard) } },
    scope: 'events',
    test: (entry) => (entry.kind === 'event' && entry.tags['shard'] === String(shard) ? 'yes' : 'no'),
  })),
];

/** A user has at most 20 connections, and one that was cut may be counted a little longer. */
const CLIENTS_PER_USER = 15;
const BATCHES_PER_SECOND = 20;

interface Viewer {
  filter: OracleFilter;
  tally: Tally;
  start: number;
  proxy: FaultProxy;
  connection: StreamConnection;
  open: (since?: string) => StreamConnection;
  connections: number;
}

export async function viewerLoad(
  server: ServerProcess,
  first: FirstRun,
  load: ViewerLoad,
): Promise<ViewerLoadResult> {
  const random = createRandom(load.seed);
  const tokens = await makeTokens(server, Math.ceil(load.clients / CLIENTS_PER_USER));
  const viewers: Viewer[] = [];
  const broken: unknown[] = [];
  const stopWatching = watchMemory(server.pid);
  try {
    for (let i = 0; i < load.clients; i++) {
      const filter = FILTERS[i % FILTERS.length];
      const token = tokens[i % tokens.length];
      if (filter === undefined || token === undefined) throw new Error('no filter or token');
      viewers.push(await openViewer({ server, first, token, filter, random, broken }));
    }
    let faults = 0;
    let events = 0;
    const ends = performance.now() + load.seconds * 1000;
    const started = performance.now();
    const each = 1000 / BATCHES_PER_SECOND;
    for (let batch = 0; performance.now() < ends; batch++) {
      await pauseUntil(started + batch * each);
      events += await postBatch(server, first, random, load.eventsPerSecond / BATCHES_PER_SECOND);
      if (batch % BATCHES_PER_SECOND !== 0) continue;
      await disturb(random.pick(viewers), random);
      faults++;
    }
    for (const { proxy } of viewers) proxy.stall(false);
    const memory = stopWatching();
    const account = await settle(server, first, viewers);
    if (broken.length > 0) throw broken[0];
    return {
      ...account,
      events,
      faults,
      connections: viewers.reduce((sum, viewer) => sum + viewer.connections, 0),
      ...memory,
    };
  } finally {
    stopWatching();
    for (const viewer of viewers) viewer.connection.close();
    await Promise.all(viewers.map((viewer) => viewer.proxy.close()));
  }
}

const run = promisify(execFile);

/** Users and their tokens, as an administrator makes them: on the command line. */
async function makeTokens(server: ServerProcess, users: number): Promise<string[]> {
  const mesher = async (...args: string[]): Promise<string> => {
    const env = { ...withoutTestSettings(process.env), MESHER_DATA_DIR: server.dataDir };
    return (await run(process.execPath, ['src/main.ts', ...args], { cwd: ROOT, env })).stdout;
  };
  return Promise.all(
    Array.from({ length: users }, async (_, i) => {
      const email = `viewer${i}-${randomUUID().slice(0, 8)}@example.com`;
      await mesher('user', 'create', '--email', email, '--password', 'correct horse battery');
      const flags = ['--name', 'load', '--scopes', 'stream:read', '--user', email, '--json'];
      return (JSON.parse(await mesher('token', 'create', ...flags)) as { token: string }).token;
    }),
  );
}

async function openViewer(o: {
  server: ServerProcess;
  first: FirstRun;
  token: string;
  filter: OracleFilter;
  random: Random;
  broken: unknown[];
}): Promise<Viewer> {
  const proxy = await createFaultProxy(o.server.port, o.random.next);
  const tally = createTally();
  const open = (since?: string): StreamConnection =>
    connectStream({
      url: `http://127.0.0.1:${proxy.port}`,
      projectId: o.first.projectId,
      filters: o.filter.filters,
      scope: o.filter.scope,
      // The load generator shares the machine: it does not parse what it does not look at.
      payload: 'none',
      ...(since === undefined ? {} : { since }),
      random: () => 0.1 * o.random.next(),
      webSocket(url, protocols) {
        const listen = tally.connect();
        viewer.connections++;
        const socket = new WebSocket(url, protocols, { headers: { authorization: `Bearer ${o.token}` } });
        socket.on('message', (data: Buffer) => {
          try {
            listen(JSON.parse(data.toString()) as DownMessage);
          } catch (error) {
            o.broken.push(error);
          }
        });
        return socket;
      },
    });
  const viewer = { filter: o.filter, tally, start: 0, proxy, open, connections: 0 };
  const connection = open();
  await until('a viewer to be live', () => connection.state === 'live', 20_000, 5);
  return Object.assign(viewer, { connection, start: parseCursor(connection.cursor ?? '')?.seq ?? 0 });
}

/** One of them stalls for a while, loses its connection, or goes and comes back later. */
async function disturb(viewer: Viewer, random: Random): Promise<void> {
  const { proxy } = viewer;
  const later = 200 + random.between(0, 2000);
  switch (random.between(0, 3)) {
    case 0:
      proxy.stall(true);
      setTimeout(() => proxy.stall(false), later);
      break;
    case 1:
      proxy.reset();
      break;
    case 2:
      proxy.halfOpen();
      setTimeout(() => proxy.reset(), later);
      break;
    case 3: {
      const { cursor } = viewer.connection;
      viewer.connection.close();
      if (cursor === null) viewer.connection = viewer.open();
      else setTimeout(() => (viewer.connection = viewer.open(cursor)), later);
      break;
    }
  }
}

const LEVELS = ['info', 'info', 'warning', 'error', 'error', 'fatal'];

async function postBatch(
  server: ServerProcess,
  first: FirstRun,
  random: Random,
  count: number,
): Promise<number> {
  const events = Array.from({ length: count }, () => {
    const level = random.pick(LEVELS);
    const boom = random.between(0, 30) === 0 ? 'kaboom' : 'failure';
    return {
      event_id: randomUUID().replaceAll('-', ''),
      platform: 'node',
      level,
      message: `${boom} ${level} ${'abcdefghij'.charAt(random.between(0, 9))}`,
      environment: random.pick(['production', 'dev']),
      tags: { team: random.pick(['a', 'b', 'c']), shard: String(random.between(0, 11)) },
    };
  });
  await postEvents(server, first, events);
  return count;
}

async function settle(
  server: ServerProcess,
  first: FirstRun,
  viewers: readonly Viewer[],
): Promise<Account & { entries: number }> {
  // Entries that match every filter, so that each client is told a position beyond everything before.
  const last = randomUUID();
  await postEvents(
    server,
    first,
    Array.from({ length: 12 }, (_, shard) => shard).flatMap((shard) =>
      ['warning', 'error'].flatMap((level) =>
        ['a', 'b'].flatMap((team) =>
          ['dev', 'production'].map((environment) => ({
            event_id: randomUUID().replaceAll('-', ''),
            level,
            environment,
            message: `kaboom ${level} ${last}`,
            tags: { team, shard: String(shard) },
          })),
        ),
      ),
    ),
  );
  const epoch = await until('a cursor', () => viewers[0]?.connection.cursor?.split('.')[0]);
  const log = await readLog(server, first, epoch);
  const judged = new Map<OracleFilter, Judged>();
  const total: Account = { delivered: 0, dropped: 0, superseded: 0, lost: 0 };
  for (const viewer of viewers) {
    const { filter, tally } = viewer;
    const seen = judged.get(filter) ?? judge(log, filter);
    judged.set(filter, seen);
    const expected = log[seen.verdicts.findLastIndex((verdict) => verdict !== 'no')]?.seq ?? 0;
    await until(`'${filter.name}' to reach ${expected}`, () => tally.position >= expected, 30_000, 10);
    addAccount(total, accountFor(seen, tally, viewer.start));
  }
  return { ...total, entries: log.length };
}

async function readLog(server: ServerProcess, first: FirstRun, epoch: string): Promise<OracleEntry[]> {
  const log: OracleEntry[] = [];
  const statuses = new Map<string, string | null>();
  const path = `/projects/${first.projectId}/log?limit=100`;
  for (let since: string | null = `${epoch}.0`; since !== null;) {
    const page: { items: (EventMessage | IssueMessage)[]; next: string | null } = await getJson(
      server,
      first.cookie,
      `${path}&since=${since}`,
    );
    log.push(...oracleEntries(page.items, statuses));
    since = page.next;
  }
  return log;
}

function pauseUntil(at: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, at - performance.now())));
}
