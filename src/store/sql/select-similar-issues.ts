/** An issue and up to `limit` others of its project with the same title key, last seen first, each with its latest event. */
import type { Queryable } from '../database.ts';
import { ISSUE_COLUMNS, type IssueRow } from '../issue-state.ts';

const STATEMENT = `
  select ${ISSUE_COLUMNS}, e.encoding, e.payload
  from issues me
  join issues i on i.project_id = me.project_id and i.title_key = me.title_key
  left join lateral (
    select e.encoding, e.payload from events e where e.issue_id = i.id
    order by e.received_at desc, e.event_id desc limit 1
  ) e on true
  where me.id = $1 and not exists (
    select from issue_distinctions d
    where d.issue_id = least(me.id, i.id) and d.other_id = greatest(me.id, i.id))
  order by i.id = me.id desc, i.last_seen desc limit $2 + 1`;

export type SimilarRow = IssueRow & { encoding: number | null; payload: Buffer | null };

/** The issue itself comes first. */
export async function selectSimilarIssues(
  db: Queryable,
  issueId: string,
  limit: number,
): Promise<SimilarRow[]> {
  return db.query(STATEMENT, [issueId, limit]);
}
