/** The client against the real stage over loopback. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { eventually } from '../../test/support/eventually.ts';
import { fakeEvent } from '../../test/support/fake-log.ts';
import { startWorld, type World } from '../../test/support/stream-world.ts';
import type { DownMessage } from '../protocol/down.ts';
import { reconnectDelay } from './backoff.ts';
import {
  connectStream,
  type StreamConnection,
  type StreamOptions,
  type StreamState,
} from './stream-client.ts';
import { defaultWebSocket, streamUrl, type WebSocketFactory } from './web-socket.ts';

// Real sockets on a shared machine.
vi.setConfig({ testTimeout: 30_000 });

let world: World;
let open: StreamConnection[] = [];
beforeEach(async () => {
  world = await startWorld();
});
afterEach(async () => {
  for (const one of open) one.close();
  open = [];
  await world.stop();
});

function follow(options: Partial<StreamOptions> = {}, token = 'good') {
  const messages: DownMessage[] = [];
  const states: StreamState[] = [];
  const sockets: WebSocket[] = [];
  const connection = connectStream({
    url: `http://127.0.0.1:${world.port}`,
    projectId: 'shop',
    random: () => 0.02,
    webSocket(url, protocols) {
      const ws = new WebSocket(url, protocols, { headers: { authorization: `Bearer ${token}` } });
      sockets.push(ws);
      return ws;
    },
    onMessage: (message) => messages.push(message),
    onState: (state) => states.push(state),
    ...options,
  });
  open.push(connection);
  const seqs = (): number[] => messages.flatMap((one) => (one.type === 'event' ? [one.seq] : []));
  return { connection, messages, states, sockets, seqs };
}

/** The runtime's own WebSocket with a token. */
const defaultOf =
  (token: string): WebSocketFactory =>
  (url, protocols) =>
    defaultWebSocket(url, protocols, { authorization: `Bearer ${token}` });

