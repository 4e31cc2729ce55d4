/** Dedupe: the first of (project, event id) wins. In: sorted, unique keys. Out: those that were not there. */
import type { Queryable } from '../database.ts';
import { eventIdOf } from '../issue-state.ts';

const STATEMENT = {
  name: 'insert_event_keys',
  text: `
    insert into event_keys (project_id, event_id, day)
    select * from unnest($1::bigint[], $2::uuid[], $3::date[])
    on conflict (project_id, event_id) do nothing
    returning project_id, event_id`,
};

export async function insertEventKeys(
  tx: Queryable,
  keys: readonly { projectId: number; eventId: string; day: string }[],
): Promise<{ projectId: number; eventId: string }[]> {
  const rows = await tx.query<{ project_id: number; event_id: string }>(STATEMENT, [
    keys.map((key) => key.projectId),
    keys.map((key) => key.eventId),
    keys.map((key) => key.day),
  ]);
  return rows.map((row) => ({ projectId: row.project_id, eventId: eventIdOf(row.event_id) }));
}
