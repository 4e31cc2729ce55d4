/** Uses a stream token up: once, or (`repeats`) until it expires. Two nodes that try at the same moment: one gets it. */
import type { Queryable } from '../database.ts';
import type { NewStreamToken } from './insert-stream-token.ts';

const STATEMENT = `
  update stream_tokens set taken_at = coalesce(taken_at, $2), repeats = $3
  where hash = $1 and expires_at > $2 and (taken_at is null or (repeats and $3))
  returning user_id, credential_kind, credential_id, projects::text[] as projects, expires_at`;

export async function takeStreamToken(
  db: Queryable,
  hash: Buffer,
  repeats: boolean,
  nowMs: number,
): Promise<NewStreamToken | null> {
  const [row] = await db.query<{
    user_id: string;
    credential_kind: 'session' | 'token';
    credential_id: string;
    projects: string[];
    expires_at: number;
  }>(STATEMENT, [hash, new Date(nowMs).toISOString(), repeats]);
  if (!row) return null;
  return {
    userId: row.user_id,
    credentialKind: row.credential_kind,
    credentialId: row.credential_id,
    projectIds: row.projects.map(Number),
    expiresAt: row.expires_at,
  };
}
