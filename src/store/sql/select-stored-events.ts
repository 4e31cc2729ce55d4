/** Events of an issue or a project with their payloads, newest first, some at a time: a keyset page without a filter. */
import type { Queryable } from '../database.ts';
import { timeText } from '../filter-sql.ts';
import { EVENT_COLUMNS, ISSUE_EXISTS, type EventKey, type StoredEvent } from './select-events.ts';

export async function selectStoredEvents(
  db: Queryable,
  o: { by: 'issue_id' | 'project_id'; id: number | string; after: EventKey | null; limit: number },
): Promise<StoredEvent[]> {
  const at = o.after && timeText(o.after.receivedAt);
  const further = `and (e.received_at, e.event_id) < ($3::timestamptz, $4::uuid) and e.day <= $5::date`;
  return db.query<StoredEvent>(
    `select ${EVENT_COLUMNS}, e.encoding, e.payload from events e
     where e.${o.by} = $1 and ${ISSUE_EXISTS} ${o.after ? further : ''}
     order by e.received_at desc, e.event_id desc limit $2`,
    [o.id, o.limit, ...(o.after && at ? [at, o.after.eventId, at.slice(0, 10)] : [])],
  );
}
