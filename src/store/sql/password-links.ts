/** Links that set a new password: made, looked at, used up. Expired ones go when one is made. */
import type { Queryable } from '../database.ts';

const INSERT = `
  with gone as (delete from password_links where expires_at < $4)
  insert into password_links (hash, user_id, expires_at) values ($1, $2, $3)`;
const FIND = `
  select u.id as user_id, u.email, u.name from password_links l join "user" u on u.id = l.user_id
  where l.hash = $1 and l.expires_at > $2`;
/** Once: the second who tries finds no row. */
const TAKE = 'delete from password_links where hash = $1 and expires_at > $2 returning user_id';
const DROP = 'delete from password_links where user_id = $1';

export interface PasswordLinkRow {
  user_id: string;
  email: string;
  name: string;
}

export async function insertPasswordLink(
  tx: Queryable,
  o: { hash: Buffer; userId: string; expiresAt: number; nowMs: number },
): Promise<void> {
  await tx.execute(INSERT, [o.hash, o.userId, new Date(o.expiresAt), new Date(o.nowMs)]);
}

export async function findPasswordLink(
  db: Queryable,
  hash: Buffer,
  nowMs: number,
): Promise<PasswordLinkRow | null> {
  const [row] = await db.query<PasswordLinkRow>(FIND, [hash, new Date(nowMs)]);
  return row ?? null;
}

export async function takePasswordLink(tx: Queryable, hash: Buffer, nowMs: number): Promise<string | null> {
  const [row] = await tx.query<{ user_id: string }>(TAKE, [hash, new Date(nowMs)]);
  return row?.user_id ?? null;
}

export async function deletePasswordLinks(tx: Queryable, userId: string): Promise<void> {
  await tx.execute(DROP, [userId]);
}
