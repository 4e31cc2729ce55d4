/** The identity of this database's logs: part of every cursor. */
import type { Queryable } from '../database.ts';

export async function readEpoch(db: Queryable): Promise<string> {
  const [row] = await db.query<{ epoch: string }>('select epoch from instance');
  if (!row) throw new Error('The database has no instance row: run the migrations.');
  return row.epoch;
}
