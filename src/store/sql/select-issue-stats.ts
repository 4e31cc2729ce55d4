/** Counters of some issues of a project; ids of other projects are not answered. */
import type { Queryable } from '../database.ts';
import type { IssueRow } from '../issue-state.ts';

const STATEMENT = `
  select id, rev, event_count, user_count, last_seen from issues
  where project_id = $1 and id = any($2::bigint[])`;

export type IssueStatsRow = Pick<IssueRow, 'id' | 'rev' | 'event_count' | 'user_count' | 'last_seen'>;

export async function selectIssueStats(
  db: Queryable,
  projectId: number,
  ids: readonly string[],
): Promise<IssueStatsRow[]> {
  return db.query<IssueStatsRow>(STATEMENT, [projectId, ids]);
}
