/**
 * Events at a fixed rate over keep-alive connections, through whatever happens to the server: a connection that ends is
 * opened again, and what was due meanwhile is left out. Only a whole answer counts, because the promise is about what a
 * client saw. As little CPU as Node allows, because it shares the machine with what it loads.
 */
import { connect, type Socket } from 'node:net';

export interface PacedLoad {
  /** Ids that were answered 200, in the order of the answers. */
  readonly answered: readonly string[];
  /** Answers by status. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Milliseconds from sending to the whole answer, of those answered 200; the newest million. */
  readonly latenciesMs: readonly number[];
  /** Resolves with the time (of `performance.now`) at which an event that is sent from now on is answered 200. */
  nextAccepted(): Promise<number>;
  /** Resolves with the next whole answer, head and body, that matches. */
  nextAnswer(pattern: RegExp): Promise<string>;
  /** Resolves once this many more events are answered 200. */
  accepted(more: number): Promise<void>;
  /** Sends nothing more and waits for what is under way, unless the server is gone. */
  stop(): Promise<void>;
}

/** The bytes of one whole HTTP request with the event of this id. */
export type MakeRequest = (index: number) => { id: string; bytes: Buffer };

interface Line {
  socket: Socket;
  id: string;
  sentAt: number;
  pending: string;
}

const TICK_MS = 2;
const RECONNECT_MS = 20;
/** What may be made up for after the load generator itself was late. */
const MAX_LATE_MS = 100;
const MAX_LATENCIES = 1_000_000;

export function pacedLoad(o: {
  port: number;
  /** Events a second. */
  rate: number;
  connections: number;
  request: MakeRequest;
}): PacedLoad {
  const answered: string[] = [];
  const statuses = new Map<number, number>();
  const latenciesMs: number[] = [];
  const idle: Line[] = [];
  const open = new Set<Line>();
  /** Told of each answer; true: it has what it waited for. */
  const watchers = new Set<(status: number, sentAt: number, answer: string) => boolean>();
  let stopping = false;
  let index = 0;
  let due = 0;
  let lastTick = performance.now();

  function openLine(): void {
    if (stopping) return;
    const socket = connect({ port: o.port, host: '127.0.0.1', noDelay: true });
    const line: Line = { socket, id: '', sentAt: 0, pending: '' };
    open.add(line);
    socket.on('connect', () => idle.push(line));
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => onData(line, chunk));
    socket.on('close', () => {
      open.delete(line);
      const at = idle.indexOf(line);
      if (at >= 0) idle.splice(at, 1);
      setTimeout(openLine, RECONNECT_MS);
    });
  }

  function onData(line: Line, chunk: Buffer): void {
    line.pending += chunk.toString('latin1');
    const head = line.pending.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(line.pending.slice(0, head))?.[1] ?? 0);
    if (line.pending.length < head + 4 + length) return;
    const answer = line.pending;
    const status = Number(answer.slice(9, 12));
    line.pending = '';
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (status === 200) {
      latenciesMs[answered.length % MAX_LATENCIES] = performance.now() - line.sentAt;
      answered.push(line.id);
    }
    for (const watcher of watchers) if (watcher(status, line.sentAt, answer)) watchers.delete(watcher);
    line.id = '';
    if (stopping || /\r\nconnection: close\r\n/i.test(answer.slice(0, head + 2))) line.socket.destroy();
    else idle.push(line);
  }

  function tick(): void {
    const now = performance.now();
    due = Math.min(due + ((now - lastTick) * o.rate) / 1000, (o.rate * MAX_LATE_MS) / 1000);
    lastTick = now;
    for (; due >= 1; due--) {
      const line = idle.pop();
      if (!line) return;
      const { id, bytes } = o.request(index++);
      line.id = id;
      line.sentAt = performance.now();
      line.socket.write(bytes);
    }
  }

  function watch<T>(found: (status: number, sentAt: number, answer: string) => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      watchers.add((status, sentAt, answer) => {
        const value = found(status, sentAt, answer);
        if (value !== undefined) resolve(value);
        return value !== undefined;
      });
    });
  }

  for (let i = 0; i < o.connections; i++) openLine();
  const timer = setInterval(tick, TICK_MS);
  return {
    answered,
    statuses,
    latenciesMs,
    nextAccepted() {
      const from = performance.now();
      return watch((status, sentAt) => (status === 200 && sentAt >= from ? performance.now() : undefined));
    },
    nextAnswer: (pattern) => watch((_status, _sentAt, answer) => (pattern.test(answer) ? answer : undefined)),
    accepted(more) {
      const goal = answered.length + more;
      return watch(() => (answered.length >= goal ? true : undefined)).then(() => undefined);
    },
    async stop() {
      stopping = true;
      clearInterval(timer);
      for (const line of open) if (line.id === '') line.socket.destroy();
      await Promise.all(
        [...open].map((line) => new Promise<void>((resolve) => line.socket.once('close', () => resolve()))),
      );
    },
  };
}