describe('connectStream', () => {
  it('ST80 goes through connecting and behind to live, and hands over entries', async () => {
    const { connection, states, seqs } = follow();
    await eventually(() => connection.state).toBe('live');
    expect(states).toEqual(['behind', 'live']);
    world.log.commit(1, [fakeEvent(), fakeEvent()]);
    await eventually(seqs).toEqual([1, 2]);
    expect(connection.cursor).toBe('aaaaaa.2');
  });

  it('ST81 after a lost connection it resumes: everything once', async () => {
    const { connection, sockets, states, seqs } = follow();
    await eventually(() => connection.state).toBe('live');
    world.log.commit(1, [fakeEvent()]);
    await eventually(seqs).toEqual([1]);
    sockets[0]?.terminate();
    world.log.commit(1, [fakeEvent(), fakeEvent()]);
    await eventually(seqs).toEqual([1, 2, 3]);
    world.log.commit(1, [fakeEvent()]);
    await eventually(seqs).toEqual([1, 2, 3, 4]);
    expect(states.slice(-3)).toEqual(['connecting', 'behind', 'live']);
  });

  it('ST81 what the server repeats is handed over once', async () => {
    const { connection, sockets, seqs } = follow();
    await eventually(() => connection.state).toBe('live');
    const received: Buffer[] = [];
    sockets[0]?.on('message', (data: Buffer) => received.push(data));
    world.log.commit(1, [fakeEvent(), fakeEvent()]);
    await eventually(seqs).toEqual([1, 2]);
    // Taken out first: what is sent again is received again.
    for (const data of received.splice(0)) sockets[0]?.emit('message', data, false);
    world.log.commit(1, [fakeEvent()]);
    await eventually(() => seqs().at(-1)).toBe(3);
    expect(seqs()).toEqual([1, 2, 3]);
  });

  it('ST82 a lost position brings a new snapshot, on a running stream and on a new one', async () => {
    const snapshot = { issues: 1, events: 1 };
    const { connection, messages } = follow({ snapshot });
    const snapshots = (all: DownMessage[]) => all.filter((one) => one.type === 'snapshot').length;
    await eventually(() => connection.state).toBe('live');
    expect(snapshots(messages)).toBe(1);
    world.log.epoch = 'bbbbbb';
    world.log.commit(1, [fakeEvent()]);
    await eventually(() => snapshots(messages)).toBe(2);
    await eventually(() => connection.cursor).toBe('bbbbbb.1');
    const stale = follow({ since: 'aaaaaa.3', snapshot });
    await eventually(() => snapshots(stale.messages)).toBe(1);
    const good = follow({ since: 'bbbbbb.1', snapshot });
    await eventually(() => good.connection.state).toBe('live');
    expect(snapshots(good.messages)).toBe(0);
  });

  it('ST83 update changes the filter, pause and resume keep the position', async () => {
    const { connection, messages, seqs } = follow({ filters: { level: 'error' } });
    await eventually(() => connection.state).toBe('live');
    connection.update({ level: 'info' });
    await eventually(() => messages.filter((one) => one.type === 'subscribed').length).toBe(2);
    world.log.commit(1, [fakeEvent(), fakeEvent({ level: 'info' })]);
    await eventually(seqs).toEqual([2]);
    connection.pause();
    expect(connection.state).toBe('paused');
    await eventually(() => messages.filter((one) => one.type === 'subscribed').length).toBe(3);
    world.log.commit(
      1,
      Array.from({ length: 150 }, () => fakeEvent({ level: 'info' })),
    );
    await eventually(async () => (await world.metrics.dropped.get()).values[0]?.value).toBe(50);
    connection.resume();
    await eventually(() => seqs().length).toBe(101);
    expect(messages.find((one) => one.type === 'dropped')).toMatchObject({
      reason: 'paused',
      count: 50,
      from: 3,
      to: 52,
    });
  });

  it('ST84 what cannot get better is final', async () => {
    const secret = follow({ projectId: 'secret' });
    await eventually(() => secret.connection.state).toBe('refused');
    const { connection } = follow();
    await eventually(() => connection.state).toBe('live');
    world.tokens.delete('good');
    world.configChange('apikey', 'k1');
    await eventually(() => connection.state).toBe('unauthorised');
  });

  it('ST81 what is asked for before the greeting does not start a subscription of its own', async () => {
    const sockets: WebSocket[] = [];
    const { connection, messages, seqs } = follow({
      webSocket(url, protocols) {
        const headers = { authorization: 'Bearer good' };
        const ws = new WebSocket(url, protocols, { headers });
        // Open, and not greeted yet.
        if (sockets.push(ws) === 2)
          ws.once('open', () => {
            connection.pause();
            connection.resume();
          });
        return ws;
      },
    });
    await eventually(() => connection.state).toBe('live');
    world.log.commit(1, [fakeEvent()]);
    await eventually(seqs).toEqual([1]);
    sockets[0]?.terminate();
    world.log.commit(1, [fakeEvent(), fakeEvent()]);
    await eventually(seqs).toEqual([1, 2, 3]);
    expect(messages.filter((one) => one.type === 'subscribed').length).toBe(2);
  });

  it('ST87 after two handshakes that failed it goes on over HTTP, with all it can do', async () => {
    let attempts = 0;
    const { connection, seqs, messages } = follow({
      token: 'good',
      filters: { level: ['error', 'info'] },
      webSocket(url) {
        attempts++;
        // A proxy that lets no socket through.
        return new WebSocket(url.replace('/stream', '/nowhere'));
      },
    });
    await eventually(() => connection.state).toBe('live');
    expect(attempts).toBe(2);
    world.log.commit(1, [fakeEvent(), fakeEvent({ level: 'info' })]);
    await eventually(seqs).toEqual([1, 2]);
    connection.update({ level: 'error' });
    await eventually(() => messages.filter((one) => one.type === 'subscribed').length).toBe(2);
    world.log.commit(1, [fakeEvent({ level: 'info' }), fakeEvent()]);
    await eventually(seqs).toEqual([1, 2, 4]);
    connection.pause();
    await eventually(() => messages.filter((one) => one.type === 'subscribed').length).toBe(3);
    world.log.commit(1, [fakeEvent()]);
    connection.resume();
    await eventually(seqs).toEqual([1, 2, 4, 5]);
    expect(connection.state).toBe('live');
  });

  it('ST87 a refusal is final in Node too, where a failed handshake has no status', async () => {
    const { connection } = follow({ token: 'no', webSocket: defaultOf('no') }, 'no');
    await eventually(() => connection.state).toBe('unauthorised');
  });

  it('ST80 says when the server cannot read its log', async () => {
    const { connection, states } = follow();
    await eventually(() => connection.state).toBe('live');
    world.log.failing = true;
    await eventually(() => connection.state).toBe('degraded');
    world.log.failing = false;
    await eventually(() => connection.state).toBe('live');
    expect(states).toEqual(['behind', 'live', 'degraded', 'live']);
  });

  it('ST85 is an async iterable that ends with the connection', async () => {
    const { connection } = follow();
    const types: string[] = [];
    for await (const message of connection) {
      types.push(message.type);
      if (message.type === 'mark') world.log.commit(1, [fakeEvent()]);
      if (message.type === 'event') connection.close();
    }
    expect(types).toEqual(['hello', 'subscribed', 'issue_count', 'mark', 'event']);
  });
});

it('ST86 waits with full jitter, unless the server says how long', () => {
  expect(reconnectDelay(0, null, () => 0.5)).toBe(250);
  expect(reconnectDelay(3, null, () => 0.5)).toBe(2000);
  expect(reconnectDelay(50, null, () => 0.999)).toBeLessThan(30_000);
  expect(reconnectDelay(9, 3170, () => 0.5)).toBe(3170);
});

it('ST86 takes the address of the server or of the stream', () => {
  expect(streamUrl('https://mesher.test')).toBe('wss://mesher.test/stream');
  expect(streamUrl('ws://mesher.test:8081/stream?x=1')).toBe('ws://mesher.test:8081/stream?x=1');
});
