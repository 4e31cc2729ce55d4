/** Changes some settings of a project; null removes one. Two people changing different settings do not undo each other. */
import type { Queryable } from '../database.ts';

const STATEMENT = `update projects set settings = jsonb_strip_nulls(settings || $2::jsonb) where id = $1`;

export async function mergeProjectSettings(db: Queryable, id: number, change: object): Promise<void> {
  await db.execute(STATEMENT, [id, JSON.stringify(change)]);
}
