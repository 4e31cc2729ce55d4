/** What a person signs in with: sessions, the password, API tokens. Rows of the library's tables. */
import type { Queryable } from '../database.ts';

const SESSIONS = `
  select id, "createdAt" as created_at, "expiresAt" as expires_at, "ipAddress" as ip, "userAgent" as user_agent
  from session where "userId" = $1 and "expiresAt" > $2 and ($3::timestamptz is null or ("createdAt", id) < ($3, $4))
  order by "createdAt" desc, id desc limit $5`;
const TOKENS = `
  select id, name, permissions, "createdAt" as created_at, "lastRequest" as last_used_at, "expiresAt" as expires_at
  from apikey where "referenceId" = $1 and ($2::timestamptz is null or ("createdAt", id) < ($2, $3))
  order by "createdAt" desc, id desc limit $4`;
const END_SESSION = 'delete from session where "userId" = $1 and id = $2';
const END_OTHERS = 'delete from session where "userId" = $1 and id is distinct from $2';
const PASSWORD = `select password from account where "userId" = $1 and "providerId" = 'credential'`;
const SET_PASSWORD = `
  update account set password = $2, "updatedAt" = now() where "userId" = $1 and "providerId" = 'credential'`;
const INSERT_PASSWORD = `
  insert into account (id, "accountId", "providerId", "userId", password, "updatedAt")
  values ($3, $1, 'credential', $1, $2, now())`;
const INSERT_TOKEN = `
  insert into apikey (id, "configId", name, start, "referenceId", prefix, key, enabled, "rateLimitEnabled",
    "requestCount", "expiresAt", "createdAt", "updatedAt", permissions)
  values ($1, 'default', $2, $3, $4, $5, $6, true, false, 0, $7, $8, $8, $9)`;
const DELETE_TOKEN = 'delete from apikey where "referenceId" = $1 and id = $2 returning name';
const BY_EMAIL = 'select id, email from "user" where email = $1';
/** Whose second factor is asked for. */
const BY_CHALLENGE = `
  select u.id, u.email from verification v join "user" u on u.id = v.value where v.identifier = $1`;
const ORGANIZATIONS = 'select "organizationId" as id from member where "userId" = $1';

export interface SessionRow {
  id: string;
  created_at: number;
  expires_at: number;
  ip: string | null;
  user_agent: string | null;
}

interface PageOfRows {
  before: { createdAt: number; id: string } | null;
  limit: number;
}

/** Live ones, newest first. */
export async function selectSessions(
  db: Queryable,
  userId: string,
  { nowMs, before, limit }: PageOfRows & { nowMs: number },
): Promise<SessionRow[]> {
  const at = before && new Date(before.createdAt);
  return db.query(SESSIONS, [userId, new Date(nowMs), at, before?.id ?? null, limit]);
}

export interface TokenRow {
  id: string;
  name: string | null;
  permissions: string | null;
  created_at: number;
  last_used_at: number | null;
  expires_at: number | null;
}

/** Newest first. */
export async function selectTokens(
  db: Queryable,
  userId: string,
  { before, limit }: PageOfRows,
): Promise<TokenRow[]> {
  return db.query(TOKENS, [userId, before && new Date(before.createdAt), before?.id ?? null, limit]);
}

export async function deleteSession(tx: Queryable, userId: string, id: string): Promise<boolean> {
  return (await tx.execute(END_SESSION, [userId, id])) === 1;
}

/** Resolves with how many there were; `keep` null: all. */
export async function deleteOtherSessions(
  tx: Queryable,
  userId: string,
  keep: string | null,
): Promise<number> {
  return tx.execute(END_OTHERS, [userId, keep]);
}

/** null: the person signs in otherwise. */
export async function selectPasswordHash(db: Queryable, userId: string): Promise<string | null> {
  const [row] = await db.query<{ password: string | null }>(PASSWORD, [userId]);
  return row?.password ?? null;
}

export async function writePasswordHash(
  tx: Queryable,
  o: { userId: string; passwordHash: string; newAccountId: string },
): Promise<void> {
  if ((await tx.execute(SET_PASSWORD, [o.userId, o.passwordHash])) > 0) return;
  await tx.execute(INSERT_PASSWORD, [o.userId, o.passwordHash, o.newAccountId]);
}

export interface NewTokenRow {
  id: string;
  userId: string;
  name: string;
  prefix: string;
  /** First characters, to tell tokens apart. */
  start: string;
  hash: string;
  permissions: string;
  createdAt: number;
  expiresAt: number | null;
}

export async function insertToken(tx: Queryable, token: NewTokenRow): Promise<void> {
  await tx.execute(INSERT_TOKEN, [
    token.id,
    token.name,
    token.start,
    token.userId,
    token.prefix,
    token.hash,
    token.expiresAt === null ? null : new Date(token.expiresAt),
    new Date(token.createdAt),
    token.permissions,
  ]);
}

/** Its name; null: the person has no such token. */
export async function deleteToken(tx: Queryable, userId: string, id: string): Promise<string | null> {
  const [row] = await tx.query<{ name: string | null }>(DELETE_TOKEN, [userId, id]);
  return row ? (row.name ?? '') : null;
}

export async function organizationsOf(db: Queryable, userId: string): Promise<string[]> {
  return (await db.query<{ id: string }>(ORGANIZATIONS, [userId])).map(({ id }) => id);
}

interface Account {
  id: string;
  email: string;
}

/** `challenge`: what the library calls a password that was right, while the second factor is not given yet. */
export async function findAccount(
  db: Queryable,
  by: { email: string } | { challenge: string },
): Promise<Account | null> {
  const [row] = await ('email' in by
    ? db.query<Account>(BY_EMAIL, [by.email])
    : db.query<Account>(BY_CHALLENGE, [by.challenge]));
  return row ?? null;
}
