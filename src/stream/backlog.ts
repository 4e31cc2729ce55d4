/**
 * What one slow (or paused, or rate-limited) viewer has not been sent yet: shared frames in order, at most `buffer`
 * events. Beyond it the oldest events become gaps with exact range and count; of an issue that changed in the skipped
 * part only the newest state stays. A gap never reaches over an entry that is sent, so every cursor told is safe.
 */
import { createRingBuffer } from '../lib/ring-buffer.ts';
import type { DropReason } from '../protocol/down.ts';
import type { Frame } from './entry-frame.ts';

interface Gap {
  readonly kind: 'gap';
  reason: DropReason;
  count: number;
  readonly from: number;
  to: number;
}
/** Bytes with a place in the order that are never dropped: the answer to an update of filters. */
interface Raw {
  readonly kind: 'raw';
  readonly bytes: Buffer;
  /** Class that is in force after it. */
  readonly f: string;
}
export type BacklogItem = Frame | Gap | Raw;

export interface BacklogBounds {
  maxEvents: number;
  /** Items besides events that may wait before the oldest part is squeezed. */
  maxOthers: number;
  maxIssues: number;
  maxBytes: number;
}

export class Backlog {
  #bounds: BacklogBounds;
  /** The skipped part: gaps, newest states of issues, raws; superseded issues are holes (null). */
  #front: (BacklogItem | null)[] = [];
  #frontAt = 0;
  #frontIssues = new Map<string, number>();
  readonly #tail = createRingBuffer<BacklogItem>();
  #events = 0;
  #bytes = 0;
  #raws = 0;

  constructor(bounds: BacklogBounds) {
    this.#bounds = bounds;
  }

  get isEmpty(): boolean {
    return this.#tail.length === 0 && this.#frontAt >= this.#front.length;
  }
  get events(): number {
    return this.#events;
  }
  get bytes(): number {
    return this.#bytes;
  }
  get raws(): number {
    return this.#raws;
  }

