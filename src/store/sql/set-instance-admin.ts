/** Makes a user an admin of the instance, or no longer; false when there is no such user. */
import type { Queryable } from '../database.ts';

const STATEMENT = `update "user" set "isInstanceAdmin" = $2 where id = $1`;

export async function setInstanceAdmin(db: Queryable, userId: string, isAdmin: boolean): Promise<boolean> {
  return (await db.execute(STATEMENT, [userId, isAdmin])) === 1;
}
