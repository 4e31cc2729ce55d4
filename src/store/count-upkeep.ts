/** Minutes of counters become quarters of an hour once they are two days old; looked for once an hour, on every node. */
import type { Clock, Timer } from '../lib/clock.ts';
import type { Logger } from '../log.ts';
import { MINUTES_KEPT_MS } from './buckets.ts';
import type { Database } from './database.ts';
import { compactCounts } from './sql/compact-counts.ts';
import { selectProjectIds } from './sql/select-project-ids.ts';

const HOUR_MS = 3_600_000;
/** Events that come later than this after they happened stay minutes. */
const SEARCHED_MS = 7 * 24 * HOUR_MS;

export function createCountUpkeep(o: { db: Database; clock: Clock; log: Logger }) {
  let timer: Timer | undefined;
  let running: Promise<void> | null = null;

  async function run(): Promise<void> {
    const end = Math.floor((o.clock.now() - MINUTES_KEPT_MS) / HOUR_MS) * HOUR_MS;
    for (const id of await selectProjectIds(o.db)) await compactCounts(o.db, id, end - SEARCHED_MS, end);
  }

  return {
    run,
    start: async (): Promise<void> => {
      timer = o.clock.every(HOUR_MS, () => {
        running ??= run()
          .catch((error: unknown) => o.log.warn({ err: error }, 'compacting counters failed'))
          .finally(() => (running = null));
      });
    },
    stop: async (): Promise<void> => {
      timer?.cancel();
      await running;
    },
  };
}
