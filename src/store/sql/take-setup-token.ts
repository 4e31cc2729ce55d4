/** Uses a good set-up token up. The row lock lets a second comer wait, and then find the hash gone. */
import type { Queryable } from '../database.ts';

const STATEMENT = `
  update instance set setup_hash = null, setup_expires_at = null
  where setup_hash = $1 and setup_expires_at > $2 and not exists (select from "user")`;

export async function takeSetupToken(tx: Queryable, hash: Buffer, nowMs: number): Promise<boolean> {
  return (await tx.execute(STATEMENT, [hash, new Date(nowMs).toISOString()])) === 1;
}
