/**
 * Removes locked issues; hours, activity and the hashes they still own go with them by foreign key, events and users
 * afterwards (issue-moves.ts).
 */
import type { Queryable } from '../database.ts';

const BURY_HASHES = `
  update issue_hashes set issue_id = null, discarded_at = $2 where issue_id = any ($1::bigint[])`;
const DELETE = 'delete from issues where id = any ($1::bigint[])';

/** Leaves tombstones: further events of these hashes are discarded. */
export async function buryHashes(tx: Queryable, issueIds: readonly number[], nowMs: number): Promise<void> {
  await tx.execute(BURY_HASHES, [issueIds, new Date(nowMs).toISOString()]);
}

export async function deleteIssues(tx: Queryable, issueIds: readonly number[]): Promise<void> {
  await tx.execute(DELETE, [issueIds]);
}
