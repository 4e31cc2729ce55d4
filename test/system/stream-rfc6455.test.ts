/**
 * RFC 6455 against the whole server: independent clients see the same bytes, and what is malformed, endless, slow or
 * half open neither breaks nor delays anybody else. (Autobahn's test suite runs on Python 2 only, which is no longer to be had.)
 */
import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket as WsWebSocket } from 'ws';
import { rssMb } from '../../bench/support/cpu.ts';
import { chromiumPath, launchChromium } from '../support/chromium.ts';
import { handshake, OPCODE, openRawWebSocket, type RawWebSocket } from '../support/raw-web-socket.ts';
import {
  makeDataDir,
  redeemSetup,
  ROOT,
  sendJson,
  startServerProcess,
  until,
  type FirstRun,
  type ServerProcess,
} from '../support/server-process.ts';

const dataDir = makeDataDir();
let server: ServerProcess;
let first: FirstRun;
let token: string;
let path: string;

beforeAll(async () => {
  server = await startServerProcess({ dataDir: dataDir.path, env: { MESHER_RATE_LIMIT: '0' } });
  first = await redeemSetup(server);
  ({ token } = await sendJson<{ token: string }>(server, first.cookie, '/tokens', {
    name: 'rfc',
    scopes: ['stream:read'],
  }));
  path = `/stream/projects/${first.projectId}?v=1`;
});
afterAll(async () => {
  await server.end('SIGTERM');
  dataDir.remove();
});

const bearer = (): Record<string, string> => ({ Authorization: `Bearer ${token}` });
const raw = (): Promise<RawWebSocket> => openRawWebSocket(server.port, path, bearer());

async function post(event: object): Promise<void> {
  const answer = await fetch(`${server.url}/api/${first.projectId}/store/?sentry_key=${first.publicKey}`, {
    method: 'POST',
    body: JSON.stringify({ event_id: randomUUID().replaceAll('-', ''), level: 'error', ...event }),
  });
  expect(answer.status).toBe(200);
}

/** Debian's package: the interpreter on PATH may be another one. */
function pythonWithWebsockets(): string | null {
  for (const python of ['/usr/bin/python3', 'python3']) {
    try {
      execFileSync(python, ['-c', 'import websockets'], { stdio: 'ignore' });
      return python;
    } catch {
      // Not this one.
    }
  }
  return null;
}
const python = pythonWithWebsockets();
if (python === null)
  console.warn('SKIPPED: python3-websockets is not installed (apt-get install python3-websockets)');

it('ST3 Node, ws and a client by hand are sent the same messages', async () => {
  const url = `${server.url.replace('http', 'ws')}${path}`;
  const ws = new WsWebSocket(url, ['mesher.v1'], { headers: bearer() });
  const wsTexts: string[] = [];
  ws.on('message', (data: Buffer) => wsTexts.push(data.toString()));
  const init = { protocols: ['mesher.v1'], headers: bearer() };
  const undici = new WebSocket(url, init);
  const undiciTexts: string[] = [];
  undici.addEventListener('message', (event) => undiciTexts.push(String(event.data)));
  const hand = await raw();
  const all = [wsTexts, undiciTexts, hand.texts];
  const live = (texts: string[]): boolean => texts.some((text) => text.includes('"live":true'));
  await until('all to be live', () => all.every(live));
  await postAll();
  const events = (texts: string[]): string[] => texts.filter((text) => text.startsWith('{"type":"event"'));
  await until('all events', () => all.every((texts) => events(texts).length === EVENTS.length));
  expect(events(undiciTexts)).toEqual(events(wsTexts));
  expect(events(hand.texts)).toEqual(events(wsTexts));
  ws.terminate();
  undici.close();
  hand.socket.destroy();
});

