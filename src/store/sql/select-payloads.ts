/** Payloads of an issue's newest events. */
import type { Queryable } from '../database.ts';
import type { StoredEvent } from './select-events.ts';

export async function selectPayloads(
  db: Queryable,
  issueId: string,
  limit: number,
): Promise<Pick<StoredEvent, 'encoding' | 'payload'>[]> {
  return db.query(
    `select e.encoding, e.payload from events e where e.issue_id = $1
     order by e.received_at desc, e.event_id desc limit $2`,
    [issueId, limit],
  );
}
