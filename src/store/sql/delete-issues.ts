/** Removes locked issues; hours, activity and the hashes they still own go with them by foreign key. */
import type { Queryable } from '../database.ts';

const BURY_HASHES = `
  update issue_hashes set issue_id = null, discarded_at = $2 where issue_id = any ($1::bigint[])`;
const DELETE_USERS = 'delete from issue_users where issue_id = any ($1::bigint[])';
const DELETE = 'delete from issues where id = any ($1::bigint[])';

/** A batch of events of removed issues; whole issues at once would hold up everything else. */
const DELETE_EVENTS = `
  with doomed as (select day, event_id from events where issue_id = any ($1::bigint[]) limit $2),
  gone as (
    delete from events e using doomed d
    where e.day = d.day and e.event_id = d.event_id and e.issue_id = any ($1::bigint[])
    returning e.project_id, e.day, octet_length(e.payload) as bytes
  ),
  -- An upsert, because it takes its locks in the order of its rows, as batches do.
  counted as (
    insert into event_days as d (project_id, day, events, bytes)
    select project_id, day, -count(*), -sum(bytes) from gone
    where project_id in (select id from projects) group by 1, 2 order by 1, 2
    on conflict (project_id, day) do update
      set events = d.events + excluded.events, bytes = d.bytes + excluded.bytes
  )
  select count(*) as removed from gone`;

/** Leaves tombstones: further events of these hashes are discarded. */
export async function buryHashes(tx: Queryable, issueIds: readonly number[], nowMs: number): Promise<void> {
  await tx.execute(BURY_HASHES, [issueIds, new Date(nowMs).toISOString()]);
}

export async function deleteIssues(tx: Queryable, issueIds: readonly number[]): Promise<void> {
  await tx.execute(DELETE_USERS, [issueIds]);
  await tx.execute(DELETE, [issueIds]);
}

/** Resolves with the number removed; less than `limit` means that was the last. */
export async function deleteEventsOf(
  db: Queryable,
  issueIds: readonly number[],
  limit: number,
): Promise<number> {
  const [row] = await db.query<{ removed: number }>(DELETE_EVENTS, [issueIds, limit]);
  return row?.removed ?? 0;
}
