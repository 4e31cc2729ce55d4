/** Events of hashes by time. Written, and removed with an issue, under the lock of `lockTags` only. */
import type { Queryable } from '../database.ts';
import type { ProjectHash } from './find-hash-owners.ts';

/** `at`: ISO time of the minute, or of the quarter of an hour. */
export interface HashCount extends ProjectHash {
  at: string;
  events: number;
}

const write = (table: 'hash_minutes' | 'hash_quarters') => ({
  name: `write_${table}`,
  text: `
    insert into ${table} as h (project_id, hash, at, events)
    select project_id, decode(hash, 'hex'), at, events
    from unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::bigint[]) as t (project_id, hash, at, events)
    on conflict (project_id, hash, at) do update set events = h.events + excluded.events`,
});
const WRITE_MINUTES = write('hash_minutes');
const WRITE_QUARTERS = write('hash_quarters');
const WRITE_DAYS = {
  name: 'write_hash_days',
  text: `
    insert into hash_days as h (project_id, day, hash, events)
    select project_id, (at at time zone 'UTC')::date, decode(hash, 'hex'), sum(events)
    from unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::bigint[]) as t (project_id, hash, at, events)
    group by 1, 2, 3
    on conflict (project_id, day, hash) do update set events = h.events + excluded.events`,
};

/** A row a key in each list. */
export async function addHashCounts(
  tx: Queryable,
  { minutes, quarters }: { minutes: readonly HashCount[]; quarters: readonly HashCount[] },
): Promise<void> {
  await tx.execute(WRITE_MINUTES, columns(minutes));
  await tx.execute(WRITE_QUARTERS, columns(quarters));
  await tx.execute(WRITE_DAYS, columns(quarters));
}

function columns(rows: readonly HashCount[]): unknown[] {
  return [
    rows.map((row) => row.projectId),
    rows.map((row) => row.hash),
    rows.map((row) => row.at),
    rows.map((row) => row.events),
  ];
}

/** The quarters say on which days there are rows: an index by hash is not kept for that. */
const DELETE = `
  with hashes as (
    select project_id, hash from issue_hashes where issue_id = any ($1::bigint[])
  ), minutes as (
    delete from hash_minutes m using hashes h where m.project_id = h.project_id and m.hash = h.hash
  ), quarters as (
    delete from hash_quarters q using hashes h where q.project_id = h.project_id and q.hash = h.hash
    returning q.project_id, (q.at at time zone 'UTC')::date as day, q.hash
  )
  delete from hash_days d using (select distinct project_id, day, hash from quarters) q
  where d.project_id = q.project_id and d.day = q.day and d.hash = q.hash`;

/** Before the issues' hashes are buried or go with them. */
export async function deleteHashCountsOf(tx: Queryable, issueIds: readonly number[]): Promise<void> {
  await tx.execute(DELETE, [issueIds]);
}
