/**
 * The stream against the whole server: mode 0 byte for byte, filters per connection, a stalled viewer that hurts
 * nobody, and who may not listen.
 */
import { connect, type Socket } from 'node:net';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
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
import type { Issue, Page } from '../../src/protocol/rest.ts';

const dataDir = makeDataDir();
let server: ServerProcess;
let first: FirstRun;

beforeAll(async () => {
  server = await startServerProcess({ dataDir: dataDir.path, env: { MESHER_RATE_LIMIT: '0' } });
  first = await redeemSetup(server);
});
afterAll(async () => {
  await server.end('SIGTERM');
  dataDir.remove();
});

interface Viewer {
  socket: WebSocket;
  texts: string[];
  send(message: unknown): void;
  next(
    predicate: (message: Record<string, unknown>) => boolean,
  ): Promise<{ text: string; message: Record<string, unknown> }>;
}

async function view(path: string, options: { cookie?: string; protocols?: string[] } = {}): Promise<Viewer> {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}${path}`, options.protocols ?? [], {
    headers: { Origin: server.url, Cookie: options.cookie ?? first.cookie },
  });
  const texts: string[] = [];
  socket.on('message', (data) => texts.push((data as Buffer).toString()));
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return {
    socket,
    texts,
    send: (message) => socket.send(JSON.stringify(message)),
    next: (predicate) =>
      until('a message', () => {
        for (const text of texts) {
          const message = JSON.parse(text) as Record<string, unknown>;
          if (predicate(message)) return { text, message };
        }
        return undefined;
      }),
  };
}

async function post(event: Record<string, unknown>): Promise<string> {
  const id = randomUUID().replaceAll('-', '');
  const answer = await fetch(`${server.url}/api/${first.projectId}/store/?sentry_key=${first.publicKey}`, {
    method: 'POST',
    body: JSON.stringify({ event_id: id, platform: 'node', ...event }),
  });
  expect(answer.status).toBe(200);
  return id;
}

it('ST2 mode 0 sends exactly its shapes, keys in order', async () => {
  const viewer = await view(`/stream/projects/${first.projectId}`);
  viewer.send({ type: 'subscribe', project_id: first.projectId, filters: {} });
  const subscribed = await viewer.next((m) => m.type === 'subscribed');
  expect(subscribed.text).toBe(`{"type":"subscribed","project_id":"${first.projectId}"}`);

  const id = await post({
    message: 'bytes matter',
    level: 'warning',
    environment: 'production',
    release: 'a@1',
    timestamp: Date.now() / 1000,
    tags: { k: 'v' },
    user: { id: 7 },
  });
  const { text, message } = await viewer.next((m) => m.type === 'event');
  const issueId = String(message.issue_id);
  const data = message.data as { timestamp: string };
  expect(text).toBe(
    `{"type":"event","issue_id":"${issueId}","data":{"id":"${id}","level":"warning","title":"bytes matter","culprit":"","environment":"production","release":"a@1","platform":"node","tags":{"k":"v"},"user":{"id":"7"},"timestamp":"${data.timestamp}"}}`,
  );
  const issue = await viewer.next((m) => m.type === 'issue');
  expect(Object.keys(issue.message)).toEqual(['type', 'action', 'issue_id', 'data']);
  expect(Object.keys(issue.message.data as object)).toEqual([
    'id',
    'title',
    'level',
    'status',
    'event_count',
    'first_seen',
    'last_seen',
    'assigned_to',
  ]);
  const count = await viewer.next((m) => m.type === 'issue_count');
  expect(count.text).toMatch(
    new RegExp(`^\\{"type":"issue_count","project_id":"${first.projectId}","count":\\d+\\}$`),
  );

  viewer.send({ type: 'subscribe', filters: { level: 'fatal' } });
  await viewer.next((m) => m.type === 'filters_updated');
  viewer.send({ hello: 1 });
  expect((await viewer.next((m) => 'error' in m)).text).toBe('{"error":"unknown message type"}');
  viewer.socket.terminate();
});

it('ST6 two clients with different filters get different streams', async () => {
  const errors = await view(`/stream/projects/${first.projectId}?level=error`);
  const production = await view(`/stream/projects/${first.projectId}`);
  production.send({ subscribe: first.projectId, filters: { environment: 'production' } });
  await production.next((m) => m.type === 'subscribed');
  const marks = {
    errorDev: await post({ message: 'filter me', level: 'error', environment: 'dev' }),
    infoProd: await post({ message: 'filter me', level: 'info', environment: 'production' }),
    errorProd: await post({ message: 'filter me', level: 'error', environment: 'production' }),
  };
  const idsOf = (viewer: Viewer) =>
    viewer.texts
      .map((text) => JSON.parse(text) as { type: string; data: { id: string } })
      .filter((m) => m.type === 'event')
      .map((m) => m.data.id);
  await until(
    'both last events',
    () => idsOf(errors).includes(marks.errorProd) && idsOf(production).includes(marks.errorProd),
  );
  expect(idsOf(errors)).toEqual([marks.errorDev, marks.errorProd]);
  expect(idsOf(production)).toEqual([marks.infoProd, marks.errorProd]);
  errors.socket.terminate();
  production.socket.terminate();
});

it('ST5 a client that stops reading gets the oldest dropped, and the others are not delayed', async () => {
  const stalled = await stalledSocket(`/stream/projects/${first.projectId}?v=1`);
  const healthy = await view(`/stream/projects/${first.projectId}?v=1`, { protocols: ['mesher.v1'] });
  healthy.send({ type: 'subscribe', id: 1, project_id: first.projectId, scope: 'events', sub: 'live' });
  await healthy.next((m) => m.type === 'subscribed');

  // Tags carry the bulk: kernel buffers swallow megabytes before the server sees a slow viewer.
  const bulk = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`tag${i}`, 'x'.repeat(200)]));
  let last = '';
  const total = 2500;
  for (let sent = 0; sent < total; sent += 50) {
    const ids = await Promise.all(
      Array.from({ length: 50 }, () => post({ message: 'bulk', level: 'error', tags: bulk })),
    );
    last = ids.at(-1) ?? '';
  }
  await until(
    'the last event at the healthy viewer',
    () => healthy.texts.some((text) => text.includes(last)),
    5000,
  );
  expect(healthy.texts.filter((text) => text.includes('"dropped"'))).toEqual([]);

  stalled.resume();
  const dropped = await until(
    'the drop notice',
    () => /\{"type":"dropped"[^}]*\}/.exec(stalled.text())?.[0],
    20_000,
  );
  expect(JSON.parse(dropped)).toMatchObject({ reason: 'slow', project_id: first.projectId });
  stalled.socket.destroy();
  healthy.socket.terminate();
});

it('ST8 nobody listens without a session or token, from a foreign origin, or with a DSN key', async () => {
  const attempt = (headers: Record<string, string>) =>
    new Promise<number>((resolve) => {
      const socket = new WebSocket(`${server.url.replace('http', 'ws')}/stream/projects/${first.projectId}`, {
        headers,
      });
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
      socket.on('close', (code) => resolve(code));
      socket.on('error', () => undefined);
    });
  expect(await attempt({})).toBe(401);
  expect(await attempt({ Cookie: first.cookie, Origin: 'https://evil.example' })).toBe(403);
  expect(await attempt({ 'X-Sentry-Auth': `Sentry sentry_key=${first.publicKey}` })).toBe(401);
  expect(await attempt({ Authorization: `Bearer ${first.publicKey}` })).toBe(401);
});

it('ST4 a resolved issue regresses live', async () => {
  const viewer = await view(`/stream/projects/${first.projectId}?v=1`, { protocols: ['mesher.v1'] });
  viewer.send({ type: 'subscribe', id: 1, project_id: first.projectId, scope: 'all', sub: 'live' });
  await viewer.next((m) => m.type === 'subscribed');
  await post({ message: 'comes back', level: 'error' });
  const page = await getJson<Page<Issue>>(
    server,
    first.cookie,
    `/projects/${first.projectId}/issues?query=comes%20back`,
  );
  const issue = page.items[0];
  expect(await sendJson(server, first.cookie, `/issues/${issue?.id ?? ''}/resolve`, {})).toEqual({
    status: 'ok',
    affected: 1,
  });
  await viewer.next((m) => m.type === 'issue' && m.action === 'resolved' && m.issue_id === issue?.id);
  await post({ message: 'comes back', level: 'error' });
  const back = await viewer.next(
    (m) => m.type === 'issue' && m.action === 'regressed' && m.issue_id === issue?.id,
  );
  expect(back.message).toMatchObject({ match: true, data: { status: 'unresolved', event_count: 2 } });
  viewer.socket.terminate();
});

/** A hand-made client that upgrades, subscribes and then does not read until told. */
async function stalledSocket(path: string): Promise<{ socket: Socket; resume(): void; text(): string }> {
  const socket = connect(server.port, '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
      `Sec-WebSocket-Key: ${Buffer.from('0123456789abcdef').toString('base64')}\r\nOrigin: ${server.url}\r\nCookie: ${first.cookie}\r\n\r\n`,
  );
  let text = '';
  socket.on('data', (chunk) => (text += chunk.toString('latin1')));
  await until('the upgrade', () => text.includes('101 Switching'));
  await until('the greeting', () => text.includes('"hello"'));
  socket.write(
    maskedFrame(
      JSON.stringify({ type: 'subscribe', id: 1, project_id: first.projectId, scope: 'events', sub: 'live' }),
    ),
  );
  await until('subscribed', () => text.includes('"subscribed"'));
  socket.pause();
  return { socket, resume: () => socket.resume(), text: () => text };
}

function maskedFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const head =
    payload.length < 126
      ? Buffer.from([0x81, 0x80 | payload.length])
      : Buffer.from([0x81, 0xfe, payload.length >> 8, payload.length & 0xff]);
  // A mask of zeros is allowed and leaves the payload as it is.
  return Buffer.concat([head, Buffer.alloc(4), payload]);
}
