/** Codes of authenticator apps that were used, for as long as they would be valid. */
import type { Queryable } from '../database.ts';

/** The code before, this one and the next are valid: three times 30 s. */
const VALID_MS = 120_000;
const FORGET = 'delete from used_codes where user_id = $1 and used_at < $2';
const TAKE = `
  insert into used_codes (user_id, code, used_at) values ($1, $2, $3) on conflict do nothing returning user_id`;

/** false: it was used before. Of two at the same moment one is first. */
export async function takeCode(
  tx: Queryable,
  { userId, code, nowMs }: { userId: string; code: string; nowMs: number },
): Promise<boolean> {
  await tx.execute(FORGET, [userId, new Date(nowMs - VALID_MS)]);
  return (await tx.query(TAKE, [userId, code, new Date(nowMs)])).length > 0;
}
