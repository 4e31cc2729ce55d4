/** The hashes an issue owns, at most `limit`. */
import type { Queryable } from '../database.ts';

export async function selectHashes(db: Queryable, issueId: string, limit: number): Promise<string[]> {
  const rows = await db.query<{ hash: string }>(
    `select encode(h.hash, 'hex') as hash from issue_hashes h where h.issue_id = $1 order by h.hash limit $2`,
    [issueId, limit],
  );
  return rows.map((row) => row.hash);
}
