/** Whether an event of this id was stored or counted; its key may outlive it. */
import type { Queryable } from '../database.ts';

export async function findEventKey(db: Queryable, projectId: number, eventId: string): Promise<boolean> {
  const [row] = await db.query<{ seen: boolean }>(
    `select exists (select from event_keys where project_id = $1 and event_id = $2) as seen`,
    [projectId, eventId],
  );
  return row?.seen === true;
}
