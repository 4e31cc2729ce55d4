/** Counts what became of items: one row per project, key, category, outcome, reason and hour. */
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../log.ts';
import { createCountBuffer } from './count-buffer.ts';
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

const HOUR_MS = 3_600_000;

export function createOutcomeCounter(o: { db: Database; clock: Clock; log: Logger }): OutcomeCounter {
  const counts = createCountBuffer<OutcomeCount>({
    what: 'outcomes',
    keyOf: (row) => [row.projectId, row.hour, row.keyId, row.category, row.outcome, row.reason],
    write: (rows) => addOutcomes(o.db, rows),
    clock: o.clock,
    log: o.log,
  });
  return {
    count(outcome) {
      const hour = new Date(Math.floor(o.clock.now() / HOUR_MS) * HOUR_MS).toISOString();
      counts.add({ ...outcome, hour });
    },
    flush: counts.flush,
    stop: counts.stop,
  };
}
