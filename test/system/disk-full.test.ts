/** OP20: the disk fills up under load, PostgreSQL ends, room is made, and nobody has to do anything else. */
import pg from 'pg';
import { afterEach, expect, it, type TestContext } from 'vitest';
import { WebSocket } from 'ws';
import { readLock, takeDataLock } from '../../src/store/embedded/data-lock.ts';
import { peekEmbedded } from '../../src/store/embedded/embedded-postgres.ts';
import { checkDurability } from '../support/durability-check.ts';
import { pacedLoad } from '../support/paced-load.ts';
import { redeemSetup, startServerProcess, until, type FirstRun } from '../support/server-process.ts';
import { mountSmallDisk, type SmallDisk } from '../support/small-disk.ts';
import { smallEventRequest } from '../support/small-event.ts';

let disk: SmallDisk | null = null;
afterEach(() => disk?.remove());

/** Skips with a notice, counted, where mounting is not allowed. */
function smallDisk(megabytes: number, context: TestContext): SmallDisk {
  disk = mountSmallDisk(megabytes);
  if (disk !== null) return disk;
  process.stderr.write('NOTICE: skipped, may not mount a small disk here (needs root on Linux)\n');
  return context.skip('may not mount a small disk');
}

const NO_EVENTS_LOST = { missing: 0, twice: 0, holes: 0, miscounted: 0 };

it('OP20 a full disk refuses events, keeps viewers, loses nothing, and works again once there is room', async (context) => {
  const disk = smallDisk(256, context);
  const server = await startServerProcess({ dataDir: disk.path, env: { MESHER_RATE_LIMIT: '0' } });
  const first = await redeemSetup(server);
  const viewer = await watch(server.url, first);
  const load = pacedLoad({
    port: server.port,
    rate: 300,
    connections: 16,
    request: () => smallEventRequest(first),
  });
  await load.accepted(300);

  const refusal = load.nextAnswer(/^HTTP\/1\.1 503 [^]*The disk of the database is full/);
  disk.fill();
  expect(await refusal).toMatch(/\r\nretry-after: [1-9]\d*\r\n/i);
  const readyz = await fetch(`${server.url}/readyz`);
  expect(readyz.status).toBe(503);
  expect(await readyz.json()).toMatchObject({ status: 'unavailable', reason: 'disk_full' });

  // Nobody writes any more, so PostgreSQL would live on: it is made to need the next file of its log.
  await switchLogUntilItEnds(disk.path);
  const linesBefore = server.output().split('\n').length;
  for (let i = 0; i < 500; i++) await load.nextAnswer(/^HTTP\/1\.1 503 /);
  expect(server.output().split('\n').length - linesBefore).toBeLessThan(100);
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  expect(viewer.isOpen()).toBe(true);

  disk.free();
  const accepted = load.answered.length;
  await until('events again', () => load.answered.length > accepted + 300, 60_000);
  await until('ready again', async () => (await fetch(`${server.url}/readyz`)).ok);
  await load.stop();
  expect(await checkDurability(disk.path, load.answered)).toEqual(NO_EVENTS_LOST);
  await until('the viewer has every event', () => load.answered.every((id) => viewer.seen.has(id)));
  expect(viewer.isOpen()).toBe(true);
  expect(new Set(load.statuses.keys())).toEqual(new Set([200, 503]));

  // A stop on a full disk leaves nothing running and nothing broken.
  disk.fill();
  expect(await server.end('SIGTERM')).toBe(0);
  disk.free();
  const again = await startServerProcess({ dataDir: disk.path });
  expect(await checkDurability(disk.path, load.answered)).toEqual(NO_EVENTS_LOST);
  expect(await again.end('SIGTERM')).toBe(0);
});

it('OP20 the lock of the data directory stays whole on a full disk, and does not stop a start or a stop', (context) => {
  const { path, fill, free } = smallDisk(1, context);
  const lock = takeDataLock(path);
  lock.update({ url: 'postgres://first' });
  fill();
  lock.update({ url: 'postgres://second' });
  expect(readLock(path)?.url).toBe('postgres://first');
  free();
  lock.update({ socketDir: null });
  expect(readLock(path)?.url).toBe('postgres://second');
  fill();
  lock.release();
  expect(readLock(path)).toBeNull();
});

async function switchLogUntilItEnds(dataDir: string): Promise<void> {
  const client = new pg.Client({ connectionString: peekEmbedded(dataDir) ?? '' });
  let ended = false;
  client.on('error', () => (ended = true));
  client.on('end', () => (ended = true));
  await client.connect();
  for (let i = 0; i < 50 && !ended; i++)
    await client
      .query('select pg_switch_wal(), pg_logical_emit_message(false, $1, $2)', ['test', 'x'.repeat(1000)])
      .catch(() => undefined);
  await until('PostgreSQL cannot write its log', () => ended);
}

/** A live viewer that keeps its one connection. */
async function watch(url: string, first: FirstRun): Promise<{ isOpen(): boolean; seen: Set<string> }> {
  const socket = new WebSocket(
    `${url.replace('http', 'ws')}/stream/projects/${first.projectId}?v=1`,
    ['mesher.v1'],
    { headers: { Cookie: first.cookie, Origin: url } },
  );
  const seen = new Set<string>();
  let live = false;
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as { type: string; live?: boolean; data?: { id: string } };
    if (message.type === 'hello')
      socket.send(
        JSON.stringify({
          type: 'subscribe',
          id: 1,
          project_id: first.projectId,
          scope: 'events',
          buffer: 5000,
        }),
      );
    if (message.type === 'mark') live ||= message.live === true;
    if (message.type === 'event' && message.data) seen.add(message.data.id);
  });
  await until('the stream', () => live);
  return { isOpen: () => socket.readyState === WebSocket.OPEN, seen };
}
