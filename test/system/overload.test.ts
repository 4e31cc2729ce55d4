/**
 * IN4, DB11: more than the server can take, and a database that stalls. It stores what it can, refuses the rest, holds
 * a bounded amount of it, and is well again with the next event. The bounds are set low, so that a test can reach them.
 */
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { rssMb } from '../../bench/support/cpu.ts';
import { envelopeRequest } from '../../bench/support/event-body.ts';
import { peekEmbedded } from '../../src/store/embedded/embedded-postgres.ts';
import { checkDurability } from '../support/durability-check.ts';
import { pacedLoad, type PacedLoad } from '../support/paced-load.ts';
import {
  makeDataDir,
  redeemSetup,
  startServerProcess,
  type FirstRun,
  type ServerProcess,
} from '../support/server-process.ts';

const MAX_EVENTS = 64;
const CONNECTIONS = 4 * MAX_EVENTS;
const REFUSED = /^HTTP\/1\.1 503 /;
/** Of a server that has had load before: its queue is 64 events, the rest is sockets. */
const MAX_GROWTH_MB = 100;
const NOTHING_WRONG = { missing: 0, twice: 0, holes: 0, miscounted: 0 };

const dataDir = makeDataDir();
let server: ServerProcess;
let first: FirstRun;

beforeAll(async () => {
  server = await startServerProcess({
    dataDir: dataDir.path,
    env: { MESHER_RATE_LIMIT: '0', MESHER_WRITER_MAX_EVENTS: String(MAX_EVENTS), MESHER_LOG_LEVEL: 'warn' },
  });
  first = await redeemSetup(server);
});
afterAll(async () => {
  await server.end('SIGTERM');
  dataDir.remove();
});

/** As fast as the connections carry; `rate` is out of reach. */
function flood(connections: number): PacedLoad {
  const target = { port: server.port, projectId: first.projectId, publicKey: first.publicKey };
  // Few bodies, made once: the load must not be what limits it.
  const prepared = Array.from({ length: 1_000 }, (_, i) => envelopeRequest(target, i % 50));
  return pacedLoad({
    port: server.port,
    rate: 50_000,
    connections,
    request: (index) => prepared[index] ?? envelopeRequest(target, index % 50),
  });
}

async function answers(load: PacedLoad, pattern: RegExp, count: number): Promise<void> {
  for (let i = 0; i < count; i++) await load.nextAnswer(pattern);
}

it('IN4 DB11 beyond what it can take it stores on, refuses the rest, and stays small', async () => {
  const warm = flood(MAX_EVENTS / 2);
  await warm.accepted(500);
  await warm.stop();
  const before = rssMb(server.pid);

  const load = flood(CONNECTIONS);
  await Promise.all([load.accepted(500), answers(load, REFUSED, 1_000)]);
  const peak = rssMb(server.pid);
  await load.stop();
  expect(new Set(load.statuses.keys())).toEqual(new Set([200, 503]));
  expect(peak - before).toBeLessThan(MAX_GROWTH_MB);

  // Well again at once: nothing that was refused is still on its way.
  const after = flood(1);
  await after.accepted(20);
  await after.stop();
  expect([...after.statuses.keys()]).toEqual([200]);
  const stored = [...warm.answered, ...load.answered, ...after.answered];
  expect(await checkDurability(dataDir.path, stored)).toEqual(NOTHING_WRONG);
});

it('IN4 DB11 while the database stalls everything is refused that does not fit, and what fitted is stored', async () => {
  const other = new pg.Client({ connectionString: peekEmbedded(dataDir.path) ?? '' });
  await other.connect();
  const before = rssMb(server.pid);
  const load = flood(CONNECTIONS);
  await load.accepted(200);
  await other.query('begin; lock table project_log in access exclusive mode');
  const held = load.answered.length;
  await answers(load, REFUSED, 1_000);
  // At most the batch that had passed the lock already.
  expect(load.answered.length - held).toBeLessThanOrEqual(2 * MAX_EVENTS);
  expect(rssMb(server.pid) - before).toBeLessThan(MAX_GROWTH_MB);
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  await other.query('commit');
  await other.end();
  await load.nextAccepted();
  await load.stop();
  expect(new Set(load.statuses.keys())).toEqual(new Set([200, 503]));
  expect(await checkDurability(dataDir.path, load.answered)).toEqual(NOTHING_WRONG);
});
