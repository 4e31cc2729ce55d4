/** Ids of all projects. */
import type { Queryable } from '../database.ts';

export async function selectProjectIds(db: Queryable): Promise<number[]> {
  return (await db.query<{ id: number }>('select id from projects order by id')).map(({ id }) => id);
}
