/**
 * What taking an issue apart leaves behind: events of the hashes that left it, and their users. From the newest event to
 * the oldest, so many looked at in each portion, because the index knows issue and time and not the hash.
 */
import type { Queryable } from '../database.ts';
import { SINCE } from './survey-issue.ts';

/** As batch-counters.ts makes it of a user. */
const USER_HASH = `('x' || left(encode(sha256(convert_to(user_ident, 'UTF8')), 'hex'), 16))::bit(64)::bigint`;

const INSERT = `
  insert into issue_moves (project_id, from_id, to_id, total, hashes)
  values ($1, $2, $3, $4, array(select decode(h, 'hex') from unnest($5::text[]) as t (h)))
  returning id`;
const MOVE = `
  with job as (select * from issue_moves where id = $1),
  seen as (
    select e.*, j.to_id from job j cross join lateral (
      select e.day, e.event_id, e.received_at, coalesce(e.hash = any (j.hashes), false) as moves
      from events e
      where e.issue_id = j.from_id and (e.received_at, e.event_id) < (j.after_received, j.after_event)
      order by e.received_at desc, e.event_id desc limit $2
    ) e
  ),
  moved as (
    update events e set issue_id = s.to_id from seen s
    where s.moves and e.day = s.day and e.event_id = s.event_id
    returning e.user_ident
  ),
  noted as (
    update issue_moves m
    set done = m.done + (select count(*) from seen), after_received = s.received_at, after_event = s.event_id
    from (select received_at, event_id from seen order by received_at, event_id limit 1) s where m.id = $1
  )
  select (select count(*) from seen) as seen,
    array(select distinct ${USER_HASH} from moved where user_ident is not null)::text[] as users`;
const ADD = `
  insert into issue_users (issue_id, user_hash) select $1::bigint, u from unnest($2::bigint[]) as t (u) order by u
  on conflict do nothing`;
/** Wherever the events are at the moment. */
const LEAVING = `
  with hashes as (select array(select decode(h, 'hex') from unnest($3::text[]) as t (h)) as list),
  moved as (
    select distinct ${USER_HASH} as user_hash from events, hashes
    where issue_id in ($1, $2) and hash = any (list) and user_ident is not null
  ),
  kept as (
    select ${USER_HASH} as user_hash from events, hashes
    where issue_id = $1 and not coalesce(hash = any (list), false) and user_ident is not null
  ),
  -- Not as a join, which may become a loop in a loop where nothing is known of the table.
  only_moved as (select user_hash from moved except select user_hash from kept)
  select p.seq, array(select user_hash from moved limit $5)::text[] as moved, array(
    select user_hash from issue_users
    where issue_id = $1 and user_hash in (select user_hash from only_moved) order by 1 limit $5)::text[] as leaving
  from project_log p where p.project_id = $4`;
const DROP = `
  delete from issue_users where issue_id = $2 and user_hash = any ($5::bigint[])
    and user_hash not in (select ${USER_HASH} from ${SINCE} where user_ident is not null)`;
const TEXTS = `
  insert into issue_texts (issue_id, hash, text)
  select distinct on (text) $1::bigint, md5(text)::uuid, text
  from (
    select left(search_text, 1000) as text from events
    where issue_id in ($1, $2) and hash = any (array(select decode(h, 'hex') from unnest($3::text[]) as t (h)))
      and search_text is not null limit 1000)
  limit 20 on conflict do nothing`;

/** `total`: events that will be looked at. Resolves with the job. */
export async function insertUnmergeMove(
  tx: Queryable,
  o: { projectId: number; from: number; to: number; total: number; hashes: readonly string[] },
): Promise<number> {
  const [row] = await tx.query<{ id: number }>(INSERT, [o.projectId, o.from, o.to, o.total, o.hashes]);
  if (!row) throw new Error('PostgreSQL gave no job.');
  return row.id;
}

/** `users`: of those that were moved, as in `issue_users`. */
export async function moveNextEvents(
  tx: Queryable,
  job: number,
  limit: number,
): Promise<{ seen: number; users: string[] }> {
  const [row] = await tx.query<{ seen: number; users: string[] }>(MOVE, [job, limit]);
  return row ?? { seen: 0, users: [] };
}

/** Resolves with how many it had not met. */
export async function addUsers(tx: Queryable, issueId: number, users: readonly string[]): Promise<number> {
  return users.length === 0 ? 0 : tx.execute(ADD, [issueId, users]);
}

export interface LeavingUsers {
  /** Of the log, up to which this is. */
  seq: number;
  /** Users of events with the hashes. */
  moved: string[];
  /** Those of them that no other event of `from` has; those of events long deleted are not among them. */
  leaving: string[];
}

export async function selectLeavingUsers(
  tx: Queryable,
  o: { projectId: number; from: number; to: number; hashes: readonly string[]; limit: number },
): Promise<LeavingUsers> {
  const [row] = await tx.query<LeavingUsers>(LEAVING, [o.from, o.to, o.hashes, o.projectId, o.limit]);
  if (!row) throw new Error(`Project ${o.projectId} has no log.`);
  return row;
}

/** Not those of events since; the issue is locked. Resolves with how many are gone. */
export async function dropUsers(
  tx: Queryable,
  o: { projectId: number; from: number; seq: number; day: string; users: readonly string[] },
): Promise<number> {
  return o.users.length === 0 ? 0 : tx.execute(DROP, [o.projectId, o.from, o.seq, o.day, o.users]);
}

/** What searches find the new issue by. */
export async function copyTexts(
  tx: Queryable,
  { from, to, hashes }: { from: number; to: number; hashes: readonly string[] },
): Promise<void> {
  await tx.execute(TEXTS, [to, from, hashes]);
}
