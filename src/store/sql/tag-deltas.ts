/** What batches wrote down of their events and nobody has added up; and the lock under which that is done. */
import type { Queryable } from '../database.ts';

/** One event, as `countBatch` writes it; its epoch minute is missing where an older version wrote it. */
export type TagDelta = [
  project: number,
  issue: number,
  hash: string,
  tags: [key: string, value: string][],
  minute?: number,
];

/** Advisory lock: one adds up at a time, and nobody removes an issue meanwhile. */
const LOCK = 7_003;

const TAKE = {
  name: 'take_tag_deltas',
  text: 'delete from tag_deltas where id in (select id from tag_deltas order by id limit $1) returning body',
};

const LIVING = {
  name: 'select_living_issues',
  text: `
    select id from issues where id = any ($1::bigint[])
    union all select issue_id as id from issue_redirects where issue_id = any ($1::bigint[])`,
};

/** The oldest batches, which are gone with this transaction. */
export async function takeTagDeltas(tx: Queryable, limit: number): Promise<TagDelta[][]> {
  const rows = await tx.query<{ body: TagDelta[] }>(TAKE, [limit]);
  return rows.map((row) => row.body);
}

/** Of these issues those that exist, or are part of one that does. */
export async function selectLivingIssues(tx: Queryable, ids: readonly number[]): Promise<Set<number>> {
  const rows = await tx.query<{ id: number }>(LIVING, [ids]);
  return new Set(rows.map((row) => row.id));
}

/** Until commit; waits. */
export async function lockTags(tx: Queryable): Promise<void> {
  await tx.execute('select pg_advisory_xact_lock($1)', [LOCK]);
}

/** Until commit; false when another has it. */
export async function tryLockTags(tx: Queryable): Promise<boolean> {
  const [row] = await tx.query<{ taken: boolean }>('select pg_try_advisory_xact_lock($1) as taken', [LOCK]);
  return row?.taken === true;
}
