/** The newest entries of one project's log in memory: dense by seq, bounded in entries and bytes, oldest out first. */
import { createRingBuffer } from '../lib/ring-buffer.ts';
import type { Logged } from './entry-frame.ts';

export interface Ring {
  /** seq of the newest entry that was ever appended, or where the ring was started. */
  readonly head: number;
  /** seq of the oldest entry held; head + 1 when it is empty. */
  readonly first: number;
  readonly bytes: number;
  /** `entry.seq` must be head + 1. */
  append(logged: Logged): void;
  get(seq: number): Logged | undefined;
  /** Entries after `seq`, up to `through`, at most `limit`; null when the ring does not reach back to `seq + 1`. */
  after(seq: number, through: number, limit: number): Logged[] | null;
  /** Empties it and continues after `head`. */
  restart(head: number): void;
}

export function createRing(head: number, bounds: { maxEntries: number; maxBytes: number }): Ring {
  const slots = createRingBuffer<Logged>();
  let bytes = 0;
  return {
    get head() {
      return head;
    },
    get first() {
      return head - slots.length + 1;
    },
    get bytes() {
      return bytes;
    },
    append(logged) {
      if (logged.entry.seq !== head + 1)
        throw new Error(`ring at ${head} was given entry ${logged.entry.seq}`);
      head++;
      bytes += logged.bytes;
      slots.push(logged);
      while (slots.length > bounds.maxEntries || (bytes > bounds.maxBytes && slots.length > 1))
        bytes -= slots.shift()?.bytes ?? 0;
    },
    get: (seq) => slots.at(seq - (head - slots.length + 1)),
    after(seq, through, limit) {
      const first = head - slots.length + 1;
      if (seq + 1 < first) return null;
      const out: Logged[] = [];
      for (let at = seq + 1; at <= Math.min(through, head) && out.length < limit; at++) {
        const logged = slots.at(at - first);
        if (logged !== undefined) out.push(logged);
      }
      return out;
    },
    restart(newHead) {
      slots.clear();
      bytes = 0;
      head = newHead;
    },
  };
}