it.skipIf(python === null)('ST3 python3-websockets is sent the same messages', async () => {
  const hand = await raw();
  const args = [join(ROOT, 'test/support/python-viewer.py'), `${server.url.replace('http', 'ws')}${path}`];
  const child = spawn(python ?? '', [...args, token, String(EVENTS.length)]);
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = once(child, 'exit');
  await until('python to be live', () => output.includes('"live":true') || errors !== '');
  await postAll();
  expect([await ended, errors]).toEqual([[0, null], '']);
  const events = (texts: string[]): string[] => texts.filter((text) => text.startsWith('{"type":"event"'));
  await until('all events', () => events(hand.texts).length === EVENTS.length);
  expect(events(output.split('\n'))).toEqual(events(hand.texts));
  hand.socket.destroy();
});

const chromium = chromiumPath();

it.skipIf(chromium === null)('ST3 Chromium is sent the same messages', async () => {
  const hand = await raw();
  const streamToken = await sendJson<{ token: string }>(server, first.cookie, '/stream-tokens', {
    projects: [first.projectId],
  });
  const browser = await launchChromium(chromium ?? '');
  try {
    const page = await browser.newPage();
    // Any page of the server: its origin is allowed.
    await page.goto(`${server.url}/sign-in`);
    const texts = await page.evaluateHandle(
      ([url, auth]) => {
        const received: string[] = [];
        const socket = new WebSocket(url, ['mesher.v1', auth]);
        socket.onmessage = ({ data }) => received.push(String(data));
        return received;
      },
      [`${server.url.replace('http', 'ws')}${path}`, `mesher.auth.${streamToken.token}`] as const,
    );
    const received = (): Promise<string[]> => texts.jsonValue();
    await until('Chromium to be live', async () => (await received()).some((t) => t.includes('"live":true')));
    await until('the other to be live', () => hand.texts.some((text) => text.includes('"live":true')));
    await postAll();
    const events = (all: string[]): string[] => all.filter((text) => text.startsWith('{"type":"event"'));
    await until('all events', async () => events(await received()).length === EVENTS.length);
    await until('all events', () => events(hand.texts).length === EVENTS.length);
    expect(events(await received())).toEqual(events(hand.texts));
  } finally {
    await browser.close();
    hand.socket.destroy();
  }
});

/** Lengths around the borders of the three frame headers, and text beyond the basic plane. */
const EVENTS = [
  { message: 'a' },
  { message: 'ünï©ode 🧨 𝕏', tags: { emoji: '👩‍💻' } },
  ...[20, 200, 300].map((tags) => ({
    message: `tags ${tags}`,
    tags: Object.fromEntries(Array.from({ length: tags }, (_, i) => [`k${i}`, 'v'.repeat(190)])),
  })),
];
async function postAll(): Promise<void> {
  for (const event of EVENTS) await post(event);
}

it('ST53 a message may come in fragments, with a ping between them', async () => {
  const hand = await raw();
  const text = Buffer.from('{"type":"ping","t":77}');
  hand.frame({ opcode: OPCODE.text, payload: text.subarray(0, 5), fin: false });
  hand.frame({ opcode: OPCODE.ping, payload: Buffer.from('between') });
  hand.frame({ opcode: OPCODE.continuation, payload: text.subarray(5, 6), fin: false });
  hand.frame({ opcode: OPCODE.continuation, payload: text.subarray(6) });
  await until('the pong', () => hand.texts.includes('{"type":"pong","t":77}'));
  expect(hand.pongs.map(String)).toEqual(['between']);
  hand.frame({ opcode: OPCODE.close, payload: Buffer.from([0x03, 0xe8]) });
  await until('the close', () => hand.closeCode() === 1000);
});

