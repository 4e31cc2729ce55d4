/** Who may listen, against the whole server: stream tokens, and the port for sockets alone. */
import { createHmac, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { NewStreamToken } from '../../src/protocol/rest.ts';
import { followHttp } from '../support/open-streams.ts';
import {
  freePort,
  makeDataDir,
  redeemSetup,
  sendJson,
  startServerProcess,
  until,
  type FirstRun,
  type ServerProcess,
} from '../support/server-process.ts';

const dataDir = makeDataDir();
let server: ServerProcess;
let first: FirstRun;
let wsPort: number;

beforeAll(async () => {
  wsPort = await freePort();
  server = await startServerProcess({
    dataDir: dataDir.path,
    env: { MESHER_WS_PORT: String(wsPort), MESHER_LOG_LEVEL: 'debug' },
  });
  first = await redeemSetup(server);
});
afterAll(async () => {
  await server.end('SIGTERM');
  dataDir.remove();
});

interface Opened {
  socket: WebSocket;
  texts: string[];
  /** Close code, or the HTTP status of a refused handshake. */
  ended: Promise<number>;
}

function open(options: {
  path?: string;
  port?: number;
  protocols?: string[];
  headers?: Record<string, string>;
}): Opened {
  const path = options.path ?? `/stream/projects/${first.projectId}`;
  const url = `ws://127.0.0.1:${options.port ?? server.port}${path}`;
  const socket = new WebSocket(url, options.protocols ?? [], { headers: options.headers ?? {} });
  const texts: string[] = [];
  socket.on('message', (data) => texts.push((data as Buffer).toString()));
  socket.on('error', () => undefined);
  const ended = new Promise<number>((resolve) => {
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
    socket.on('close', (code) => resolve(code));
  });
  return { socket, texts, ended };
}

async function streamToken(): Promise<string> {
  const made = await sendJson<NewStreamToken>(server, first.cookie, '/stream-tokens', {
    projects: [first.projectId],
  });
  expect(made.token).toMatch(/^mst_[\w-]{43}$/);
  expect(Date.parse(made.expires_at)).toBeLessThanOrEqual(Date.now() + 300_000);
  expect(made.projects).toEqual([first.projectId]);
  return made.token;
}

async function apiToken(): Promise<{ id: string; token: string }> {
  return sendJson(server, first.cookie, '/tokens', { name: 'test', scopes: ['stream:read'] });
}

async function revoke(id: string): Promise<void> {
  const answer = await fetch(`${server.url}/api/v1/tokens/${id}`, {
    method: 'DELETE',
    headers: { Cookie: first.cookie, Origin: server.url },
  });
  expect(answer.status).toBe(204);
}

async function post(message: string): Promise<void> {
  const answer = await fetch(`${server.url}/api/${first.projectId}/store/?sentry_key=${first.publicKey}`, {
    method: 'POST',
    body: JSON.stringify({ event_id: randomUUID().replaceAll('-', ''), message, level: 'error' }),
  });
  expect(answer.status).toBe(200);
}

it('ST48 a stream token opens one socket, from any Origin, for its projects only', async () => {
  const token = await streamToken();
  const headers = { Origin: 'https://elsewhere.example' };
  const protocols = ['mesher.v1', `mesher.auth.${token}`];
  const one = open({ headers, protocols });
  await until('live', () => one.texts.some((text) => text.includes('"live":true')));
  expect(one.socket.protocol).toBe('mesher.v1');
  expect(await open({ headers, protocols }).ended).toBe(4001);
  await sendJson(server, first.cookie, '/projects', await anotherProject());
  one.socket.send(JSON.stringify({ type: 'subscribe', id: 9, project_id: 'another' }));
  await until('the refusal', () => one.texts.some((text) => text.includes('"not_found"')));
  one.socket.terminate();
});

async function anotherProject(): Promise<object> {
  const me = await fetch(`${server.url}/api/v1/me`, { headers: { Cookie: first.cookie } });
  const { organizations } = (await me.json()) as { organizations: { slug: string }[] };
  return { name: 'Another', organization: organizations[0]?.slug };
}

it('ST48 a stream token may be the first message, or a parameter that no log repeats', async () => {
  const inBand = open({ path: '/stream?v=1', headers: { Origin: server.url } });
  await until('hello', () => inBand.texts.some((text) => text.includes('"auth":null')));
  inBand.socket.send(JSON.stringify({ type: 'auth', id: 1, token: await streamToken() }));
  await until('authed', () => inBand.texts.some((text) => text.includes('"authed"')));
  inBand.socket.terminate();

  const token = await streamToken();
  const byUrl = open({ path: `/stream/projects/${first.projectId}?v=1&token=${token}` });
  await until('live', () => byUrl.texts.some((text) => text.includes('"live":true')));
  byUrl.socket.terminate();
  expect(server.output()).not.toContain(token);
});

it('ST48 what is no token of a stream opens none: forged, of the API in the address, without the scope', async () => {
  const forged = `mst_${createHmac('sha256', 'x').update('y').digest('base64url')}`;
  expect(await open({ path: `/stream?v=1&token=${forged}` }).ended).toBe(401);
  const { id, token } = await apiToken();
  expect(await open({ path: `/stream?v=1&token=${token}` }).ended).toBe(401);
  await revoke(id);
  const writer = await sendJson<{ token: string }>(server, first.cookie, '/tokens', {
    name: 'writer',
    scopes: ['issue:write'],
  });
  const answer = await fetch(`${server.url}/api/v1/stream-tokens`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${writer.token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ projects: [first.projectId] }),
  });
  expect(answer.status).toBe(403);
});

it('ST48 over HTTP a stream token may be presented again, by one stream at a time', async () => {
  const token = await streamToken();
  const path = `/stream/projects/${first.projectId}?token=${token}`;
  const before = followHttp(`${server.url}${path}`, {}, 'text/event-stream');
  await until('live', before.isLive);
  const again = followHttp(`${server.url}${path}`, {}, 'text/event-stream');
  await until('live again', again.isLive);
  await until('the first to end', () => before.ended() !== null);
  // Used by an EventSource it opens no socket.
  expect(await open({ path: `/stream?v=1&token=${token}` }).ended).toBe(401);
  again.abort();
});

it('ST1 MESHER_WS_PORT serves the sockets on their own, and nothing else', async () => {
  const viewer = open({
    port: wsPort,
    headers: { Origin: server.url, Cookie: first.cookie },
    protocols: ['mesher.v1'],
  });
  await until('live', () => viewer.texts.some((text) => text.includes('"live":true')));
  await post('on the other port');
  await until('the event', () => viewer.texts.some((text) => text.includes('on the other port')));
  viewer.socket.terminate();
  expect((await fetch(`http://127.0.0.1:${wsPort}/api/v1/instance`)).status).toBe(404);
});
