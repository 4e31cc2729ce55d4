/** Sessions without sockets: a sink that can stall, and what it has received as messages. */
import { pino } from 'pino';
import { createMetrics } from '../../src/metrics.ts';
import type { DownMessage } from '../../src/protocol/down.ts';
import { parseCommand } from '../../src/protocol/up.ts';
import { createHub } from '../../src/stream/hub.ts';
import { Session } from '../../src/stream/session.ts';
import type { Sink } from '../../src/stream/sink.ts';
import { subscribe, type SubscribeDeps, type SubscribeResult } from '../../src/stream/subscribe.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { createFakeLog, type FakeLog } from './fake-log.ts';
import { fakeViewer } from './stream-world.ts';

export interface FakeSink extends Sink {
  stalled: boolean;
  /** Does not answer pings. */
  silent: boolean;
  pings: number;
  resume(): void;
  /** The peer is gone. */
  cut(): void;
  closedWith: { code: number; reason: string } | null;
  messages(): DownMessage[];
  maxUnsent: number;
}

function createFakeSink(): FakeSink {
  let listener: { written: () => void; closed: () => void } | null = null;
  let unsent: Buffer[] = [];
  let arrived: Buffer[] = [];
  let bytes = 0;
  let open = true;
  const decoded: DownMessage[] = [];
  const sink: FakeSink = {
    stalled: false,
    silent: false,
    pings: 0,
    closedWith: null,
    maxUnsent: 0,
    write(one) {
      if (!open) throw new Error('written after close');
      bytes += one.length;
      if (!sink.stalled) return void arrived.push(one);
      unsent.push(one);
      sink.maxUnsent = Math.max(sink.maxUnsent, sink.unsentBytes);
      return undefined;
    },
    get unsentBytes() {
      return unsent.reduce((sum, one) => sum + one.length, 0);
    },
    get progress() {
      return bytes - sink.unsentBytes;
    },
    get received() {
      return sink.silent ? 0 : sink.pings;
    },
    ping() {
      sink.pings++;
    },
    close(code, reason) {
      open = false;
      sink.closedWith = { code, reason };
      listener?.closed();
    },
    listen(on) {
      listener = on;
    },
    resume() {
      sink.stalled = false;
      arrived.push(...unsent);
      unsent = [];
      listener?.written();
    },
    cut() {
      open = false;
      unsent = [];
      listener?.closed();
    },
    messages() {
      for (const text of decodeFrames(Buffer.concat(arrived))) decoded.push(JSON.parse(text) as DownMessage);
      arrived = [];
      return decoded;
    },
  };
  return sink;
}

function decodeFrames(data: Buffer): string[] {
  const texts: string[] = [];
  for (let at = 0; at < data.length;) {
    if (data[at] !== 0x81) throw new Error(`not a text frame: ${data[at]}`);
    const short = data[at + 1] ?? 0;
    const header = short < 126 ? 2 : short === 126 ? 4 : 10;
    const length =
      short < 126 ? short : short === 126 ? data.readUInt16BE(at + 2) : Number(data.readBigUInt64BE(at + 2));
    texts.push(data.subarray(at + header, at + header + length).toString());
    at += header + length;
  }
  return texts;
}

export interface Model {
  clock: FakeClock;
  log: FakeLog;
  deps: SubscribeDeps;
  open(mode?: 0 | 1): { session: Session; sink: FakeSink };
  subscribe(session: Session, command: object): Promise<SubscribeResult>;
  stop(): void;
}

export function createModel(bounds: { maxUnsentBytes?: number } = {}): Model {
  const clock = createFakeClock();
  const log = createFakeLog();
  const metrics = createMetrics();
  const hub = createHub({ ...log, ...bounds, clock, log: pino({ level: 'silent' }), metrics });
  const deps: SubscribeDeps = {
    hub,
    resolveProject: (id) =>
      Promise.resolve({ id: Number(id), slug: 'shop', name: 'Shop', organizationId: 'o1' }),
    mayRead: () => true,
    listSnapshotIssues: () => Promise.resolve([]),
    readIssueStats: () => Promise.resolve([]),
  };
  let sessions = 0;
  return {
    clock,
    log,
    deps,
    open(mode = 1) {
      const sink = createFakeSink();
      const session = new Session({
        id: `s${++sessions}`,
        mode,
        transport: 'websocket',
        sink,
        clock,
        metrics,
        viewer: fakeViewer(),
        onFailure: (error) => {
          throw error;
        },
        onClosed: (closed) => hub.removeSession(closed),
      });
      hub.addSession(session);
      return { session, sink };
    },
    subscribe(session, command) {
      const parsed = parseCommand(JSON.stringify({ type: 'subscribe', project_id: '1', ...command }));
      if (parsed.kind === 'refused' || parsed.command.type !== 'subscribe')
        throw new Error(JSON.stringify(parsed));
      return subscribe(deps, session, { ...parsed.command, project_id: '1' }, { mode0Answer: 'none' });
    },
    stop: () => hub.stop(),
  };
}
