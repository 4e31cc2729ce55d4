/**
 * Uses a stream token up: once, or (`repeats`) until it expires. Two nodes that try at the same moment: one gets it.
 * A repeated take is told to all nodes, so that the stream of the take before it ends.
 */
import type { Queryable } from '../database.ts';
import type { NewStreamToken } from './insert-stream-token.ts';

const STATEMENT = `
  with taken as (
    update stream_tokens set taken_at = coalesce(taken_at, $2), repeats = $3, takes = takes + 1
    where hash = $1 and expires_at > $2 and (taken_at is null or (repeats and $3))
    returning *
  ), told as (
    insert into config_changes (kind, ref)
    select 'stream_token', encode(hash, 'hex') || '.' || takes from taken where takes > 1
    returning pg_notify('mesher_config', '')
  )
  select user_id, credential_kind, credential_id, projects::text[] as projects, expires_at,
    encode(hash, 'hex') as id, takes
  from taken`;

export interface TakenStreamToken extends NewStreamToken {
  /** Names the token without being one. */
  id: string;
  /** 1 for the first time. */
  takes: number;
}

export async function takeStreamToken(
  db: Queryable,
  hash: Buffer,
  repeats: boolean,
  nowMs: number,
): Promise<TakenStreamToken | null> {
  const [row] = await db.query<{
    user_id: string;
    credential_kind: 'session' | 'token';
    credential_id: string;
    projects: string[];
    expires_at: number;
    id: string;
    takes: number;
  }>(STATEMENT, [hash, new Date(nowMs).toISOString(), repeats]);
  if (!row) return null;
  return {
    userId: row.user_id,
    credentialKind: row.credential_kind,
    credentialId: row.credential_id,
    projectIds: row.projects.map(Number),
    expiresAt: row.expires_at,
    id: row.id,
    takes: row.takes,
  };
}
