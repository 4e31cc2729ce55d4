/** Writes what a person or a timer decides about locked issues: status and what ends it, priority, assignee. */
import type { Queryable } from '../database.ts';
import type { IssueRow } from '../issue-state.ts';

const STATEMENT = `
  update issues as i
  set status = t.status, priority = t.priority, assigned_to = t.assigned_to, rev = t.rev,
      condition = t.condition, priority_by_user = t.priority_by_user,
      resolved_at = case when t.status = 1 then coalesce(i.resolved_at, $8) end
  from unnest($1::bigint[], $2::smallint[], $3::smallint[], $4::text[], $5::integer[], $6::jsonb[], $7::boolean[])
    as t (id, status, priority, assigned_to, rev, condition, priority_by_user)
  where i.id = t.id`;

export async function updateIssueFields(
  tx: Queryable,
  rows: readonly IssueRow[],
  nowMs: number,
): Promise<void> {
  await tx.execute(STATEMENT, [
    rows.map((r) => r.id),
    rows.map((r) => r.status),
    rows.map((r) => r.priority),
    rows.map((r) => r.assigned_to),
    rows.map((r) => r.rev),
    rows.map((r) => r.condition && JSON.stringify(r.condition)),
    rows.map((r) => r.priority_by_user),
    new Date(nowMs).toISOString(),
  ]);
}
