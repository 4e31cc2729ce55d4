/** Notes when a project's first event came; asked only when an issue was made, which the first event does. */
import type { Queryable } from '../database.ts';

const STATEMENT = {
  name: 'mark_first_event',
  text: `
    with first as (select id from projects where id = any ($1) and first_event_at is null order by id for no key update)
    update projects as p set first_event_at = $2 from first where p.id = first.id`,
};

export async function markFirstEvent(
  tx: Queryable,
  projectIds: readonly number[],
  at: number,
): Promise<void> {
  await tx.execute(STATEMENT, [projectIds, new Date(at).toISOString()]);
}
