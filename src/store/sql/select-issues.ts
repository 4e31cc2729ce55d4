/**
 * A page of issues by one of four orders, each descending with the id as tie-break, with the events of the last 24
 * hours. The conditions are put together from a closed list; every value is a parameter.
 */
import { LEVELS, type Level } from '../../event.ts';
import type { IssueStatus } from '../../protocol/change.ts';
import type { Queryable } from '../database.ts';
import { ISSUE_COLUMNS, levelNumber, STATUSES, type IssueRow } from '../issue-state.ts';

export type IssueSort = 'last_seen' | 'first_seen' | 'events' | 'users';

export interface IssueFilter {
  status?: readonly IssueStatus[] | IssueStatus | undefined;
  level?: readonly Level[] | Level | undefined;
  /** A user id, or null for nobody. */
  assignee?: string | null | undefined;
  environment?: readonly string[] | string | undefined;
  release?: readonly string[] | string | undefined;
  /** Seen at or after / first seen before, epoch ms. */
  since?: number | undefined;
  until?: number | undefined;
  /** Case-insensitive part of title or culprit. */
  query?: string | undefined;
}

export type ListedIssue = IssueRow & { hours: number[] };

const SORT_COLUMN: Readonly<Record<IssueSort, string>> = {
  last_seen: 'i.last_seen',
  first_seen: 'i.first_seen',
  events: 'i.event_count',
  users: 'i.user_count',
};

export async function selectIssues(
  db: Queryable,
  o: {
    projectId: number;
    filter: IssueFilter;
    sort: IssueSort;
    after: { value: number; id: number } | null;
    limit: number;
    nowMs: number;
  },
): Promise<ListedIssue[]> {
  const params: unknown[] = [];
  const p = (value: unknown): string => `$${params.push(value)}`;
  const { filter } = o;
  const where = [`i.project_id = ${p(o.projectId)}`];
  const status = list(filter.status);
  // One status as an equality: only then the index gives the order as well.
  if (status?.length === 1)
    where.push(`i.status = ${p(STATUSES.findIndex((s) => s === status[0]))}::smallint`);
  else if (status) where.push(`i.status = any (${p(status.map((s) => STATUSES.indexOf(s)))}::smallint[])`);
  const level = list(filter.level);
  if (level) where.push(`i.level = any (${p(level.filter(isLevel).map(levelNumber))}::smallint[])`);
  if (filter.assignee === null) where.push('i.assigned_to is null');
  else if (filter.assignee !== undefined) where.push(`i.assigned_to = ${p(filter.assignee)}`);
  for (const column of ['environment', 'release'] as const) {
    const values = list(filter[column]);
    if (values)
      where.push(
        `exists (select from events e where e.issue_id = i.id and e.${column} = any (${p(values)}::text[]))`,
      );
  }
  if (filter.since !== undefined) where.push(`i.last_seen >= ${p(iso(filter.since))}::timestamptz`);
  if (filter.until !== undefined) where.push(`i.first_seen < ${p(iso(filter.until))}::timestamptz`);
  if (filter.query) {
    const like = p(`%${filter.query.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`);
    where.push(`(i.title ilike ${like} or i.culprit ilike ${like})`);
  }
  const column = SORT_COLUMN[o.sort];
  if (o.after) {
    const isTime = o.sort === 'last_seen' || o.sort === 'first_seen';
    const value = isTime ? `${p(iso(o.after.value))}::timestamptz` : `${p(o.after.value)}::bigint`;
    where.push(`(${column}, i.id) < (${value}, ${p(o.after.id)}::bigint)`);
  }
  const hour = p(iso(Math.floor(o.nowMs / 3_600_000) * 3_600_000));
  return db.query<ListedIssue>(
    `with page as (
       select ${ISSUE_COLUMNS} from issues i
       where ${where.join('\n         and ')}
       order by ${column} desc, i.id desc limit ${p(o.limit)}
     )
     select i.*, (
       select array_agg(coalesce(h.events, 0)::integer order by t.hour)
       from generate_series(${hour}::timestamptz - interval '23 hours', ${hour}::timestamptz, interval '1 hour') as t (hour)
       left join issue_hours h on h.issue_id = i.id and h.hour = t.hour
     ) as hours
     from page i
     order by ${column} desc, i.id desc`,
    params,
  );
}

function list<T extends string>(value: readonly T[] | T | undefined): readonly T[] | null {
  if (value === undefined) return null;
  return typeof value === 'string' ? [value] : value;
}

function isLevel(value: string): value is Level {
  return LEVELS.some((level) => level === value);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
