/** A command as one transaction: run again when it lost a race, published after its commit. */
import type { Change } from '../protocol/change.ts';
import type { Database, Transaction } from './database.ts';
import { classifyFailure } from './sql-error.ts';

const MAX_RACES = 20;

export async function commandTransaction<T extends { changes: Change[] }>(
  o: { db: Database; onCommitted: (changes: Change[]) => void },
  run: (tx: Transaction) => Promise<T>,
): Promise<T> {
  for (let race = 0; ; race++) {
    try {
      const result = await o.db.transaction(run);
      if (result.changes.length > 0) o.onCommitted(result.changes);
      return result;
    } catch (error) {
      if (classifyFailure(error) !== 'race' || race >= MAX_RACES) throw error;
    }
  }
}
