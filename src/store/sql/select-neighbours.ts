/** The events of an issue right before and right after one of them, and its first. */
import type { Queryable } from '../database.ts';
import type { EventKey } from './select-events.ts';

interface Neighbours {
  first: string | null;
  previous: string | null;
  next: string | null;
}

export async function selectNeighbours(db: Queryable, issueId: number, key: EventKey): Promise<Neighbours> {
  const [row] = await db.query<Neighbours>(
    `select
       (select e.event_id from events e where e.issue_id = $1 and (e.received_at, e.event_id) < ($2, $3::uuid)
        order by e.received_at desc, e.event_id desc limit 1) as previous,
       (select e.event_id from events e where e.issue_id = $1 and (e.received_at, e.event_id) > ($2, $3::uuid)
        order by e.received_at, e.event_id limit 1) as next,
       (select e.event_id from events e where e.issue_id = $1
        order by e.received_at, e.event_id limit 1) as first`,
    [issueId, new Date(key.receivedAt).toISOString(), key.eventId],
  );
  return row ?? { first: null, previous: null, next: null };
}
