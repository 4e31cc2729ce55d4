/** Whether the database answers in time to be called ready. */
import type { Clock } from '../lib/clock.ts';
import type { Database } from './database.ts';

const PROBE_MS = 1_000;

export async function databaseAnswers(db: Database, clock: Clock): Promise<boolean> {
  const late = new Promise<false>((resolve) => clock.after(PROBE_MS, () => resolve(false)));
  const answer = db.query('select 1').then(
    () => true,
    () => false,
  );
  return Promise.race([answer, late]);
}
