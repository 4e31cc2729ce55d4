/** Makes the partitions of the coming days and drops the log's old ones, once an hour. */
import type { Clock, Timer } from '../lib/clock.ts';
import type { Logger } from '../log.ts';
import type { Database } from './database.ts';
import { dropOldLogPartitions, ensurePartitions } from './partitions.ts';

const HOUR_MS = 3_600_000;

export function createPartitionUpkeep(o: { db: Database; clock: Clock; log: Logger; logDays: number }) {
  let timer: Timer | undefined;
  return {
    start: async (): Promise<void> => {
      timer = o.clock.every(HOUR_MS, () => {
        const now = o.clock.now();
        // The writer makes a missing day by itself: what fails here is tried again in an hour.
        void Promise.all([ensurePartitions(o.db, now), dropOldLogPartitions(o.db, now, o.logDays)]).catch(
          (error: unknown) => o.log.warn({ err: error }, 'partition upkeep failed'),
        );
      });
    },
    stop: async (): Promise<void> => timer?.cancel(),
  };
}
