/**
 * Which tags the events of an issue and of a project's day have, how often, and when events of an issue happened: what the
 * batches wrote down is added up once a second by one node at a time. A batch is counted exactly once: its row is deleted
 * in the transaction that adds it.
 *
 * In the writer's own transaction a row a tag would cost about 16 upserts an event (15 to 20 µs each), a row a hash as
 * many rewritten kilobytes as it has events.
 */
import type { Clock, Timer } from '../lib/clock.ts';
import type { Logger } from '../log.ts';
import type { Database, Transaction } from './database.ts';
import { hashKey } from './issue-resolver.ts';
import { isoTime } from './issue-state.ts';
import { dayOf } from './partitions.ts';
import { addHashCounts, type HashCount } from './sql/hash-counts.ts';
import { insertHashTags, selectTagCounts, writeTagCounts, type HashTag } from './sql/hash-tags.ts';
import { selectProjectTags, writeProjectTags } from './sql/project-tags.ts';
import { selectLivingIssues, takeTagDeltas, tryLockTags, type TagDelta } from './sql/tag-deltas.ts';
import { countTags, packTags, unpackTags } from './tag-counts.ts';

const EVERY_MS = 1_000;
const MINUTE_MS = 60_000;
/** Minutes. */
const QUARTER = 15;
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
  const all = batches.flat();
  const living = await selectLivingIssues(tx, [...new Set(all.map(([, issue]) => issue))]);
  const deltas = all.filter(([, issue]) => living.has(issue));
  await addToHashes(tx, deltas);
  await addToProjects(tx, deltas);
  const minutes = countByHash(deltas, 1);
  await addHashCounts(tx, { minutes, quarters: countByHash(deltas, QUARTER) });
  return batches.length;
}

async function addToHashes(tx: Transaction, deltas: readonly TagDelta[]): Promise<void> {
  const byHash = Map.groupBy(deltas, ([project, , hash]) => hashKey(project, hash));
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
}

async function addToProjects(tx: Transaction, deltas: readonly TagDelta[]): Promise<void> {
  const keyOf = (project: number, day: string): string => `${project}:${day}`;
  const byDay = Map.groupBy(deltas, ([project, , , , minute]) => keyOf(project, dayOfMinute(minute)));
  const days = [...byDay.values()].flatMap(([delta]) =>
    delta?.[4] === undefined ? [] : [{ projectId: delta[0], day: dayOfMinute(delta[4]) }],
  );
  const known = new Map(
    (await selectProjectTags(tx, days)).map((row) => [keyOf(row.projectId, row.day), row.counts]),
  );
  const rows = days.map(({ projectId, day }) => {
    const counts = unpackTags(known.get(keyOf(projectId, day)) ?? []);
    for (const [, , , tags] of byDay.get(keyOf(projectId, day)) ?? [])
      countTags(counts, tags, () => undefined);
    return { projectId, day, counts: packTags(counts) };
  });
  await writeProjectTags(tx, rows);
}

/** Events by hash and time, in steps of so many minutes. */
function countByHash(deltas: readonly TagDelta[], minutes: number): HashCount[] {
  const rows = new Map<string, HashCount>();
  for (const [projectId, , hash, , minute] of deltas) {
    if (minute === undefined) continue;
    const start = Math.floor(minute / minutes) * minutes;
    const key = `${hashKey(projectId, hash)}:${start}`;
    let row = rows.get(key);
    if (!row) rows.set(key, (row = { projectId, hash, at: isoTime(start * MINUTE_MS), events: 0 }));
    row.events++;
  }
  return [...rows.values()];
}

function dayOfMinute(minute: number | undefined): string {
  return minute === undefined ? '' : dayOf(minute * MINUTE_MS);
}
