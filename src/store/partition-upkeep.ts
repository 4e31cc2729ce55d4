/** Makes the partitions of the coming days, once an hour on every node. */
import type { Clock, Timer } from '../lib/clock.ts';
import type { Logger } from '../log.ts';
import type { Database } from './database.ts';
import { ensurePartitions } from './partitions.ts';

const HOUR_MS = 3_600_000;

export function createPartitionUpkeep(o: { db: Database; clock: Clock; log: Logger }) {
  let timer: Timer | undefined;
  return {
    start: async (): Promise<void> => {
      timer = o.clock.every(HOUR_MS, () => {
        // The writer makes a missing day by itself: what fails here is tried again in an hour.
        void ensurePartitions(o.db, o.clock.now()).catch((error: unknown) =>
          o.log.warn({ err: error }, 'partition upkeep failed'),
        );
      });
    },
    stop: async (): Promise<void> => timer?.cancel(),
  };
}
