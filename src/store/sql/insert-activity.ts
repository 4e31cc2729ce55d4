/** What happened to an issue, for its page. Deleted issues take their activity with them. */
import type { Queryable } from '../database.ts';

const STATEMENT = `
  insert into issue_activity (project_id, issue_id, kind, by_user, at, data)
  select t.project_id, t.issue_id, t.kind, u.id, t.at, t.data
  from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::timestamptz[], $6::jsonb[])
    as t (project_id, issue_id, kind, by_user, at, data)
  left join "user" u on u.id = t.by_user`;

export interface NewActivity {
  projectId: number;
  issueId: number;
  kind: string;
  by: string | null;
  at: number;
  data: { [key: string]: string | number | boolean | null };
}

export async function insertActivity(tx: Queryable, rows: readonly NewActivity[]): Promise<void> {
  await tx.execute(STATEMENT, [
    rows.map((r) => r.projectId),
    rows.map((r) => r.issueId),
    rows.map((r) => r.kind),
    rows.map((r) => r.by),
    rows.map((r) => new Date(r.at).toISOString()),
    rows.map((r) => JSON.stringify(r.data)),
  ]);
}
