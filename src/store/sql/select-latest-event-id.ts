/** The event of an issue that came in last. */
import type { Queryable } from '../database.ts';

export async function selectLatestEventId(
  db: Queryable,
  projectId: number,
  issueId: string,
): Promise<string | null> {
  const [row] = await db.query<{ event_id: string }>(
    `select e.event_id from events e where e.issue_id = $2 and e.project_id = $1
     order by e.received_at desc, e.event_id desc limit 1`,
    [projectId, issueId],
  );
  return row?.event_id ?? null;
}