const BROKEN: [string, number, (hand: RawWebSocket) => void][] = [
  ['an unmasked frame', 1002, (hand) => hand.frame({ opcode: 1, payload: Buffer.from('{}'), masked: false })],
  ['a reserved bit', 1002, (hand) => hand.frame({ opcode: 1, payload: Buffer.from('{}'), reserved: 0x40 })],
  ['an unknown opcode', 1002, (hand) => hand.frame({ opcode: 3 })],
  ['a continuation of nothing', 1002, (hand) => hand.frame({ opcode: 0, payload: Buffer.from('x') })],
  [
    'a message inside another',
    1002,
    (hand) => {
      hand.frame({ opcode: 1, payload: Buffer.from('{'), fin: false });
      hand.frame({ opcode: 1, payload: Buffer.from('}') });
    },
  ],
  ['a fragmented ping', 1002, (hand) => hand.frame({ opcode: 9, fin: false })],
  ['a long ping', 1002, (hand) => hand.frame({ opcode: 9, payload: Buffer.alloc(126) })],
  [
    'a close code that does not exist',
    1002,
    (hand) => hand.frame({ opcode: 8, payload: Buffer.from([0, 1]) }),
  ],
  ['text that is not UTF-8', 1007, (hand) => hand.frame({ opcode: 1, payload: Buffer.from([0xc3, 0x28]) })],
  ['a message over 64 KiB', 1009, (hand) => hand.frame({ opcode: 1, payload: Buffer.alloc(65_537, 0x20) })],
  [
    'fragments of more than 64 KiB',
    1009,
    (hand) => {
      for (let i = 0; i < 5; i++)
        hand.frame({ opcode: i === 0 ? 1 : 0, payload: Buffer.alloc(16_000, 0x20), fin: false });
    },
  ],
];
it.each(BROKEN)('ST53 %s ends the connection with %i', async (_what, code, send) => {
  const hand = await raw();
  send(hand);
  await until('the close', () => hand.closeCode() !== null);
  expect(hand.closeCode()).toBe(code);
  await until('the end', () => hand.socket.destroyed || hand.socket.readableEnded);
});

it('ST8 a flood of pings that nobody reads the answers of costs neither memory nor others time', async () => {
  const flood = await raw();
  const viewer = await raw();
  await until('live', () => viewer.texts.some((text) => text.includes('"live":true')));
  flood.socket.pause();
  const before = rssMb(server.pid);
  const ping = Buffer.concat(
    Array.from({ length: 500 }, () => Buffer.from([0x89, 0xfd, 0, 0, 0, 0, ...Buffer.alloc(125, 1)])),
  );
  // 200,000 pings, 26 MB.
  for (let i = 0; i < 400; i++) {
    if (!flood.socket.write(ping)) await once(flood.socket, 'drain');
  }
  await post({ message: 'amid the flood' });
  const postedAt = Date.now();
  await until('the event', () => viewer.texts.some((text) => text.includes('amid the flood')));
  expect(Date.now() - postedAt).toBeLessThan(1000);
  expect(rssMb(server.pid) - before).toBeLessThan(100);
  flood.socket.destroy();
  viewer.socket.destroy();
});

it('ST8 2,000 half-open and slow handshakes do not keep anybody out', async () => {
  const before = rssMb(server.pid);
  const sockets: Socket[] = [];
  const half = handshake(path, bearer()).slice(0, 60);
  for (let i = 0; i < 2000; i++) {
    const socket = connect({ port: server.port, host: '127.0.0.1' });
    socket.on('error', () => undefined);
    socket.write(half);
    sockets.push(socket);
    // The listen backlog is finite.
    if (i % 100 === 99) await once(socket, 'connect');
  }
  // One that comes byte by byte is served in the end.
  const slow = connect({ port: server.port, host: '127.0.0.1', noDelay: true });
  let answer = '';
  slow.on('data', (data) => (answer += data.toString('latin1')));
  for (const byte of handshake(path, bearer())) {
    slow.write(byte);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await until('the slow one to be served', () => answer.includes('101 Switching'));
  const startedAt = Date.now();
  const viewer = await raw();
  await until('live', () => viewer.texts.some((text) => text.includes('"live":true')));
  expect(Date.now() - startedAt).toBeLessThan(1000);
  expect(rssMb(server.pid) - before).toBeLessThan(150);
  for (const socket of sockets) socket.destroy();
  slow.destroy();
  viewer.socket.destroy();
});
