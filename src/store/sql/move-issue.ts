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

const MOVE_HASHES = `
  update issue_hashes set issue_id = $2, merged_from = null
  where issue_id = $1 and hash in (select decode(h, 'hex') from unnest($3::text[]) as t (h))`;
const NOTE = 'update issues set unmerged_at = clock_timestamp() where id = $1';
const HOUR_ROWS = `unnest($2::bigint[], $3::bigint[]) as t (hour, events)`;
const ADD_HOURS = `
  insert into issue_hours (issue_id, hour, events)
  select $1, to_timestamp(t.hour / 1000), t.events from ${HOUR_ROWS} order by 2`;
const TAKE_HOURS = `
  update issue_hours h set events = h.events - t.events
  from ${HOUR_ROWS} where h.issue_id = $1 and h.hour = to_timestamp(t.hour / 1000)`;
const EMPTY_HOURS = 'delete from issue_hours where issue_id = $1 and events <= 0';

/** Some of its hashes, to a row that exists. */
export async function moveHashes(
  tx: Queryable,
  o: { from: number; to: number; hashes: readonly string[] },
): Promise<void> {
  await tx.execute(MOVE_HASHES, [o.from, o.to, o.hashes]);
  await tx.execute(NOTE, [o.from]);
}

/** `hours`: events by hour, epoch ms. To an issue that has none. */
export async function addHours(
  tx: Queryable,
  issueId: number,
  hours: ReadonlyMap<number, number>,
): Promise<void> {
  await tx.execute(ADD_HOURS, [issueId, [...hours.keys()], [...hours.values()]]);
}

export async function takeHours(
  tx: Queryable,
  issueId: number,
  hours: ReadonlyMap<number, number>,
): Promise<void> {
  await tx.execute(TAKE_HOURS, [issueId, [...hours.keys()], [...hours.values()]]);
  await tx.execute(EMPTY_HOURS, [issueId]);
}

export interface SurveyedRow {
  event_id: string;
  level: number;
  title: string;
  culprit: string;
  encoding: number;
  payload: Buffer;
}

const SURVEYED = `
  select event_id, level, title, culprit, encoding, payload from events where day = $1::date and event_id = $2`;

/** null: retention was quicker. */
export async function selectSurveyedEvent(
  tx: Queryable,
  { day, event_id }: { day: string; event_id: string },
): Promise<SurveyedRow | null> {
  const [row] = await tx.query<SurveyedRow>(SURVEYED, [day, event_id]);
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
