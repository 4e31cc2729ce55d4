/** Adds to the hourly counters of issues and projects. In: sorted by key, one row a key, hours as ISO times. */
import type { Queryable } from '../database.ts';

const STATEMENT = {
  name: 'count_hours',
  text: `
    with issue_part as (
      insert into issue_hours as h (issue_id, hour, events)
      select * from unnest($1::bigint[], $2::timestamptz[], $3::bigint[])
      on conflict (issue_id, hour) do update set events = h.events + excluded.events
    )
    insert into project_hours as h (project_id, hour, level, events)
    select * from unnest($4::bigint[], $5::timestamptz[], $6::smallint[], $7::bigint[])
    on conflict (project_id, hour, level) do update set events = h.events + excluded.events`,
};

export interface IssueHour {
  issueId: number;
  hour: string;
  events: number;
}
export interface ProjectHour {
  projectId: number;
  hour: string;
  level: number;
  events: number;
}

export async function countHours(
  tx: Queryable,
  issues: readonly IssueHour[],
  projects: readonly ProjectHour[],
): Promise<void> {
  await tx.execute(STATEMENT, [
    issues.map((row) => row.issueId),
    issues.map((row) => row.hour),
    issues.map((row) => row.events),
    projects.map((row) => row.projectId),
    projects.map((row) => row.hour),
    projects.map((row) => row.level),
    projects.map((row) => row.events),
  ]);
}
