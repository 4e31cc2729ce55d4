/** One connection for many subscriptions: against the real stage, and against sockets that do as they are told. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { eventually } from '../../test/support/eventually.ts';
import { fakeEvent, fakeIssue } from '../../test/support/fake-log.ts';
import { startWorld, type World } from '../../test/support/stream-world.ts';
import type { DownMessage } from '../protocol/down.ts';
import {
  followProject,
  type FollowOptions,
  type StreamConnection,
  type StreamState,
} from './stream-client.ts';
import { openLink, type LinkEvent, type OpenedLink } from './stream-link.ts';
import type { WebSocketLike } from './web-socket.ts';

vi.setConfig({ testTimeout: 30_000 });

describe('against the real stage', () => {
  let world: World;
  let sockets: WebSocket[];
  let sent: string[];
  let open: StreamConnection[];
  beforeEach(async () => {
    world = await startWorld();
    sockets = [];
    sent = [];
    open = [];
  });
  afterEach(async () => {
    for (const one of open) one.close();
    await world.stop();
  });

  function link(
    options: { transport?: 'http'; lingerMs?: number; pingMs?: number; path?: string } = {},
  ): OpenedLink {
    const address = { url: `http://127.0.0.1:${world.port}${options.path ?? ''}`, random: () => 0.02 };
    if (options.transport === 'http') return openLink({ ...address, ...options, token: 'good' });
    return openLink({
      ...address,
      ...options,
      webSocket(url, protocols) {
        const ws = new WebSocket(url, protocols, { headers: { authorization: 'Bearer good' } });
        sockets.push(ws);
        const send = ws.send.bind(ws) as (data: string) => void;
        return Object.assign(ws, {
          send(data: string) {
            sent.push(data);
            send(data);
          },
        });
      },
    });
  }

  function follow(on: OpenedLink, options: Partial<FollowOptions> = {}) {
    const messages: DownMessage[] = [];
    const states: StreamState[] = [];
    const connection = followProject(on, {
      projectId: 'shop',
      onMessage: (message) => messages.push(message),
      onState: (state) => states.push(state),
      ...options,
    });
    open.push(connection);
    const seqs = () =>
      messages.flatMap((one) => (one.type === 'event' || one.type === 'issue' ? [one.seq] : []));
    return { connection, messages, states, seqs };
  }
  const live = (all: { connection: StreamConnection }[]) =>
    eventually(() => all.every(({ connection }) => connection.state === 'live')).toBe(true);
  const streams = async () =>
    (await world.metrics.connections.get()).values.reduce((sum, { value }) => sum + value, 0);

  it('ST91 subscriptions of one class, of other filters and of other projects get what is theirs', async () => {
    const shared = link();
    const all = follow(shared);
    const twin = follow(shared);
    const fatal = follow(shared, { filters: { level: 'fatal' } });
    const api = follow(shared, { projectId: 'api' });
    await live([all, twin, fatal, api]);
    expect(sockets.length).toBe(1);
    world.log.commit(1, [fakeEvent(), fakeEvent({ level: 'fatal' }), fakeIssue({})]);
    world.log.commit(2, [fakeEvent(), fakeIssue({})]);
    await eventually(() => [all, twin, fatal, api].map(({ seqs }) => seqs())).toEqual([
      [1, 2, 3],
      [1, 2, 3],
      [2],
      [1, 2],
    ]);
    // One pauses: the others do not notice.
    twin.connection.pause();
    await eventually(() => twin.messages.filter((one) => one.type === 'subscribed').length).toBe(2);
    world.log.commit(1, [fakeEvent()]);
    await eventually(() => all.seqs()).toEqual([1, 2, 3, 4]);
    expect(twin.seqs()).toEqual([1, 2, 3]);
    // One leaves: its subscription ends, the connection stays.
    fatal.connection.close();
    await eventually(() => sent.filter((one) => one.includes('unsubscribe'))).toHaveLength(1);
    twin.connection.resume();
    await eventually(() => twin.seqs()).toEqual([1, 2, 3, 4]);
    for (const { connection } of [all, twin, api]) connection.close();
    await eventually(streams).toBe(0);
  });

  it('ST91 a lost connection is one for all, and each resumes from its own cursor', async () => {
    const shared = link();
    const [all, fatal] = [follow(shared), follow(shared, { filters: { level: 'fatal' } })];
    await live([all, fatal]);
    world.log.commit(1, [fakeEvent(), fakeEvent({ level: 'fatal' }), fakeEvent()]);
    await eventually(() => [all.seqs(), fatal.seqs()]).toEqual([[1, 2, 3], [2]]);
    sockets[0]?.terminate();
    world.log.commit(1, [fakeEvent({ level: 'fatal' }), fakeEvent()]);
    await eventually(() => [all.seqs(), fatal.seqs()]).toEqual([
      [1, 2, 3, 4, 5],
      [2, 4],
    ]);
    expect(sockets.length).toBe(2);
  });

  it('ST95 the latency is measured again and again, and told to whoever joins later', async () => {
    const shared = link({ pingMs: 20 });
    const measured: number[] = [];
    const first = follow(shared, { onLatency: (ms) => measured.push(ms) });
    await eventually(() => measured.length >= 3).toBe(true);
    expect(measured.every((ms) => ms >= 0 && ms < 30_000)).toBe(true);
    const pings = () => sent.filter((one) => one.includes('"ping"')).length;
    expect(pings()).toBeGreaterThanOrEqual(3);
    // Asked rarely: what is known is told without another ping.
    const rarely = link({ pingMs: 3_600_000 });
    const before: number[] = [];
    const one = follow(rarely, { onLatency: (ms) => before.push(ms) });
    await live([one]);
    await eventually(() => before.length).toBe(1);
    const later: number[] = [];
    follow(rarely, { onLatency: (ms) => later.push(ms) });
    await eventually(() => later).toEqual(before);
    // Not asked for: no ping.
    for (const { connection } of [first, one]) connection.close();
    const quiet = follow(link());
    await live([quiet]);
    sent.length = 0;
    world.log.commit(1, [fakeEvent()]);
    await eventually(() => quiet.seqs()).toEqual([1]);
    expect(pings()).toBe(0);
  });

  it('ST91 what is refused to one is not refused to the others', async () => {
    for (const shared of [link(), link({ transport: 'http' })]) {
      const good = follow(shared);
      const secret = follow(shared, { projectId: 'secret' });
      const wrong = follow(shared, { filters: { level: 'eror' } });
      await live([good]);
      await eventually(() => [secret.connection.state, wrong.connection.state]).toEqual([
        'refused',
        'refused',
      ]);
      expect(good.connection.state).toBe('live');
      good.connection.close();
    }
  });

  it('ST91 what is refused is told, also where the path of the address has subscribed already', async () => {
    const one = follow(link({ path: '/stream/projects/shop' }), { filters: { level: 'eror' } });
    await eventually(() => one.messages.filter(({ type }) => type === 'error')).toMatchObject([
      { code: 'invalid_filter' },
    ]);
  });

  it('ST91 over HTTP each has a request of its own, and gets what is its', async () => {
    const shared = link({ transport: 'http' });
    const [all, twin, api] = [follow(shared), follow(shared), follow(shared, { projectId: 'api' })];
    await live([all, twin, api]);
    world.log.commit(1, [fakeEvent(), fakeIssue({})]);
    world.log.commit(2, [fakeIssue({})]);
    await eventually(() => [all, twin, api].map(({ seqs }) => seqs())).toEqual([[1, 2], [1, 2], [1]]);
    twin.connection.close();
    await eventually(streams).toBe(2);
  });

  it('ST91 the connection outlives its last subscription for a moment, when asked to', async () => {
    const shared = link({ lingerMs: 300 });
    follow(shared).connection.close();
    const next = follow(shared);
    await live([next]);
    expect(sockets.length).toBe(1);
    next.connection.close();
    await eventually(streams).toBe(0);
  });

  it('ST91 renewed, it is another connection, and nothing is lost', async () => {
    const shared = link();
    const all = follow(shared);
    await live([all]);
    world.log.commit(1, [fakeEvent()]);
    await eventually(() => all.seqs()).toEqual([1]);
    shared.renew();
    world.log.commit(1, [fakeEvent()]);
    await eventually(() => all.seqs()).toEqual([1, 2]);
    expect(all.states).toEqual(['behind', 'live', 'connecting', 'behind', 'live']);
    expect(sockets.length).toBe(2);
  });

  it('ST51 more wishes than the server takes are merged, not refused', async () => {
    const shared = link();
    const all = follow(shared);
    await live([all]);
    for (let id = 1; id <= 200; id++) all.connection.watch([String(id)]);
    all.connection.update({ level: 'fatal' });
    await eventually(() => sent.at(-1)).toContain('"watch":["200"]');
    expect(sent.length).toBeLessThan(60);
    await eventually(() => all.messages.at(-1)?.type).toBe('mark');
    world.log.commit(1, [fakeEvent(), fakeEvent({ level: 'fatal' })]);
    await eventually(() => all.seqs()).toEqual([2]);
    expect(all.messages.filter((one) => one.type === 'error')).toEqual([]);
  });
});

interface FakeSocket extends WebSocketLike {
  readonly sent: Record<string, unknown>[];
  closed: boolean;
}

describe('against sockets that do as they are told', () => {
  let sockets: FakeSocket[];
  beforeEach(() => {
    sockets = [];
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  function join(random = 0.5) {
    const events: LinkEvent[] = [];
    const opened = openLink({
      url: 'http://mesher.test',
      random: () => random,
      webSocket() {
        const socket: FakeSocket = {
          readyState: 1,
          sent: [],
          closed: false,
          send: (data) => void socket.sent.push(JSON.parse(data) as Record<string, unknown>),
          close: () => (socket.closed = true),
          onopen: null,
          onmessage: null,
          onclose: null,
          onerror: null,
        };
        sockets.push(socket);
        return socket;
      },
    });
    const seat = opened.join((event) => events.push(event));
    return { opened, seat, events };
  }
  const last = (): FakeSocket => sockets[sockets.length - 1] ?? expect.fail('no socket');
  const tell = (message: object) => last().onmessage?.({ data: JSON.stringify(message) } as never);
  const end = (code: number, reason = '') => last().onclose?.({ code, reason } as never);
  const HELLO = { type: 'hello', v: 1, conn: 'n1-1', auth: { kind: 'session', expires_at: null } };
  const opensAfter = (ms: number) => {
    const before = sockets.length;
    vi.advanceTimersByTime(ms - 1);
    expect(sockets.length).toBe(before);
    vi.advanceTimersByTime(1);
    expect(sockets.length).toBe(before + 1);
  };

  it('ST86 waits with jitter that grows; a live mark makes it short again', () => {
    join();
    end(1006);
    opensAfter(250);
    end(1006);
    opensAfter(500);
    tell(HELLO);
    tell({ type: 'mark', f: 'x', cursor: 'aaaaaa.1', live: true, state: 'ok', lag_ms: 0 });
    end(1006);
    opensAfter(250);
  });

  it('ST86 retry_ms wins, whether goodbye or the close reason says it', () => {
    join();
    tell(HELLO);
    tell({ type: 'goodbye', code: 4100, retry_ms: 3170 });
    end(4100, '{"c":"drain"}');
    opensAfter(3170);
    end(4106, '{"c":"overload","retry_ms":5000}');
    opensAfter(5000);
    // It was for once.
    end(1006);
    opensAfter(1000);
  });

  it('ST86 at once when the network is back or the tab is looked at, and then only', () => {
    const page = Object.assign(new EventTarget(), { visibilityState: 'hidden' });
    const host = new EventTarget();
    vi.stubGlobal('document', page);
    vi.stubGlobal('addEventListener', host.addEventListener.bind(host));
    vi.stubGlobal('removeEventListener', host.removeEventListener.bind(host));
    const { seat } = join();
    end(1006);
    page.dispatchEvent(new Event('visibilitychange'));
    expect(sockets.length).toBe(1);
    page.visibilityState = 'visible';
    page.dispatchEvent(new Event('visibilitychange'));
    expect(sockets.length).toBe(2);
    // Connecting already.
    host.dispatchEvent(new Event('online'));
    expect(sockets.length).toBe(2);
    end(1006);
    host.dispatchEvent(new Event('online'));
    expect(sockets.length).toBe(3);
    seat.leave();
    host.dispatchEvent(new Event('online'));
    vi.advanceTimersByTime(60_000);
    expect(sockets.length).toBe(3);
    expect(last().closed).toBe(true);
  });

  it('ST84 40xx and a greeting without a viewer end it; who joins later begins anew', () => {
    const { opened, events } = join();
    tell(HELLO);
    end(4003);
    expect(events.map((event) => event.kind)).toEqual(['open', 'ended']);
    vi.advanceTimersByTime(60_000);
    expect(sockets.length).toBe(1);
    const later: LinkEvent[] = [];
    opened.join((event) => later.push(event));
    tell({ ...HELLO, auth: null });
    expect(later).toEqual([{ kind: 'ended', state: 'unauthorised' }]);
    opened.join((event) => later.push(event));
    end(4004);
    expect(later.at(-1)).toEqual({ kind: 'ended', state: 'refused' });
  });

  it('ST92 a connection without a sign of life is given up after a ping', () => {
    const { events } = join();
    tell(HELLO);
    vi.advanceTimersByTime(29_000);
    tell({ type: 'pong', t: 1 });
    vi.advanceTimersByTime(30_000);
    expect(last().sent.at(-1)).toMatchObject({ type: 'ping' });
    vi.advanceTimersByTime(10_000);
    expect(last().closed).toBe(true);
    expect(events.at(-1)).toEqual({ kind: 'lost' });
    opensAfter(250);
  });

  it('ST92 a command that failed for a moment is sent again', () => {
    const { seat } = join();
    tell(HELLO);
    seat.subscribe({ project_id: '1' });
    tell({ type: 'error', code: 'internal', status: 500, message: 'internal error', temporary: true });
    vi.advanceTimersByTime(1000);
    expect(last().sent.map(({ type, project_id }) => [type, project_id])).toEqual([
      ['subscribe', '1'],
      ['subscribe', '1'],
    ]);
    tell({
      type: 'subscribed',
      id: 2,
      project_id: '1',
      sub: 'live',
      f: 'x',
      cursor: 'aaaaaa.1',
      oldest: 'aaaaaa.1',
      recovered: true,
    });
    tell({ type: 'error', code: 'internal', status: 500, message: 'internal error', temporary: true });
    vi.advanceTimersByTime(1000);
    expect(last().sent.length).toBe(2);
  });
});
