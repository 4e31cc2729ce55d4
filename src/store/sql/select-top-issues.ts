/**
 * Issues of a project with the most events of a range of whole hours. Days that lie in the range whole are read from
 * `hash_days`, what is left of the first and the last from `issue_hours`, of the `candidates` with the most events of all these days.
 */
import type { Queryable } from '../database.ts';
import { timeText } from '../filter-sql.ts';
import { ISSUE_COLUMNS, type IssueRow } from '../issue-state.ts';

const DAY_MS = 86_400_000;

/** $2, $3: the range; $4, $5: the whole days in it, in the times they begin and end. */
const STATEMENT = `
  with by_hash as materialized (
    select d.hash, sum(d.events) as events,
      sum(d.events) filter (where d.day >= ($4::timestamptz at time zone 'UTC')::date and d.day < ($5::timestamptz at time zone 'UTC')::date) as inside
    from hash_days d
    where d.project_id = $1 and d.day >= ($2::timestamptz at time zone 'UTC')::date
      and d.day <= (($3::timestamptz - interval '1 microsecond') at time zone 'UTC')::date
    group by d.hash
  ), by_issue as (
    select o.issue_id as id, sum(h.events) as most, coalesce(sum(h.inside), 0) as inside
    from by_hash h join issue_hashes o on o.project_id = $1 and o.hash = h.hash
    where o.issue_id is not null group by o.issue_id
  ), candidates as materialized (
    select id, most, inside from by_issue order by most desc, id desc limit $6
  ), counted as (
    select c.id, c.inside + (
      select coalesce(sum(h.events), 0) from issue_hours h
      where h.issue_id = c.id and h.hour >= $2::timestamptz and h.hour < least($4::timestamptz, $3::timestamptz)
    ) + (
      select coalesce(sum(h.events), 0) from issue_hours h
      where h.issue_id = c.id and h.hour >= $5::timestamptz and h.hour < $3::timestamptz
    ) as events
    from candidates c
  ), top as (
    select id, events::bigint from counted where events > 0 order by events desc, id desc limit $7
  )
  select ${ISSUE_COLUMNS}, top.events, (
    select min(most) from candidates having count(*) = $6
  )::bigint as bound
  from (select) as always left join top on true left join issues i on i.id = top.id order by top.events desc, top.id desc`;

export interface TopIssues {
  top: (IssueRow & { events: number })[];
  /** No issue that was not looked at has more events; null: all were. */
  bound: number | null;
}

export interface TopIssuesQuery {
  /** Of whole hours. */
  since: number;
  until: number;
  candidates: number;
  limit: number;
}

export function topIssuesStatement(
  projectId: number,
  o: TopIssuesQuery,
): { text: string; values: unknown[] } {
  const { since, until } = o;
  const firstWhole = Math.ceil(since / DAY_MS) * DAY_MS;
  // Without a whole day in between the first part is all of the range.
  const lastWhole = Math.max(firstWhole, Math.floor(until / DAY_MS) * DAY_MS);
  const times = [since, until, firstWhole, lastWhole].map(timeText);
  return { text: STATEMENT, values: [projectId, ...times, o.candidates, o.limit] };
}

export async function selectTopIssues(
  db: Queryable,
  projectId: number,
  o: TopIssuesQuery,
): Promise<TopIssues> {
  const { text, values } = topIssuesStatement(projectId, o);
  const rows = await db.query<IssueRow & { events: number | null; bound: number | null }>(text, values);
  const top = rows.flatMap(({ events, ...row }) => (events === null ? [] : [{ ...row, events }]));
  return { top, bound: rows[0]?.bound ?? null };
}
