/**
 * A subscription is a position in the project's log. Replaying, it reads forward from its position as fast as its
 * socket drains; at the head it joins its class and is given shared bytes; slow, paused or over its rate, what it
 * misses waits in the backlog, whose oldest events become `dropped`.
 */
import type { IssueStats } from '../protocol/change.ts';
import type { Cursor, DownMessage, DropReason, ResyncReason } from '../protocol/down.ts';
import { formatCursor } from '../protocol/down.ts';
import { COMMAND_LIMITS } from '../protocol/up.ts';
import { Backlog } from './backlog.ts';
import { type Batch, type ClassMember, type FilterClass } from './filter-class.ts';
import type { ProjectFeed } from './project-feed.ts';
import { Replay } from './replay.ts';
import { createRateMeter, type RateMeter } from './rate-meter.ts';
import { encodeMessage } from './wire.ts';

/** What a subscription needs of the connection it belongs to. */
export interface Outlet {
  /** Nothing is unsent and nothing waits before us. */
  readonly ready: boolean;
  write(bytes: Buffer, messages: number): void;
  /** We have something to send: take from us when the socket is free. */
  wake(): void;
  dropped(reason: DropReason, count: number): void;
  /** The newest message with the same key goes out when the socket is free. */
  gauge(key: string, bytes: Buffer): void;
  failed(error: unknown): void;
  /** Monotonic. */
  now(): number;
  /** Of the wall clock. */
  epochMs(): number;
}

export interface SubscriptionOptions {
  projectId: number;
  sub: string;
  buffer: number;
  /** null = no bound, 0 = paused. */
  maxRate: number | null;
  watch: ReadonlySet<string>;
  /** Told its rates every second, not only while events are left out. */
  rates: boolean;
}

/** Another filter or other options for a running subscription. */
export interface Update {
  filterClass: FilterClass;
  options: SubscriptionOptions;
  /** Bytes that say so, given the head at which it takes effect. */
  answer: (head: number) => Buffer;
}

const BACKLOG = { maxOthers: 1000, maxIssues: 4096, maxBytes: 4 * 1024 * 1024 };

export class Subscription implements ClassMember {
  readonly #feed: ProjectFeed;
  readonly #outlet: Outlet;
  readonly #backlog: Backlog;
  #options: SubscriptionOptions;
  #class: FilterClass;
  #phase: 'waiting' | 'replay' | 'live' | 'ended' = 'waiting';
  #position: number;
  /** Epoch that the position belongs to. */
  #epoch: string;
  readonly #replay: Replay;
  #meter: RateMeter | null;
  /** Updates that wait for the end of the replay. */
  #updates: Update[] = [];
  /** Class the next gap belongs to: an update of filters is in force only after its answer. */
  #gapClass: string;
  #holdGap = true;
  readonly #stats = new Map<string, IssueStats>();
  /** Events sent live and left out since the last report of rates. */
  #sent = 0;
  #omitted = 0;

