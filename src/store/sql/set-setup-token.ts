/** Puts a set-up token in place of any older one; false when there is a user. */
import type { Queryable } from '../database.ts';

const STATEMENT = `
  update instance set setup_hash = $1, setup_expires_at = $2 where not exists (select from "user")`;

export async function setSetupToken(db: Queryable, hash: Buffer, expiresAt: number): Promise<boolean> {
  return (await db.execute(STATEMENT, [hash, new Date(expiresAt).toISOString()])) === 1;
}
