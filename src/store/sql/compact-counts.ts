/** Minutes of a project before `end` that are not yet quarters of an hour become them; `start` bounds the search. */
import type { Queryable } from '../database.ts';

const QUARTER = `date_bin('15 minutes', at, '2000-01-01 00:00:00+00')`;

const STATEMENT = `
  with minutes as (
    delete from project_counts
    where project_id = $1 and at >= $2 and at < $3 and at <> ${QUARTER} returning at, level, environment, events
  )
  insert into project_counts as c (project_id, at, level, environment, events)
  select $1::bigint, ${QUARTER}, level, environment, sum(events) from minutes group by 2, 3, 4 order by 2, 3, 4
  on conflict (project_id, at, level, environment) do update set events = c.events + excluded.events`;

export async function compactCounts(
  db: Queryable,
  projectId: number,
  start: number,
  end: number,
): Promise<void> {
  await db.execute(STATEMENT, [projectId, new Date(start).toISOString(), new Date(end).toISOString()]);
}