  constructor(feed: ProjectFeed, filterClass: FilterClass, outlet: Outlet, options: SubscriptionOptions) {
    this.#feed = feed;
    this.#class = filterClass;
    this.#gapClass = filterClass.f;
    this.#outlet = outlet;
    this.#options = options;
    this.#position = feed.head;
    this.#epoch = feed.epoch;
    this.#meter = meterOf(options.maxRate, outlet);
    this.#replay = new Replay(feed, () => outlet.epochMs(), {
      arrived: () => outlet.wake(),
      failed: (error) => outlet.failed(error),
    });
    this.#backlog = new Backlog({ ...BACKLOG, maxEvents: options.buffer });
  }

  get feed(): ProjectFeed {
    return this.#feed;
  }
  get filterClass(): FilterClass {
    return this.#class;
  }
  get options(): SubscriptionOptions {
    return this.#options;
  }
  /** Everything up to here has been sent, dropped or found not to match. */
  get position(): number {
    return this.#position;
  }
  /** Its class is called so, or entries or answers that still wait here are. */
  usesName(f: string): boolean {
    return (
      f === this.#class.f ||
      f === this.#gapClass ||
      this.#updates.some((update) => update.filterClass.f === f) ||
      this.#backlog.hasAnswer(f)
    );
  }
  get isLive(): boolean {
    return this.#phase === 'live';
  }
  get waitingBytes(): number {
    return this.#backlog.bytes;
  }
  get #paused(): boolean {
    return this.#options.maxRate === 0;
  }

  /** Sends what follows `seq`: from the ring or the database, then live. */
  startAt(seq: number): void {
    this.#position = seq;
    this.#phase = 'replay';
    this.#replay.start(seq);
    if (this.#epoch === this.#feed.epoch) this.#outlet.wake();
    // The log was restarted while the start was being prepared.
    else this.resync('epoch_changed', 1, this.#feed.head);
  }

  /** One tick's frames of the class. */
  deliver(batch: Batch): void {
    if (this.#phase !== 'live') return;
    let next = 0;
    // A resync while this batch was handed round joined anew, and is given the batch again: it lies behind.
    while ((batch.frames[next]?.seq ?? Infinity) <= this.#position) next++;
    if (next === 0 && this.#backlog.isEmpty && this.#meter === null && !this.#paused) {
      if (this.#outlet.ready) {
        for (const chunk of batch.chunks()) {
          this.#outlet.write(chunk.bytes, chunk.count);
          this.#sent += chunk.events;
          if (chunk.tooLarge > 0) this.#lost('too_large', chunk.tooLarge);
          this.#position = chunk.lastSeq;
          next = chunk.end;
          if (!this.#outlet.ready) break;
        }
        if (next === batch.frames.length) {
          if (batch.mark !== null && this.#outlet.ready) this.#outlet.write(batch.mark, 1);
          this.#position = Math.max(this.#position, batch.to);
          return;
        }
      }
    }
    this.#keep(batch, next);
  }

  #keep(batch: Batch, start: number): void {
    const reason: DropReason = this.#paused ? 'paused' : 'slow';
    for (let at = start; at < batch.frames.length; at++) {
      const frame = batch.frames[at];
      if (frame === undefined) break;
      if (frame.kind === 'event' && this.#meter !== null && !this.#meter.take()) {
        this.#backlog.pushDropped(frame.seq, 'rate');
        this.#lost('rate', 1);
        continue;
      }
      if (frame.kind === 'too_large') {
        this.#backlog.pushDropped(frame.seq, 'too_large');
        this.#lost('too_large', 1);
        continue;
      }
      const dropped = this.#backlog.push(frame, reason);
      if (dropped === 'overflow') {
        this.resync('replay_limit', this.#position + 1, batch.to);
        return;
      }
      if (dropped > 0) this.#lost(reason, dropped);
    }
    this.#outlet.wake();
    const upToDate = this.#backlog.isEmpty && batch.to >= this.#position;
    if (batch.mark !== null && upToDate && this.#outlet.ready) this.#outlet.write(batch.mark, 1);
  }

  #lost(reason: DropReason, count: number): void {
    this.#omitted += count;
    this.#outlet.dropped(reason, count);
  }

  /** The next bytes to send, about `maxBytes` at most; called when the socket is free. */
  take(maxBytes: number): { bytes: Buffer[]; messages: number } {
    const out: Buffer[] = [];
    let size = 0;
    const add = (bytes: Buffer): void => {
      out.push(bytes);
      size += bytes.length;
    };
    if (this.#phase === 'replay') this.#readOn(add, () => size < maxBytes);
    // Paused: only what stands before an answer leaves.
    while (size < maxBytes && this.#phase === 'live' && (!this.#paused || this.#backlog.raws > 0)) {
      const item = this.#backlog.take(this.#holdGap && this.#meter !== null);
      if (item === undefined) break;
      if (item.kind === 'gap') {
        const bytes = this.#droppedMessage(item);
        if (bytes !== null) add(bytes);
        this.#position = item.to;
      } else {
        add(item.bytes);
        if (item.kind === 'raw') {
          this.#gapClass = item.f;
          continue;
        }
        this.#position = item.seq;
        if (item.kind === 'event') this.#sent++;
      }
    }
    return { bytes: out, messages: out.length };
  }

  /** Tells a gap at the end of the backlog, which `take` holds back while more may be added to it. */
  flushGap(): void {
    this.#holdGap = false;
    this.#outlet.wake();
    this.#holdGap = true;
  }

  #droppedMessage(gap: { reason: DropReason; count: number; from: number; to: number }): Buffer | null {
    const { mode, transport } = this.#class.spec;
    if (mode === 0) return null;
    return encodeMessage(transport, {
      type: 'dropped',
      project_id: String(this.#feed.projectId),
      f: this.#gapClass,
      reason: gap.reason,
      count: gap.count,
      from: gap.from,
      to: gap.to,
    });
  }

  #readOn(add: (bytes: Buffer) => void, room: () => boolean): void {
    const from = this.#position;
    // Paused, only the step to the head is taken.
    const step = this.#replay.read(this.#class, add, () => room() && (!this.#paused || this.#atHead));
    this.#position = this.#replay.position;
    if (step.kind === 'head') this.#goLive(add);
    else if (step.kind === 'lost')
      this.resync('cursor_expired', Math.max(from, this.#position) + 1, this.#feed.head);
  }

  get #atHead(): boolean {
    return this.#replay.position >= this.#feed.head;
  }

  #goLive(add: (bytes: Buffer) => void): void {
    this.#phase = 'live';
    this.#feed.join(this.#class, this);
    if (this.#class.spec.mode === 1) add(this.#feed.markOf(this.#class, this.#position, true));
    this.#applyUpdates();
  }

  /** Gives up what lies before the head, says so, and goes on from the head. */
  resync(reason: ResyncReason, from: number, to: number): void {
    // Not started: whoever starts it knows the new head. Ended: nobody listens.
    if (this.#phase === 'waiting' || this.#phase === 'ended') return;
    this.#class.members.delete(this);
    this.#backlog.clear();
    this.#phase = 'live';
    this.#epoch = this.#feed.epoch;
    this.#position = Math.max(this.#feed.head, to);
    this.#feed.join(this.#class, this);
    if (this.#class.spec.mode === 1) {
      const cursor: Cursor = { epoch: this.#feed.epoch, seq: this.#position };
      const message = encodeMessage(this.#class.spec.transport, {
        type: 'resync',
        f: this.#class.f,
        reason,
        lost: { from, to: this.#position },
        cursor: formatCursor(cursor),
        oldest: formatCursor({ epoch: this.#feed.epoch, seq: this.#feed.oldest }),
      });
      const mark = this.#feed.markOf(this.#class, this.#position, true);
      this.#backlog.pushRaw(Buffer.concat([message, mark]), this.#class.f);
    }
    this.#applyUpdates();
    this.#outlet.wake();
  }

  /**
   * Continues under another class from the head on: what was due under the old class leaves first, then the answer.
   * A replay is finished under the old class before.
   */
  change(update: Update): void {
    this.#updates.push(update);
    if (this.#phase === 'live') {
      this.#applyUpdates();
    } else if (this.#paused && update.options.maxRate !== 0) {
      this.#options = { ...this.#options, maxRate: update.options.maxRate };
    }
    this.#outlet.wake();
  }

  #applyUpdates(): void {
    const updates = this.#updates;
    this.#updates = [];
    for (const { filterClass, options, answer } of updates) {
      const old = this.#class;
      old.members.delete(this);
      this.#backlog.setMaxEvents(options.buffer, this.#paused ? 'paused' : 'slow');
      const { head } = this.#feed;
      const mark = filterClass.spec.mode === 1 ? [this.#feed.markOf(filterClass, head, true)] : [];
      this.#backlog.pushRaw(Buffer.concat([answer(head), ...mark]), filterClass.f);
      this.#class = filterClass;
      this.#options = options;
      this.#meter = meterOf(options.maxRate, this.#outlet);
      this.#feed.join(filterClass, this);
      this.#feed.releaseClass(old);
    }
  }

  /** What happened since the last call; null while nothing is being sampled and nobody asked. */
  takeRates(): { sent: number } | null {
    const sampled = this.#options.rates || this.#omitted > 0 || this.#meter !== null;
    const sent = this.#sent;
    this.#sent = this.#omitted = 0;
    return sampled ? { sent } : null;
  }

  /** Issues of the snapshot are watched too. */
  watchAlso(ids: readonly string[]): void {
    if (ids.length === 0) return;
    const watch = new Set([...this.#options.watch, ...ids].slice(0, COMMAND_LIMITS.watch));
    this.#options = { ...this.#options, watch };
  }

  /** Counters of watched issues; what a busy socket cannot take now is merged into the next message. */
  tellStats(changed: ReadonlyMap<string, IssueStats>): void {
    for (const id of this.#options.watch) {
      const stats = changed.get(id);
      if (stats !== undefined) this.#stats.set(id, stats);
    }
    this.#sendStats();
  }

  /** Counters of issues that are watched from now on. */
  tellStatsOf(read: readonly IssueStats[]): void {
    if (this.#phase === 'ended') return;
    for (const one of read) {
      const known = this.#stats.get(one.issue_id);
      if (known === undefined || known.events <= one.events) this.#stats.set(one.issue_id, one);
    }
    this.#sendStats();
  }

  #sendStats(): void {
    if (this.#stats.size === 0 || !this.#outlet.ready) return;
    const items = [...this.#stats.values()];
    this.#stats.clear();
    this.gauge({
      type: 'issue_stats',
      project_id: String(this.#feed.projectId),
      items,
      as_of: this.#feed.head,
    });
  }

  gauge(message: DownMessage): void {
    const { mode, transport } = this.#class.spec;
    if (mode === 0) return;
    this.#outlet.gauge(
      `${message.type} ${this.#feed.projectId} ${this.#options.sub}`,
      encodeMessage(transport, message),
    );
  }

  end(): void {
    if (this.#phase === 'ended') return;
    this.#phase = 'ended';
    this.#class.members.delete(this);
    this.#feed.releaseClass(this.#class);
    for (const { filterClass } of this.#updates) this.#feed.releaseClass(filterClass);
    this.#updates = [];
    this.#backlog.clear();
  }
}

function meterOf(maxRate: number | null, outlet: Outlet): RateMeter | null {
  return maxRate === null || maxRate === 0 ? null : createRateMeter(maxRate, maxRate, () => outlet.now());
}
