/**
 * A page of issues by one of five orders, each descending with the id as tie-break, with the events of the last 24
 * hours. Every value is a parameter.
 */
import type { Filter } from '../../protocol/filter.ts';
import type { Queryable } from '../database.ts';
import { createParams, timeText } from '../filter-sql.ts';
import { issueCondition } from '../issue-filter-sql.ts';
import { ISSUE_COLUMNS, type IssueRow } from '../issue-state.ts';

export type IssueSort = 'last_seen' | 'first_seen' | 'events' | 'users' | 'trend';

export interface IssueFilter {
  /** As issues see it. */
  filter?: Filter | undefined;
  /** Seen at or after / first seen before, epoch ms. */
  since?: number | undefined;
  until?: number | undefined;
}

export type ListedIssue = IssueRow & { hours: number[]; trend?: number };

const SORT_COLUMN: Readonly<Record<IssueSort, string>> = {
  last_seen: 'i.last_seen',
  first_seen: 'i.first_seen',
  events: 'i.event_count',
  users: 'i.user_count',
  trend: 't.trend',
};

export interface IssuesQuery {
  projectId: number;
  filter: IssueFilter;
  sort: IssueSort;
  after: { value: number; id: number } | null;
  limit: number;
  nowMs: number;
  /** The trend is that of the day before this hour. */
  trendHourMs: number;
}

export async function selectIssues(db: Queryable, o: IssuesQuery): Promise<ListedIssue[]> {
  const { text, values } = issuesStatement(o);
  return db.query<ListedIssue>(text, values);
}

export function issuesStatement(o: IssuesQuery): { text: string; values: unknown[] } {
  const p = createParams();
  const time = (ms: number): string => `${p.add(timeText(ms))}::timestamptz`;
  const { filter, since, until } = o.filter;
  const where = [`i.project_id = ${p.add(o.projectId)}`];
  if (filter) where.push(issueCondition(filter, o.nowMs, p));
  if (since !== undefined) where.push(`i.last_seen >= ${time(since)}`);
  if (until !== undefined) where.push(`i.first_seen < ${time(until)}`);
  const column = SORT_COLUMN[o.sort];
  if (o.after) {
    const isTime = o.sort === 'last_seen' || o.sort === 'first_seen';
    const value = isTime ? time(o.after.value) : `${p.add(o.after.value)}::bigint`;
    where.push(`(${column}, i.id) < (${value}, ${p.add(o.after.id)}::bigint)`);
  }
  // Events of the last whole day less those of the day before it.
  const trend =
    o.sort === 'trend'
      ? `cross join lateral (
           select coalesce(sum(case when h.hour > ${time(o.trendHourMs)} - interval '24 hours' then h.events else -h.events end), 0)::bigint as trend
           from issue_hours h
           where h.issue_id = i.id and h.hour <= ${time(o.trendHourMs)} and h.hour > ${time(o.trendHourMs)} - interval '48 hours'
         ) t`
      : '';
  const hour = p.add(timeText(Math.floor(o.nowMs / 3_600_000) * 3_600_000));
  const text = `with page as (
       select ${ISSUE_COLUMNS}${o.sort === 'trend' ? ', t.trend' : ''} from issues i ${trend}
       where ${where.join('\n         and ')}
       order by ${column} desc, i.id desc limit ${p.add(o.limit)}
     )
     select i.*, (
       select array_agg(coalesce(h.events, 0)::integer order by t.hour)
       from generate_series(${hour}::timestamptz - interval '23 hours', ${hour}::timestamptz, interval '1 hour') as t (hour)
       left join issue_hours h on h.issue_id = i.id and h.hour = t.hour
     ) as hours
     from page i
     order by ${column.replace('t.', 'i.')} desc, i.id desc`;
  return { text, values: p.values };
}
