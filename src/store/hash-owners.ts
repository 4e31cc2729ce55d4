/** Which issues the hashes of a batch lead to, asked of the database. In: events. Out: the resolver's decisions. */
import type { Transaction } from './database.ts';
import { hashKey, resolveIssues, type Resolution } from './issue-resolver.ts';
import type { NewEvent } from './new-event.ts';
import { sortedNumbers } from './sorted-numbers.ts';
import { findHashOwners } from './sql/find-hash-owners.ts';
import { lockHashOwners } from './sql/lock-hash-owners.ts';

/** Step 2. Asks once; only where hashes are free it takes the projects' locks and asks again. */
export async function resolveOwners(tx: Transaction, events: readonly NewEvent[]): Promise<Resolution> {
  const resolution = resolveIssues(events, await askOwners(tx, events));
  if (resolution.attached.length === 0) return resolution;
  await lockHashOwners(tx, sortedNumbers(resolution.attached.map((hash) => hash.projectId)));
  return resolveIssues(events, await askOwners(tx, events));
}

async function askOwners(tx: Transaction, events: readonly NewEvent[]): Promise<Map<string, number | null>> {
  const wanted = new Map<string, { projectId: number; hash: string }>();
  for (const { projectId, hashes, previousHashes } of events) {
    for (const hash of hashes) wanted.set(hashKey(projectId, hash), { projectId, hash });
    for (const hash of previousHashes) wanted.set(hashKey(projectId, hash), { projectId, hash });
  }
  const found = await findHashOwners(tx, [...wanted.values()]);
  return new Map(found.map((row) => [hashKey(row.projectId, row.hash), row.issueId]));
}

/** Asked again under the locks: nobody can move a hash of a locked issue. */
export async function ownersHold(
  tx: Transaction,
  events: readonly NewEvent[],
  owners: Resolution['owners'],
): Promise<boolean> {
  const again = resolveIssues(events, await askOwners(tx, events)).owners;
  return again.every((owner, i) => {
    const before = owners[i];
    return owner.kind === 'issue' && before?.kind === 'issue'
      ? owner.id === before.id
      : owner.kind === before?.kind;
  });
}
