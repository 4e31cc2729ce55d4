/**
 * Held until commit by a transaction that is about to give new hashes an owner, one lock per project in the order
 * given: without it two nodes that meet the same new error at once would each make an issue.
 */
import type { Queryable } from '../database.ts';

/** Namespace of these advisory locks. */
const HASH_OWNERS = 1_751_216_243;

const STATEMENT = {
  name: 'lock_hash_owners',
  text: `select pg_advisory_xact_lock(${HASH_OWNERS}, project_id) from unnest($1::integer[]) as project_id`,
};

export async function lockHashOwners(tx: Queryable, sortedProjectIds: readonly number[]): Promise<void> {
  await tx.execute(STATEMENT, [sortedProjectIds]);
}
