/**
 * Which tags the events of an issue have, and how often: what the batches wrote down is added up once a second by one
 * node at a time. Upserting the tags of each batch in its own transaction would make the writer wait for about a dozen
 * rows an event; added up over a second, an error that comes often costs as many rows as one that comes once.
 *
 * A batch is counted exactly once: its row is deleted in the transaction that adds it.
 */
import type { Clock, Timer } from '../lib/clock.ts';
import type { Logger } from '../log.ts';
import type { Database } from './database.ts';
import { addTagDeltas, tryLockTags } from './sql/add-tag-deltas.ts';

const EVERY_MS = 1_000;
/** Of one transaction, which removing an issue may have to wait for. */
const BATCHES = 50;

export interface TagRollUp {
  start: () => Promise<void>;
  stop: () => Promise<void>;
  /** Adds up all that is committed; resolves with how many batches that were. */
  run: () => Promise<number>;
}

export function createTagRollUp(o: { db: Database; clock: Clock; log: Logger }): TagRollUp {
  let timer: Timer | undefined;
  let running: Promise<unknown> | null = null;

  async function run(): Promise<number> {
    let sum = 0;
    for (;;) {
      const batches = await o.db.transaction(async (tx) =>
        (await tryLockTags(tx)) ? addTagDeltas(tx, BATCHES) : 0,
      );
      sum += batches;
      if (batches < BATCHES) return sum;
    }
  }

  return {
    run,
    async start() {
      timer = o.clock.every(EVERY_MS, () => {
        running ??= run()
          // Nothing is lost: the rows are still there in a second.
          .catch((error: unknown) => o.log.warn({ err: error }, 'adding up tags failed'))
          .finally(() => (running = null));
      });
    },
    async stop() {
      timer?.cancel();
      await running;
    },
  };
}
