import { afterEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startIngestServer, TEST_KEY, type IngestServer } from '../../test/support/ingest-server.ts';
import type { Verdict } from './ports.ts';

let server: IngestServer;
afterEach(() => server.close());

const STORED: Verdict = { kind: 'stored', issueId: '1', isNew: true, isRegression: false };
const id = (n: number) => n.toString(16).padStart(32, '0');

function open(
  query = `?sentry_key=${TEST_KEY}`,
): Promise<{ ws: WebSocket; next: (n: number) => Promise<unknown[]> }> {
  const ws = new WebSocket(`ws://127.0.0.1:${server.port}/ingest${query}`);
  const got: unknown[] = [];
  let wake = () => {};
  ws.on('message', (data: Buffer) => {
    got.push(JSON.parse(data.toString()));
    wake();
  });
  const next = async (n: number) => {
    while (got.length < n) await new Promise<void>((resolve) => (wake = resolve));
    return got;
  };
  return new Promise((resolve, reject) => {
    ws.on('error', reject);
    ws.on('open', () => resolve({ ws, next }));
  });
}

it('IN13 answers each message in order, whichever is committed first', async () => {
  const waiting: ((verdict: Verdict) => void)[] = [];
  let started = () => {};
  const allStarted = new Promise<void>((resolve) => (started = resolve));
  server = await startIngestServer({
    accept: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        if (waiting.length === 3) started();
      }),
  });
  const { ws, next } = await open();
  ws.send(JSON.stringify({ event_id: id(1), message: 'a' }));
  ws.send(`{"event_id":"${id(2)}"}\n{"type":"event"}\n{"message":"b"}`);
  ws.send('nonsense');
  ws.send(JSON.stringify({ event_id: id(4), message: 'd' }, null, 2));
  await allStarted;
  for (const resolve of waiting.toReversed()) resolve(STORED);
  expect(await next(4)).toEqual([
    { status: 'accepted', id: id(1) },
    { status: 'accepted', id: id(2) },
    { error: 'the event is not usable: invalid_json' },
    { status: 'accepted', id: id(4) },
  ]);
});

it('IN13 holds messages back while the writer is full, and loses none', async () => {
  let full = true;
  let asked = () => {};
  const wasAsked = new Promise<void>((resolve) => (asked = resolve));
  server = await startIngestServer({
    admit: () => {
      asked();
      return full ? { kind: 'full', retryAfterS: 1 } : { kind: 'ok' };
    },
  });
  const { ws, next } = await open();
  for (let n = 0; n < 200; n++) ws.send(JSON.stringify({ event_id: id(n), message: 'a' }));
  await wasAsked;
  expect(server.events).toEqual([]);
  full = false;
  expect(await next(200)).toEqual(Array.from({ length: 200 }, (_, n) => ({ status: 'accepted', id: id(n) })));
  expect(server.events).toHaveLength(200);
});

it('IN13 refuses a socket without a valid key', async () => {
  server = await startIngestServer();
  const { ws, next } = await open('?sentry_key=ffffffffffffffffffffffffffffffff');
  const closed = new Promise((resolve) => ws.on('close', resolve));
  expect(await next(1)).toEqual([{ error: 'the key is unknown' }]);
  expect(await closed).toBe(1008);
});

it('IN13 a key that is revoked ends an open socket at its next message', async () => {
  let revoked = false;
  server = await startIngestServer({
    lookupKey: async () =>
      revoked
        ? { kind: 'revoked' }
        : {
            kind: 'active',
            keyId: 1,
            projectId: 42,
            projectSlug: 'shop',
            rateLimit: null,
            allowedOrigins: null,
            spikeProtection: false,
            attachmentBudgetBytes: null,
          },
  });
  const { ws, next } = await open();
  const closed = new Promise((resolve) => ws.on('close', resolve));
  ws.send(JSON.stringify({ event_id: id(1), message: 'a' }));
  expect(await next(1)).toEqual([{ status: 'accepted', id: id(1) }]);
  revoked = true;
  ws.send(JSON.stringify({ event_id: id(2), message: 'b' }));
  expect((await next(2))[1]).toEqual({ error: 'the key is revoked' });
  expect(await closed).toBe(1008);
  expect(server.events).toHaveLength(1);
});

it('IN13 tells a socket to come back when its key cannot be looked up', async () => {
  server = await startIngestServer({ lookupKey: () => Promise.reject(new Error('the database is away')) });
  const { ws, next } = await open();
  const closed = new Promise((resolve) => ws.on('close', resolve));
  expect(await next(1)).toEqual([{ error: 'Mesher cannot take this right now' }]);
  expect(await closed).toBe(1013);
});