  /** An answer that waits brings this class into force. */
  hasAnswer(f: string): boolean {
    if (this.#raws === 0) return false;
    const isIt = (item: BacklogItem | null | undefined): boolean => item?.kind === 'raw' && item.f === f;
    if (this.#front.slice(this.#frontAt).some(isIt)) return true;
    for (let at = 0; at < this.#tail.length; at++) if (isIt(this.#tail.at(at))) return true;
    return false;
  }

  setMaxEvents(maxEvents: number, reason: DropReason): void {
    this.#bounds = { ...this.#bounds, maxEvents };
    this.#squeeze(reason);
  }

  /** Number of events that were dropped to make room, or `overflow`: even the issue states do not fit. */
  push(frame: Frame, reason: DropReason): number | 'overflow' {
    this.#tail.push(frame);
    this.#bytes += frame.bytes.length;
    if (frame.kind === 'event') this.#events++;
    return this.#squeeze(reason);
  }

  /** An event that is not sent, in its place. */
  pushDropped(seq: number, reason: DropReason): void {
    const last = this.#tail.at(this.#tail.length - 1);
    if (last?.kind === 'gap' && last.reason === reason) {
      last.count++;
      last.to = seq;
    } else {
      this.#tail.push({ kind: 'gap', reason, count: 1, from: seq, to: seq });
    }
  }

  pushRaw(bytes: Buffer, f: string): void {
    this.#tail.push({ kind: 'raw', bytes, f });
    this.#bytes += bytes.length;
    this.#raws++;
  }

  /**
   * The next item, gaps merged; undefined when nothing is left. `holdLastGap` keeps a gap at the very end back, so
   * that a steady drop by rate is told once, not with every tick.
   */
  take(holdLastGap = false): BacklogItem | undefined {
    const first = this.#shift(holdLastGap);
    if (first?.kind !== 'gap') return first;
    for (;;) {
      const next = this.#peek();
      if (next?.kind !== 'gap' || next.reason !== first.reason) break;
      this.#shift(false);
      first.count += next.count;
      first.to = next.to;
    }
    return first;
  }

  /** Gives up all entries; answers stay. */
  clear(): void {
    const raws: Raw[] = [];
    for (let item = this.#shift(false); item !== undefined; item = this.#shift(false))
      if (item.kind === 'raw') raws.push(item);
    for (const raw of raws) this.pushRaw(raw.bytes, raw.f);
  }

  #peek(): BacklogItem | undefined {
    while (this.#frontAt < this.#front.length && this.#front[this.#frontAt] === null) this.#frontAt++;
    return this.#front[this.#frontAt] ?? this.#tail.at(0);
  }

  #shift(holdLastGap: boolean): BacklogItem | undefined {
    const item = this.#peek();
    if (item === undefined) return undefined;
    if (this.#frontAt < this.#front.length) {
      this.#frontAt++;
      if (item.kind === 'issue' && this.#frontIssues.get(item.issueId) === this.#frontAt - 1)
        this.#frontIssues.delete(item.issueId);
      if (this.#frontAt === this.#front.length) {
        this.#front = [];
        this.#frontAt = 0;
      }
    } else {
      if (holdLastGap && item.kind === 'gap' && this.#tail.length === 1) return undefined;
      this.#tail.shift();
      if (item.kind === 'event') this.#events--;
    }
    if (item.kind === 'raw') this.#raws--;
    if (item.kind !== 'gap') this.#bytes -= item.bytes.length;
    return item;
  }

  #squeeze(reason: DropReason): number | 'overflow' {
    let dropped = 0;
    const { maxEvents, maxOthers, maxBytes, maxIssues } = this.#bounds;
    while (
      this.#events > maxEvents ||
      this.#tail.length > maxEvents + maxOthers ||
      (this.#bytes > maxBytes && this.#tail.length > 0)
    ) {
      const item = this.#tail.shift();
      if (item === undefined) break;
      if (item.kind === 'event') {
        this.#events--;
        this.#bytes -= item.bytes.length;
        dropped++;
        this.#skip({ kind: 'gap', reason, count: 1, from: item.seq, to: item.seq });
      } else {
        this.#skip(item);
      }
    }
    return this.#frontIssues.size > maxIssues || this.#bytes > maxBytes ? 'overflow' : dropped;
  }

  #skip(item: BacklogItem): void {
    const last = this.#front.at(-1);
    // Whatever the reasons: gaps that take turns would grow without a bound. The newest reason stands for both.
    if (item.kind === 'gap' && last?.kind === 'gap') {
      extend(last, item);
      return;
    }
    if (item.kind === 'issue') {
      const older = this.#frontIssues.get(item.issueId);
      const superseded = older === undefined ? undefined : this.#front[older];
      if (older !== undefined && superseded?.kind === 'issue') {
        this.#front[older] = null;
        this.#bytes -= superseded.bytes.length;
      }
      this.#frontIssues.set(item.issueId, this.#front.length);
    }
    this.#front.push(item);
    if (this.#front.length > 64 && this.#front.length > 4 * (this.#frontIssues.size + 8)) this.#compact();
  }

  /** Removes holes and merges the gaps around them, so that memory follows the number of issues, not of changes. */
  #compact(): void {
    const kept: BacklogItem[] = [];
    for (const item of this.#front.slice(this.#frontAt)) {
      if (item === null) continue;
      const last = kept.at(-1);
      if (item.kind === 'gap' && last?.kind === 'gap') {
        extend(last, item);
      } else {
        kept.push(item);
      }
    }
    this.#front = kept;
    this.#frontAt = 0;
    this.#frontIssues.clear();
    for (const [at, item] of kept.entries())
      if (item.kind === 'issue') this.#frontIssues.set(item.issueId, at);
  }
}

function extend(gap: Gap, by: Gap): void {
  gap.reason = by.reason;
  gap.count += by.count;
  gap.to = by.to;
}
