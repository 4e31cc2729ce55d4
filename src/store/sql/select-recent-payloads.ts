/** Payloads of a project's newest events with their issues, newest first. */
import type { Queryable } from '../database.ts';

export interface RecentPayload {
  issue_id: number;
  title: string;
  encoding: number;
  payload: Buffer;
}

export async function selectRecentPayloads(
  db: Queryable,
  projectId: number,
  limit: number,
): Promise<RecentPayload[]> {
  return db.query<RecentPayload>(
    `select e.issue_id, i.title, e.encoding, e.payload
     from events e join issues i on i.id = e.issue_id
     where e.project_id = $1
     order by e.received_at desc, e.event_id desc limit $2`,
    [projectId, limit],
  );
}
