/**
 * Adds up counts in memory and writes the sums once a second and at stop. Bounded in keys: what is beyond is not
 * counted, which is logged. A crash loses at most a second of counts.
 */
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../log.ts';
import { compareText } from './compare-text.ts';

export interface CountBuffer<Row extends { quantity: number }> {
  add: (row: Row) => void;
  /** Writes what was counted; never rejects, what could not be written is kept. */
  flush: () => Promise<void>;
  stop: () => Promise<void>;
}

const FLUSH_MS = 1_000;
const MAX_KEYS = 10_000;

export function createCountBuffer<Row extends { quantity: number }>(o: {
  /** For the log. */
  what: string;
  keyOf: (row: Row) => readonly (string | number)[];
  /** In: sorted by key, so that two nodes never wait for each other. */
  write: (rows: Row[]) => Promise<void>;
  clock: Clock;
  log: Logger;
}): CountBuffer<Row> {
  let counts = new Map<string, Row>();
  let uncounted = 0;
  let flushing: Promise<void> | null = null;
  const timer = o.clock.every(FLUSH_MS, () => void flush());

  function add(row: Row): void {
    const key = o.keyOf(row).join('\n');
    const known = counts.get(key);
    if (known) known.quantity += row.quantity;
    else if (counts.size < MAX_KEYS) counts.set(key, { ...row });
    else uncounted += row.quantity;
  }

  async function write(): Promise<void> {
    const rows = [...counts.values()].sort((a, b) => compareKeys(o.keyOf(a), o.keyOf(b)));
    counts = new Map();
    try {
      await o.write(rows);
    } catch (error) {
      o.log.warn({ err: error, what: o.what }, 'counts could not be written, trying again');
      rows.forEach(add);
    }
    if (uncounted > 0) o.log.warn({ uncounted, what: o.what }, 'too many different counts at once');
    uncounted = 0;
  }

  function flush(): Promise<void> {
    if (flushing) return flushing;
    if (counts.size === 0) return Promise.resolve();
    flushing = write().finally(() => (flushing = null));
    return flushing;
  }

  return {
    add,
    flush,
    async stop() {
      timer.cancel();
      await flush();
      await flush(); // what was counted while the first was under way
    },
  };
}

function compareKeys(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (const [i, left] of a.entries()) {
    const right = b[i] ?? '';
    const order =
      typeof left === 'number' && typeof right === 'number'
        ? left - right
        : compareText(String(left), String(right));
    if (order !== 0) return order;
  }
  return 0;
}
