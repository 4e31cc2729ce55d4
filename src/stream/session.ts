/**
 * One connection: its queue of control messages, its newest gauges, its subscriptions, and the one outstanding write.
 * Control goes first, then gauges, then the subscriptions in turn.
 */
import type { Clock } from '../lib/clock.ts';
import type { Metrics } from '../metrics.ts';
import { CLOSE, type DownMessage, type DropReason, type Mode0Message } from '../protocol/down.ts';
import type { Viewer } from '../viewer.ts';
import { MAX_WRITE_BYTES } from './filter-class.ts';
import type { RoomMember } from './room.ts';
import type { RoomMessage } from './room-message.ts';
import type { Sink } from './sink.ts';
import type { Outlet, Subscription } from './subscription.ts';
import { encodeMessage, encodeMode0, type Mode, type Transport } from './wire.ts';

const CONTROL = { maxMessages: 256, maxBytes: 256 * 1024 };
const STALL_MS = 60_000;
export const PING_MS = 25_000;
const PONG_MS = 10_000;
/** HTTP streams are kept open by a comment. */
const COMMENT_MS = 15_000;

export interface SessionDeps {
  id: string;
  mode: Mode;
  transport: Transport;
  sink: Sink;
  clock: Clock;
  metrics: Metrics;
  viewer: Viewer | null;
  /** A broken read ends the connection; this logs why. */
  onFailure: (error: unknown) => void;
  onClosed: (session: Session) => void;
}

export class Session implements RoomMember<RoomMessage>, Outlet {
  readonly id: string;
  readonly mode: Mode;
  readonly transport: Transport;
  /** By `<project id> <sub>`. */
  readonly subscriptions = new Map<string, Subscription>();
  viewer: Viewer | null;
  readonly #deps: SessionDeps;
  readonly #sink: Sink;
  #control: Buffer[] = [];
  #controlBytes = 0;
  readonly #gauges = new Map<string, Buffer>();
  #state: 'open' | 'closing' | 'closed' = 'open';
  #pumping = false;
  #waiting = false;
  #turn = 0;
  #progress = 0;
  #progressAt: number;
  #received = 0;
  #aliveAt: number;
  #pingedAt: number | null = null;

