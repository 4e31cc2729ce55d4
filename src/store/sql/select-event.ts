/** One event with its payload. The day of its key leads to the one partition that holds it. */
import type { Queryable } from '../database.ts';
import { EVENT_COLUMNS, ISSUE_EXISTS, type StoredEvent } from './select-events.ts';

export async function selectEvent(
  db: Queryable,
  projectId: number,
  eventId: string,
): Promise<StoredEvent | null> {
  const [row] = await db.query<StoredEvent>(
    `select ${EVENT_COLUMNS}, e.encoding, e.payload from events e
     where e.project_id = $1 and e.event_id = $2 and ${ISSUE_EXISTS}
       and e.day = (select k.day from event_keys k where k.project_id = $1 and k.event_id = $2)
     limit 1`,
    [projectId, eventId],
  );
  return row ?? null;
}
