/** How many people have an account. */
import type { Queryable } from '../database.ts';

const STATEMENT = 'select count(*) as users from "user"';

export async function countUsers(db: Queryable): Promise<number> {
  const [row] = await db.query<{ users: number }>(STATEMENT);
  return row?.users ?? 0;
}
