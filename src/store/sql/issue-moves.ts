/**
 * The work that merging, removing and taking apart issues leaves behind (issue-moves.ts): what there is, and portions of
 * the first two; those of the third are in unmerge-moves.ts.
 */
import type { IssueMoving } from '../../protocol/rest.ts';
import type { Queryable } from '../database.ts';

export interface IssueMove {
  id: number;
  project_id: number;
  /** Its events and users still name it. Gone, unless there are hashes. */
  from_id: number;
  /** null: they are deleted. */
  to_id: number | null;
  /** Hex: only events of these are moved, out of an issue that was taken apart. null: all. */
  hashes: string[] | null;
}

/** Jobs are locked before issues: a portion holds its job when it locks the issue. */
const OF_ISSUES = 'to_id = any ($1::bigint[]) or (from_id = any ($1::bigint[]) and hashes is not null)';
const LOCK = `
  select id, hashes is not null as apart from issue_moves where ${OF_ISSUES} order by id for update`;
const INSERT = `
  insert into issue_moves (project_id, from_id, to_id, total)
  select project_id, id, $2, event_count from issues where id = any ($1::bigint[]) order by id
  returning id`;
const REDIRECT = 'update issue_moves set to_id = $2 where to_id = any ($1::bigint[])';
const OPEN = 'select id from issue_moves where id > $1 order by id limit 100';
const OPEN_OF = `select id from issue_moves where ${OF_ISSUES} order by id`;
const TAKE = `
  select id, project_id, from_id, to_id,
    (select array_agg(encode(h, 'hex')) from unnest(hashes) as t (h)) as hashes
  from issue_moves where id = $1 for update skip locked`;
const PROGRESS = 'update issue_moves set done = done + $2 where id = $1';
const FINISH = 'delete from issue_moves where id = $1';
const SUMMARY = `
  select coalesce(bool_or(hashes is not null), false) as apart, coalesce(sum(done), 0)::bigint as done,
    coalesce(sum(total), 0)::bigint as total
  from issue_moves where ${OF_ISSUES}`;

const PORTION = `(select day, event_id from events where issue_id = $1 limit $2)`;
const MOVE_EVENTS = `
  update events e set issue_id = $3 from ${PORTION} p
  where e.day = p.day and e.event_id = p.event_id and e.issue_id = $1`;
const DELETE_EVENTS = `
  with gone as (
    delete from events e using ${PORTION} p
    where e.day = p.day and e.event_id = p.event_id and e.issue_id = $1
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
const DELETE_ATTACHMENTS = `
  with doomed as (
    delete from attachments a using events e, ${PORTION} p
    where e.day = p.day and e.event_id = p.event_id and e.issue_id = $1
      and a.project_id = e.project_id and a.event_id = e.event_id
    returning a.id
  )
  delete from attachment_chunks c using doomed d where c.attachment_id = d.id`;
const TAKE_USERS = `
  delete from issue_users where issue_id = $1
    and user_hash in (select user_hash from issue_users where issue_id = $1 order by user_hash limit $2)`;
const MOVE_USERS = `
  with taken as (${TAKE_USERS} returning user_hash),
  added as (
    insert into issue_users (issue_id, user_hash) select $3::bigint, user_hash from taken order by user_hash
    on conflict do nothing returning 1
  )
  select (select count(*) from taken) as taken, (select count(*) from added) as added`;

/** Jobs that bring events to one of the issues, or take some away. Waits for portions under way. */
export async function lockMoves(
  tx: Queryable,
  issueIds: readonly (number | string)[],
): Promise<{ id: number; apart: boolean }[]> {
  return tx.query(LOCK, [issueIds]);
}

/** Before the issues are removed; resolves with the jobs. */
export async function insertMoves(
  tx: Queryable,
  from: readonly number[],
  to: number | null,
): Promise<number[]> {
  // What is still on its way to them goes on to where they go.
  await tx.execute(REDIRECT, [from, to]);
  const rows = await tx.query<{ id: number }>(INSERT, [from, to]);
  return rows.map((row) => row.id);
}

/** Up to 100 jobs after one. */
export async function selectMoves(db: Queryable, after: number): Promise<number[]> {
  return (await db.query<{ id: number }>(OPEN, [after])).map((row) => row.id);
}

export async function selectMovesOf(db: Queryable, issueIds: readonly string[]): Promise<number[]> {
  return (await db.query<{ id: number }>(OPEN_OF, [issueIds])).map((row) => row.id);
}

/** Locked until commit; null: it is done, or another process is at it. */
export async function takeMove(tx: Queryable, id: number): Promise<IssueMove | null> {
  const [row] = await tx.query<IssueMove>(TAKE, [id]);
  return row ?? null;
}

export async function noteProgress(tx: Queryable, id: number, events: number): Promise<void> {
  await tx.execute(PROGRESS, [id, events]);
}

export async function finishMove(tx: Queryable, id: number): Promise<void> {
  await tx.execute(FINISH, [id]);
}

/** Of all that is on its way to an issue, or from it; null: nothing is. */
export async function selectMoveProgress(db: Queryable, issueId: string): Promise<IssueMoving | null> {
  const [row] = await db.query<{ apart: boolean; done: number; total: number }>(SUMMARY, [[issueId]]);
  if (!row || row.total === 0) return null;
  return { kind: row.apart ? 'unmerge' : 'merge', done: row.done, total: row.total };
}

/** Each resolves with how many there were. */
export async function moveEvents(tx: Queryable, from: number, to: number, limit: number): Promise<number> {
  return tx.execute(MOVE_EVENTS, [from, limit, to]);
}

export async function deleteEvents(tx: Queryable, from: number, limit: number): Promise<number> {
  await tx.execute(DELETE_ATTACHMENTS, [from, limit]);
  const [row] = await tx.query<{ removed: number }>(DELETE_EVENTS, [from, limit]);
  return row?.removed ?? 0;
}

export async function deleteUsers(tx: Queryable, from: number, limit: number): Promise<number> {
  return tx.execute(TAKE_USERS, [from, limit]);
}

/** `added`: those the target had not met. */
export async function moveUsers(
  tx: Queryable,
  from: number,
  to: number,
  limit: number,
): Promise<{ taken: number; added: number }> {
  const [row] = await tx.query<{ taken: number; added: number }>(MOVE_USERS, [from, limit, to]);
  return row ?? { taken: 0, added: 0 };
}
