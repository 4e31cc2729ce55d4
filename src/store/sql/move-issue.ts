/** Moving what belongs to an issue to another one: whole (merge), or by hash (unmerge). All issues are locked. */
import type { Queryable } from '../database.ts';

const HASHES_OF = `
  select issue_id, encode(hash, 'hex') as hash, merged_from from issue_hashes
  where issue_id = any ($1::bigint[]) order by project_id, hash for update`;
const HASHES = `
  update issue_hashes set issue_id = $2, merged_from = coalesce(merged_from, issue_id)
  where issue_id = any ($1::bigint[])`;
const HOURS = `
  insert into issue_hours as h (issue_id, hour, events)
  select $2, hour, sum(events) from issue_hours where issue_id = any ($1::bigint[]) group by hour order by hour
  on conflict (issue_id, hour) do update set events = h.events + excluded.events`;
const TEXTS = `
  insert into issue_texts (issue_id, hash, text)
  select distinct on (hash) $2::bigint, hash, text from issue_texts where issue_id = any ($1::bigint[]) order by hash
  on conflict do nothing`;
const ACTIVITY = 'update issue_activity set issue_id = $2 where issue_id = any ($1::bigint[])';
const COUNT_USERS = 'select count(*) as users from issue_users where issue_id = $1';

/** `merged_from`: the issue that brought it in a merge. */
export interface OwnedHash {
  issue_id: number;
  hash: string;
  merged_from: number | null;
}

/** By issue; locked. */
export async function lockHashesOf(tx: Queryable, issueIds: readonly number[]): Promise<OwnedHash[]> {
  return tx.query(HASHES_OF, [issueIds]);
}

/** Not their events and users, of which there may be many. Hours and texts of the sources go with their issues. */
export async function moveIssues(tx: Queryable, sources: readonly number[], target: number): Promise<void> {
  for (const statement of [HASHES, HOURS, TEXTS, ACTIVITY]) {
    await tx.execute(statement, [sources, target]);
  }
}

export async function countIssueUsers(tx: Queryable, issueId: number): Promise<number> {
  const [row] = await tx.query<{ users: number }>(COUNT_USERS, [issueId]);
  return row?.users ?? 0;
}

const MOVE_HASHES = `
  update issue_hashes set issue_id = $2, merged_from = null
  where issue_id = $1 and hash in (select decode(h, 'hex') from unnest($3::text[]) as t (h))`;
const MOVE_EVENTS = `
  update events set issue_id = $2
  where issue_id = $1 and hash in (select decode(h, 'hex') from unnest($3::text[]) as t (h))`;
/** As batch-counters.ts makes it of a user. */
const USER_HASH = `('x' || left(encode(sha256(convert_to(user_ident, 'UTF8')), 'hex'), 16))::bit(64)::bigint`;
const ADD_USERS = `
  insert into issue_users (issue_id, user_hash)
  select distinct $1::bigint, ${USER_HASH} from events where issue_id = $1 and user_ident is not null
  order by 2 on conflict do nothing`;
/** Users of the moved events that no event left behind has; those of events long deleted stay. */
const DROP_USERS = `
  delete from issue_users u
  where u.issue_id = $1
    and u.user_hash in (select m.user_hash from issue_users m where m.issue_id = $2)
    and u.user_hash not in (
      select ${USER_HASH} from events where issue_id = $1 and user_ident is not null)`;
const ADD_HOURS = `
  insert into issue_hours (issue_id, hour, events)
  select $1, date_trunc('hour', occurred_at), count(*) from events where issue_id = $1 group by 2 order by 2`;
const DROP_HOURS = `
  update issue_hours h set events = h.events - m.events
  from issue_hours m where h.issue_id = $1 and m.issue_id = $2 and m.hour = h.hour`;
const EMPTY_HOURS = 'delete from issue_hours where issue_id = $1 and events <= 0';
const ADD_TEXTS = `
  insert into issue_texts (issue_id, hash, text)
  select distinct on (text) $1::bigint, md5(text)::uuid, text
  from (select left(search_text, 1000) as text from events where issue_id = $1 and search_text is not null limit 1000)
  limit 20 on conflict do nothing`;
const NOTE = 'update issues set unmerged_at = clock_timestamp() where id = $1';

/** Moves the hashes and the events stored under them; the new issue's row exists. Resolves with how many events. */
export async function moveByHash(
  tx: Queryable,
  o: { from: number; to: number; hashes: readonly string[] },
): Promise<number> {
  const both = [o.from, o.to];
  await tx.execute(MOVE_HASHES, [...both, o.hashes]);
  const moved = await tx.execute(MOVE_EVENTS, [...both, o.hashes]);
  await tx.execute(ADD_USERS, [o.to]);
  await tx.execute(DROP_USERS, both);
  await tx.execute(ADD_HOURS, [o.to]);
  await tx.execute(DROP_HOURS, both);
  await tx.execute(EMPTY_HOURS, [o.from]);
  await tx.execute(ADD_TEXTS, [o.to]);
  await tx.execute(NOTE, [o.from]);
  return moved;
}

export interface StoredSummary {
  events: number;
  first_seen: number | null;
  last_seen: number | null;
  first_release: string | null;
  last_release: string | null;
}

const SUMMARY = `
  select count(*) as events, min(occurred_at) as first_seen, max(occurred_at) as last_seen,
    (array_agg(release order by received_at, event_id) filter (where release is not null))[1] as first_release,
    (array_agg(release order by received_at desc, event_id desc) filter (where release is not null))[1] as last_release
  from events where issue_id = $1`;

/** What the stored events of an issue say about it. */
export async function summarizeEvents(tx: Queryable, issueId: number): Promise<StoredSummary> {
  const [row] = await tx.query<StoredSummary>(SUMMARY, [issueId]);
  if (!row) throw new Error('An aggregate gave no row.');
  return row;
}

export interface EdgeEvent {
  event_id: string;
  level: number;
  title: string;
  culprit: string;
  encoding: number;
  payload: Buffer;
}

const edgeOf = (order: 'asc' | 'desc'): string => `
  select event_id, level, title, culprit, encoding, payload from events
  where issue_id = $1 order by received_at ${order}, event_id ${order} limit 1`;
const FIRST = edgeOf('asc');
const LAST = edgeOf('desc');

/** By time received. */
export async function selectEdgeEvent(
  tx: Queryable,
  issueId: number,
  which: 'first' | 'last',
): Promise<EdgeEvent | null> {
  const [row] = await tx.query<EdgeEvent>(which === 'first' ? FIRST : LAST, [issueId]);
  return row ?? null;
}

/** Of the issue's first event. */
export async function selectGroupingVersion(tx: Queryable, issueId: number): Promise<string> {
  const [row] = await tx.query<{ version: string }>(
    'select grouping_version as version from issues where id = $1',
    [issueId],
  );
  return row?.version ?? 'v1';
}
