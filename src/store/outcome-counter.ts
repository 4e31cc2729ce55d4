/**
 * Counts what became of items, in memory, and adds the counts to the hourly rows once a second and at stop. The map is
 * bounded: outcomes beyond it are not counted, which is logged. A crash loses at most a second of counts.
 */
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../log.ts';
import { compareText } from './compare-text.ts';
import type { Database } from './database.ts';
import { addOutcomes, type OutcomeCount } from './sql/add-outcomes.ts';

export interface Outcome {
  projectId: number;
  keyId: number;
  category: string;
  outcome: string;
  reason: string;
  quantity: number;
}

export interface OutcomeCounter {
  count: (outcome: Outcome) => void;
  /** Writes what was counted; never rejects, what could not be written is kept. */
  flush: () => Promise<void>;
  stop: () => Promise<void>;
}

const FLUSH_MS = 1_000;
const MAX_KEYS = 10_000;
const HOUR_MS = 3_600_000;

export function createOutcomeCounter(o: { db: Database; clock: Clock; log: Logger }): OutcomeCounter {
  let counts = new Map<string, OutcomeCount>();
  let uncounted = 0;
  let flushing: Promise<void> | null = null;
  const timer = o.clock.every(FLUSH_MS, () => void flush());

  function add(row: OutcomeCount): void {
    const key = keyOf(row);
    const known = counts.get(key);
    if (known) known.quantity += row.quantity;
    else if (counts.size < MAX_KEYS) counts.set(key, { ...row });
    else uncounted += row.quantity;
  }

  async function write(): Promise<void> {
    const rows = [...counts.values()].sort(byKey);
    counts = new Map();
    try {
      await addOutcomes(o.db, rows);
    } catch (error) {
      o.log.warn({ err: error }, 'outcomes could not be written, trying again');
      rows.forEach(add);
    }
    if (uncounted > 0) o.log.warn({ uncounted }, 'too many different outcomes at once');
    uncounted = 0;
  }

  function flush(): Promise<void> {
    if (flushing) return flushing;
    if (counts.size === 0) return Promise.resolve();
    flushing = write().finally(() => (flushing = null));
    return flushing;
  }

  return {
    count(outcome) {
      const hour = new Date(Math.floor(o.clock.now() / HOUR_MS) * HOUR_MS).toISOString();
      add({ ...outcome, hour });
    },
    flush,
    async stop() {
      timer.cancel();
      await flush();
      await flush(); // what was counted while the first was under way
    },
  };
}

function keyOf(row: OutcomeCount): string {
  return [row.projectId, row.hour, row.keyId, row.category, row.outcome, row.reason].join('\n');
}

/** In the order of the primary key, so that two nodes never wait for each other. */
function byKey(a: OutcomeCount, b: OutcomeCount): number {
  return (
    a.projectId - b.projectId ||
    compareText(a.hour, b.hour) ||
    a.keyId - b.keyId ||
    compareText(a.category, b.category) ||
    compareText(a.outcome, b.outcome) ||
    compareText(a.reason, b.reason)
  );
}
