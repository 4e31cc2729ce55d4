/** Feedback of a project, or about one event, newest first. */
import type { Queryable } from '../database.ts';

const STATEMENT = `
  select id, event_id, source, name, email, message, url, environment, release, received_at
  from feedback where project_id = $1 and ($2::uuid is null or event_id = $2)
    and ($3::timestamptz is null or (received_at, id) < ($3, $4::uuid))
  order by received_at desc, id desc limit $5`;

export interface StoredFeedback {
  id: string;
  event_id: string | null;
  source: string;
  name: string | null;
  email: string | null;
  message: string;
  url: string | null;
  environment: string | null;
  release: string | null;
  received_at: number;
}

export async function selectFeedback(
  db: Queryable,
  projectId: number,
  o: { eventId: string | null; after: { receivedAt: number; id: string } | null; limit: number },
): Promise<StoredFeedback[]> {
  return db.query<StoredFeedback>(STATEMENT, [
    projectId,
    o.eventId,
    o.after && new Date(o.after.receivedAt).toISOString(),
    o.after?.id ?? null,
    o.limit,
  ]);
}
