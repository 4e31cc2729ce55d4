/** Issues of a project with their events of a range, among the `candidates` with the most events ever. */
import type { Queryable } from '../database.ts';
import { timeText } from '../filter-sql.ts';
import { ISSUE_COLUMNS, type IssueRow } from '../issue-state.ts';

const STATEMENT = `
  with candidates as materialized (
    select i.id, i.event_count from issues i
    where i.project_id = $1 and i.last_seen >= $2 and i.first_seen < $3
    order by i.event_count desc, i.id desc limit $4
  ), counted as (
    select c.id, (
      select sum(h.events) from issue_hours h where h.issue_id = c.id and h.hour >= $2 and h.hour < $3
    )::bigint as events
    from candidates c
  ), top as (
    select id, events from counted where events > 0 order by events desc, id desc limit $5
  )
  select ${ISSUE_COLUMNS}, top.events, (
    select min(event_count) from candidates having count(*) = $4
  )::bigint as bound
  from (select) as always left join top on true left join issues i on i.id = top.id order by top.events desc, top.id desc`;

export interface TopIssues {
  top: (IssueRow & { events: number })[];
  /** No issue that was not looked at has more events; null: all were. */
  bound: number | null;
}

export async function selectTopIssues(
  db: Queryable,
  projectId: number,
  o: { since: number; until: number; candidates: number; limit: number },
): Promise<TopIssues> {
  const rows = await db.query<IssueRow & { events: number | null; bound: number | null }>(STATEMENT, [
    projectId,
    timeText(o.since),
    timeText(o.until),
    o.candidates,
    o.limit,
  ]);
  const top = rows.flatMap(({ events, ...row }) => (events === null ? [] : [{ ...row, events }]));
  return { top, bound: rows[0]?.bound ?? null };
}
