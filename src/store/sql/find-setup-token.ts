/** Whether a set-up token is good: known, not expired, and there is no user. */
import type { Queryable } from '../database.ts';

const STATEMENT = `
  select from instance
  where setup_hash = $1 and setup_expires_at > $2 and not exists (select from "user")`;

export async function findSetupToken(db: Queryable, hash: Buffer, nowMs: number): Promise<boolean> {
  return (await db.query(STATEMENT, [hash, new Date(nowMs).toISOString()])).length === 1;
}
