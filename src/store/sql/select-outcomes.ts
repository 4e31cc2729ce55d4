/** What became of everything sent to a project, from the hour of `since` on. */
import type { OutcomeRow } from '../../protocol/rest.ts';
import type { Queryable } from '../database.ts';

const STATEMENT = `
  select outcome, reason, category, sum(quantity)::bigint as quantity from outcomes
  where project_id = $1 and hour >= date_trunc('hour', $2::timestamptz) and hour < $3
  group by outcome, reason, category order by outcome, reason, category`;

export async function selectOutcomes(
  db: Queryable,
  projectId: number,
  since: number,
  until: number,
): Promise<OutcomeRow[]> {
  return db.query(STATEMENT, [projectId, new Date(since).toISOString(), new Date(until).toISOString()]);
}
