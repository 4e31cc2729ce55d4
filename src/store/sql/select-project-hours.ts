/** Events of a project in each hour and level that has any; times in epoch ms, `end` not included. */
import type { Queryable } from '../database.ts';

const STATEMENT = `
  select hour, level, events from project_hours where project_id = $1 and hour >= $2 and hour < $3`;

export async function selectProjectHours(
  db: Queryable,
  projectId: number,
  start: number,
  end: number,
): Promise<{ hour: number; level: number; events: number }[]> {
  return db.query(STATEMENT, [projectId, new Date(start).toISOString(), new Date(end).toISOString()]);
}
