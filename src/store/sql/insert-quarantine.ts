/** Keeps an event that PostgreSQL refused on its own. A project that is gone meanwhile keeps nothing. */
import type { Queryable } from '../database.ts';

const STATEMENT = `
  insert into quarantine (project_id, event_id, at, sqlstate, message, payload)
  select id, $2::uuid, $3::timestamptz, $4, $5, $6::bytea from projects where id = $1`;

export async function insertQuarantine(
  db: Queryable,
  o: {
    projectId: number;
    eventId: string;
    at: number;
    sqlState: string;
    message: string;
    payload: Uint8Array;
  },
): Promise<void> {
  await db.execute(STATEMENT, [
    o.projectId,
    o.eventId,
    new Date(o.at).toISOString(),
    o.sqlState,
    o.message,
    Buffer.from(o.payload),
  ]);
}
