/** A stream token, by its hash; those that have expired go, so that the table stays small by itself. */
import type { Queryable } from '../database.ts';

const STATEMENT = `
  with gone as (delete from stream_tokens where expires_at < $7)
  insert into stream_tokens (hash, user_id, credential_kind, credential_id, projects, expires_at)
  values ($1, $2, $3, $4, $5, $6)`;

export interface NewStreamToken {
  userId: string;
  credentialKind: 'session' | 'token';
  credentialId: string;
  projectIds: readonly number[];
  expiresAt: number;
}

export async function insertStreamToken(
  db: Queryable,
  hash: Buffer,
  token: NewStreamToken,
  nowMs: number,
): Promise<void> {
  await db.execute(STATEMENT, [
    hash,
    token.userId,
    token.credentialKind,
    token.credentialId,
    token.projectIds,
    new Date(token.expiresAt).toISOString(),
    new Date(nowMs).toISOString(),
  ]);
}
