/** Which issue owns a hash; issueId null = the issue was discarded (a tombstone). Unknown hashes are not in the answer. */
import type { Queryable } from '../database.ts';

const STATEMENT = {
  name: 'find_hash_owners',
  text: `
    select h.project_id, encode(h.hash, 'hex') as hash, h.issue_id
    from unnest($1::bigint[], $2::text[]) as wanted (project_id, hash)
    join issue_hashes h on h.project_id = wanted.project_id and h.hash = decode(wanted.hash, 'hex')`,
};

export interface ProjectHash {
  projectId: number;
  /** 32 hex digits. */
  hash: string;
}

export async function findHashOwners(
  tx: Queryable,
  hashes: readonly ProjectHash[],
): Promise<(ProjectHash & { issueId: number | null })[]> {
  const rows = await tx.query<{ project_id: number; hash: string; issue_id: number | null }>(STATEMENT, [
    hashes.map((h) => h.projectId),
    hashes.map((h) => h.hash),
  ]);
  return rows.map((row) => ({ projectId: row.project_id, hash: row.hash, issueId: row.issue_id }));
}