  constructor(deps: SessionDeps) {
    this.id = deps.id;
    this.mode = deps.mode;
    this.transport = deps.transport;
    this.viewer = deps.viewer;
    this.#deps = deps;
    this.#sink = deps.sink;
    this.#progressAt = this.#aliveAt = deps.clock.monotonic();
    deps.sink.listen({
      written: () => {
        if (this.#waiting) this.#pump();
      },
      closed: () => this.#closed(),
    });
    deps.metrics.connections.inc({ transport: deps.transport });
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }
  get ready(): boolean {
    return (
      this.#state === 'open' &&
      this.#control.length === 0 &&
      this.#gauges.size === 0 &&
      this.#sink.unsentBytes === 0
    );
  }
  /** What waits for this connection alone, for the bound of the process. */
  get unsentBytes(): number {
    let bytes = this.#sink.unsentBytes + this.#controlBytes;
    for (const subscription of this.subscriptions.values()) bytes += subscription.waitingBytes;
    return bytes;
  }

  now(): number {
    return this.#deps.clock.monotonic();
  }

  epochMs(): number {
    return this.#deps.clock.now();
  }

  /** For bytes that may go out at once; the caller has asked `ready`. */
  write(bytes: Buffer, messages: number): void {
    if (this.#state !== 'open') return;
    this.#deps.metrics.delivered.inc(messages);
    this.#sink.write(bytes);
  }

  wake(): void {
    this.#pump();
  }

  dropped(reason: DropReason, count: number): void {
    this.#deps.metrics.dropped.inc({ reason }, count);
  }

  failed(error: unknown): void {
    this.#deps.onFailure(error);
    this.close(CLOSE.overload, 'internal', 2000);
  }

  /** A gauge replaces the one before it; other messages queue. */
  send(message: RoomMessage): boolean {
    if (this.#state !== 'open') return false;
    const bytes = message.bytes(this.mode, this.transport);
    if (bytes === null) return true;
    if (message.conflate === null) return this.control(bytes);
    this.gauge(message.conflate, bytes);
    return true;
  }

  gauge(key: string, bytes: Buffer): void {
    if (this.#state !== 'open') return;
    this.#gauges.set(key, bytes);
    this.#pump();
  }

  tell(message: DownMessage): void {
    this.control(encodeMessage(this.transport, message));
  }

  tellMode0(message: Mode0Message): void {
    this.control(encodeMode0(message));
  }

  /** false: closing, or over its bound, which closes it. */
  control(bytes: Buffer): boolean {
    if (this.#state !== 'open') return false;
    if (
      this.#control.length >= CONTROL.maxMessages ||
      (this.#controlBytes > 0 && this.#controlBytes + bytes.length > CONTROL.maxBytes)
    ) {
      this.close(CLOSE.slow, 'slow', 1200);
      return false;
    }
    this.#control.push(bytes);
    this.#controlBytes += bytes.length;
    this.#pump();
    return true;
  }

  #pump(): void {
    this.#waiting = true;
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (this.#state === 'open' && this.#sink.unsentBytes === 0) {
        const { bytes, messages } = this.#next();
        const [first] = bytes;
        if (first === undefined) {
          this.#waiting = false;
          break;
        }
        this.write(bytes.length === 1 ? first : Buffer.concat(bytes), messages);
      }
    } finally {
      this.#pumping = false;
    }
  }

  #next(): { bytes: Buffer[]; messages: number } {
    const bytes: Buffer[] = this.#control;
    let size = this.#controlBytes;
    this.#control = [];
    this.#controlBytes = 0;
    for (const gauge of this.#gauges.values()) {
      bytes.push(gauge);
      size += gauge.length;
    }
    this.#gauges.clear();
    let messages = bytes.length;
    const subscriptions = [...this.subscriptions.values()];
    for (let i = 0; i < subscriptions.length && size < MAX_WRITE_BYTES; i++) {
      const subscription = subscriptions[(this.#turn + i) % subscriptions.length];
      const taken = subscription?.take(MAX_WRITE_BYTES - size);
      if (taken === undefined) continue;
      messages += taken.messages;
      for (const one of taken.bytes) {
        bytes.push(one);
        size += one.length;
      }
    }
    this.#turn++;
    return { bytes, messages };
  }

  /** Once a second: is the peer alive, does it read? */
  sweep(): void {
    const now = this.now();
    const { progress, received, unsentBytes } = this.#sink;
    if (progress !== this.#progress || unsentBytes === 0) this.#progressAt = now;
    if (received !== this.#received || progress !== this.#progress) {
      this.#aliveAt = now;
      if (received !== this.#received) this.#pingedAt = null;
    }
    this.#progress = progress;
    this.#received = received;
    for (const subscription of this.subscriptions.values()) subscription.flushGap();
    if (now - this.#progressAt >= STALL_MS) {
      this.close(CLOSE.slow, 'slow', 1200);
    } else if (unsentBytes > 0) {
      this.#pingedAt = null;
    } else if (this.#pingedAt === null) {
      if (now - this.#aliveAt >= (this.transport === 'websocket' ? PING_MS : COMMENT_MS)) this.#ping(now);
    } else if (now - this.#pingedAt >= PONG_MS) {
      this.close(CLOSE.slow, 'no_pong', 1200);
    }
  }

  #ping(now: number): void {
    this.#sink.ping();
    if (this.transport === 'websocket') this.#pingedAt = now;
    this.#aliveAt = now;
  }

  /** Ends the connection. 41xx: mode 1 is told goodbye first, with the time to wait. */
  close(code: number, cause: string, retryMs?: number): void {
    if (this.#state !== 'open') return;
    if (this.mode === 1 && code >= 4100 && this.#sink.unsentBytes === 0)
      this.#sink.write(encodeMessage(this.transport, { type: 'goodbye', code, retry_ms: retryMs ?? 1000 }));
    this.#state = 'closing';
    this.#release();
    this.#sink.close(
      code,
      JSON.stringify(retryMs === undefined ? { c: cause } : { c: cause, retry_ms: retryMs }),
    );
  }

  #closed(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#deps.metrics.connections.dec({ transport: this.transport });
    this.#release();
    this.#deps.onClosed(this);
  }

  #release(): void {
    for (const subscription of this.subscriptions.values()) subscription.end();
    this.#control = [];
    this.#controlBytes = 0;
    this.#gauges.clear();
  }
}
