/** Events as lists and the event page need them; newest first, keyset by (received_at, event_id). */
import type { Queryable } from '../database.ts';

export interface EventRow {
  project_id: number;
  /** With hyphens. */
  event_id: string;
  issue_id: number;
  received_at: number;
  occurred_at: number;
  level: number;
  environment: string | null;
  release: string | null;
  user_ident: string | null;
  title: string;
  culprit: string;
}
export type StoredEvent = EventRow & { encoding: number; payload: Buffer };

export const EVENT_COLUMNS = `e.project_id, e.event_id, e.issue_id, e.received_at, e.occurred_at, e.level, e.environment, e.release,
  e.user_ident, e.title, e.culprit`;

/** Events of a removed issue are deleted after it, in portions; nobody sees them meanwhile. */
export const ISSUE_EXISTS = 'exists (select from issues i where i.id = e.issue_id)';

export interface EventKey {
  receivedAt: number;
  eventId: string;
}

/** Of an issue or a project. Times in ms are exact: events are stored with no finer time. */
export async function selectEvents(
  db: Queryable,
  o: {
    by: 'issue_id' | 'project_id';
    id: number | string;
    after: EventKey | null;
    since?: number | undefined;
    until?: number | undefined;
    limit: number;
  },
): Promise<EventRow[]> {
  return db.query<EventRow>(
    `select ${EVENT_COLUMNS} from events e
     where e.${o.by} = $1 and ${ISSUE_EXISTS}
       and ($2::timestamptz is null or (e.received_at, e.event_id) < ($2, $3::uuid))
       and ($4::timestamptz is null or e.received_at >= $4)
       and ($5::timestamptz is null or e.received_at < $5)
     order by e.received_at desc, e.event_id desc limit $6`,
    [o.id, iso(o.after?.receivedAt), o.after?.eventId ?? null, iso(o.since), iso(o.until), o.limit],
  );
}

function iso(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
