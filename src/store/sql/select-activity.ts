/** What happened to an issue, newest first, before an activity's id. */
import type { Queryable } from '../database.ts';

const STATEMENT = `
  select a.id, a.kind, a.at, a.data, u.id as user_id, u.email, u.name
  from issue_activity a left join "user" u on u.id = a.by_user
  where a.issue_id = $1 and ($2::bigint is null or a.id < $2)
  order by a.id desc limit $3`;

export interface ActivityRow {
  id: number;
  kind: string;
  at: number;
  data: { [key: string]: string | number | boolean | null };
  user_id: string | null;
  email: string | null;
  name: string | null;
}

export async function selectActivity(
  db: Queryable,
  o: { issueId: string; before: number | null; limit: number },
): Promise<ActivityRow[]> {
  return db.query(STATEMENT, [o.issueId, o.before, o.limit]);
}
