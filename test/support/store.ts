/** A writer on a test database that keeps what it published. */
import type { Clock } from '../../src/lib/clock.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createMetrics } from '../../src/metrics.ts';
import type { Change } from '../../src/protocol/change.ts';
import { createBatchWriter, type BatchWriter } from '../../src/store/batch-writer.ts';
import type { Database } from '../../src/store/database.ts';
import { silentLog } from './test-database.ts';

export interface TestWriter extends BatchWriter {
  changes: Change[];
  metrics: ReturnType<typeof createMetrics>;
}

export function createTestWriter(
  db: Database,
  o: { maxEvents?: number; maxBytes?: number; clock?: Clock; onCommitted?: (changes: Change[]) => void } = {},
): TestWriter {
  const changes: Change[] = [];
  const metrics = createMetrics();
  const writer = createBatchWriter({
    db,
    clock: o.clock ?? systemClock,
    log: silentLog,
    metrics,
    maxEvents: o.maxEvents ?? 4_000,
    maxBytes: o.maxBytes ?? 64 * 1024 * 1024,
    onCommitted(committed) {
      changes.push(...committed);
      o.onCommitted?.(committed);
    },
  });
  return { ...writer, changes, metrics };
}
