/** Gives hashes to issues, or to the grave of a discarded one (issueId null). Resolves with how many were free. */
import type { Queryable } from '../database.ts';

const STATEMENT = {
  name: 'insert_hashes',
  text: `
    insert into issue_hashes (project_id, hash, issue_id, discarded_at)
    select project_id, decode(hash, 'hex'), issue_id, case when issue_id is null then now() end
    from unnest($1::bigint[], $2::text[], $3::bigint[]) as t (project_id, hash, issue_id)
    on conflict (project_id, hash) do nothing`,
};

export async function insertHashes(
  tx: Queryable,
  owned: readonly { projectId: number; hash: string; issueId: number | null }[],
): Promise<number> {
  return tx.execute(STATEMENT, [
    owned.map((o) => o.projectId),
    owned.map((o) => o.hash),
    owned.map((o) => o.issueId),
  ]);
}
