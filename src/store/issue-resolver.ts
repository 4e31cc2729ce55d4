/**
 * Decides for each event of a batch which issue it belongs to: the first of its hashes that has an owner decides, then
 * the first of the version before; an event whose hashes are all free makes an issue, and hashes go to its issue. Pure: in known
 * owners, out one decision per event in order, so a batch decides the same whatever was asked of the database before.
 */
import type { NewEvent } from './new-event.ts';

/** An issue that exists, one this batch makes (by its place in `made`), or the grave of a discarded one. */
export type Owner = { kind: 'issue'; id: number } | { kind: 'new'; index: number } | { kind: 'discarded' };

export interface Resolution {
  /** As the events given. */
  owners: Owner[];
  /** First event of each issue to make. */
  made: NewEvent[];
  /** Hashes to be given to an owner, in order of appearance. */
  attached: { projectId: number; hash: string; owner: Owner }[];
}

export function hashKey(projectId: number, hash: string): string {
  return `${projectId}:${hash}`;
}

export function resolveIssues(
  events: readonly NewEvent[],
  known: ReadonlyMap<string, number | null>,
): Resolution {
  const owned = new Map<string, Owner>();
  for (const [key, id] of known) owned.set(key, id === null ? { kind: 'discarded' } : { kind: 'issue', id });
  const made: NewEvent[] = [];
  const attached: Resolution['attached'] = [];
  const owners = events.map((event): Owner => {
    const keys = event.hashes.map((hash) => hashKey(event.projectId, hash));
    const byHash = firstOwner(keys, owned);
    const owner =
      byHash ??
      firstOwner(
        event.previousHashes.map((hash) => hashKey(event.projectId, hash)),
        owned,
      ) ??
      ({ kind: 'new', index: made.push(event) - 1 } satisfies Owner);
    // A discarded issue takes no further hashes: its grave would grow over errors nobody meant. Except from one
    // version to the next, or the noise would come back with the last of the old hashes.
    if (owner.kind === 'discarded' && byHash) return owner;
    event.hashes.forEach((hash, i) => {
      const key = keys[i] ?? '';
      if (owned.has(key)) return;
      owned.set(key, owner);
      attached.push({ projectId: event.projectId, hash, owner });
    });
    return owner;
  });
  return { owners, made, attached };
}

function firstOwner(keys: readonly string[], owned: ReadonlyMap<string, Owner>): Owner | undefined {
  for (const key of keys) {
    const owner = owned.get(key);
    if (owner) return owner;
  }
  return undefined;
}
