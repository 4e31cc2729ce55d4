/** Events of an issue in each hour that has any; times in epoch ms, `end` not included. */
import type { Queryable } from '../database.ts';

const STATEMENT = 'select hour, events from issue_hours where issue_id = $1 and hour >= $2 and hour < $3';

export async function selectIssueHours(
  db: Queryable,
  issueId: string,
  start: number,
  end: number,
): Promise<{ hour: number; events: number }[]> {
  return db.query(STATEMENT, [issueId, new Date(start).toISOString(), new Date(end).toISOString()]);
}
