/** Commands that move whole issues wait until events on their way to or from them have arrived. */
import { MesherError } from '../errors.ts';
import type { Clock } from '../lib/clock.ts';
import type { Change } from '../protocol/change.ts';
import type { Database } from './database.ts';
import { workOnMoves } from './issue-moves.ts';
import { selectMovesOf } from './sql/issue-moves.ts';

/** What a transaction gives that found its issues busy, and changed nothing. */
export interface Busy {
  kind: 'busy';
  changes: Change[];
}

export const BUSY: Busy = { kind: 'busy', changes: [] };

/** Tries, works on what is under way, and tries again; throws conflict when `patienceMs` are over. */
export async function issuesAtRest<T extends { kind: 'done' }>(
  deps: { db: Database; clock: Pick<Clock, 'now' | 'monotonic'>; onCommitted: (changes: Change[]) => void },
  o: { issueIds: readonly string[]; patienceMs: number },
  attempt: () => Promise<T | Busy>,
): Promise<T> {
  const end = deps.clock.monotonic() + o.patienceMs;
  do {
    const tried = await attempt();
    if (tried.kind === 'done') return tried;
    await workOnMoves(deps, await selectMovesOf(deps.db, o.issueIds), end - deps.clock.monotonic());
  } while (deps.clock.monotonic() < end);
  throw new MesherError('conflict', 'Its events are still being moved.');
}
