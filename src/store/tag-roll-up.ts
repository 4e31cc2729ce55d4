/**
 * Which tags the events of an issue have, and how often: what the batches wrote down is added up once a second by one
 * node at a time, into one row a hash. A batch is counted exactly once: its row is deleted in the transaction that adds it.
 *
 * In the writer's own transaction a row a tag would cost about 16 upserts an event (15 to 20 µs each), a row a hash as
 * many rewritten kilobytes as it has events.
 */
import type { Clock, Timer } from '../lib/clock.ts';
import type { Logger } from '../log.ts';
import type { Database, Transaction } from './database.ts';
import { hashKey } from './issue-resolver.ts';
import { insertHashTags, selectTagCounts, writeTagCounts, type HashTag } from './sql/hash-tags.ts';
import { selectLivingIssues, takeTagDeltas, tryLockTags } from './sql/tag-deltas.ts';
import { countTags, packTags, unpackTags } from './tag-counts.ts';

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
      const batches = await o.db.transaction(async (tx) => ((await tryLockTags(tx)) ? addUp(tx) : 0));
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

/** Resolves with the number of batches. What was counted for an issue that is gone is not added to one that took its hash. */
async function addUp(tx: Transaction): Promise<number> {
  const batches = await takeTagDeltas(tx, BATCHES);
  if (batches.length === 0) return 0;
  const deltas = batches.flat();
  const living = await selectLivingIssues(tx, [...new Set(deltas.map(([, issue]) => issue))]);
  const byHash = Map.groupBy(
    deltas.filter(([, issue]) => living.has(issue)),
    ([project, , hash]) => hashKey(project, hash),
  );
  const hashes = [...byHash.values()].flatMap(([delta]) =>
    delta ? [{ projectId: delta[0], hash: delta[2] }] : [],
  );
  const known = new Map(
    (await selectTagCounts(tx, hashes)).map((row) => [hashKey(row.projectId, row.hash), row.counts]),
  );
  const fresh: HashTag[] = [];
  const rows = hashes.map(({ projectId, hash }) => {
    const name = hashKey(projectId, hash);
    const counts = unpackTags(known.get(name) ?? []);
    for (const [, , , tags] of byHash.get(name) ?? [])
      countTags(counts, tags, (key, value) => fresh.push({ projectId, hash, key, value }));
    return { projectId, hash, counts: packTags(counts) };
  });
  await writeTagCounts(tx, rows);
  if (fresh.length > 0) await insertHashTags(tx, fresh);
  return batches.length;
}
