/** A project's events in the same hour of each of the seven days before; days without any are 0. */
import type { Queryable } from '../database.ts';

const STATEMENT = `
  select coalesce(sum(h.events), 0)::bigint as events
  from generate_series(1, 7) as day
  left join project_counts h on h.project_id = $1 and h.at >= $2::timestamptz - day * interval '1 day'
    and h.at < $2::timestamptz - day * interval '1 day' + interval '1 hour'
  group by day`;

export async function selectSameHours(db: Queryable, projectId: number, hourMs: number): Promise<number[]> {
  const rows = await db.query<{ events: number }>(STATEMENT, [projectId, new Date(hourMs).toISOString()]);
  return rows.map((row) => row.events);
}
