/**
 * Keeps the database under a budget: when it is nearly used up, the oldest day of events goes, of all projects alike,
 * with the attachments of that time, until there is room again. Today stays: ingestion is never refused for the budget.
 */
import type { Database, Queryable } from './database.ts';
import { dayOf, listDays } from './partitions.ts';
import { dropEventsDay, removeAttachments, type Pace } from './retention.ts';
import { selectRetention } from './sql/select-retention.ts';
import { selectDatabaseBytes, selectWalBytes } from './sql/select-storage.ts';
import { sqlStateOf } from './sql-error.ts';

const DAY_MS = 86_400_000;
/** From here on it is announced. */
const NEAR = 0.8;
/** From here on days go, until this much is used at most: between two looks a minute of ingestion comes in. */
const FULL = 0.95;
const ROOM = 0.9;

/** `near`: announced. `over`: nothing older than today is left, and it is still not enough. */
export type BudgetState = 'unlimited' | 'ok' | 'near' | 'over';

export interface DiskUse {
  databaseBytes: number;
  /** null: this database user may not see it (pg_monitor). */
  walBytes: number | null;
}

export interface BudgetReport {
  state: BudgetState;
  usedBytes: number;
  droppedDays: string[];
}

export async function measureDisk(db: Queryable): Promise<DiskUse> {
  const databaseBytes = await selectDatabaseBytes(db);
  const walBytes = await selectWalBytes(db).catch((error: unknown) => {
    if (sqlStateOf(error) === '42501') return null;
    throw error;
  });
  return { databaseBytes, walBytes };
}

export function budgetState(usedBytes: number, budgetBytes: number | null): BudgetState {
  if (budgetBytes === null) return 'unlimited';
  if (usedBytes > budgetBytes) return 'over';
  return usedBytes >= NEAR * budgetBytes ? 'near' : 'ok';
}

export async function keepBudget(o: {
  db: Database;
  nowMs: number;
  budgetBytes: number;
  pace: Pace;
  /** Bytes in use. */
  measure: () => Promise<number>;
}): Promise<BudgetReport> {
  const { db, budgetBytes, pace } = o;
  const droppedDays: string[] = [];
  let usedBytes = await o.measure();
  if (usedBytes > FULL * budgetBytes) {
    const today = dayOf(o.nowMs);
    const projects = await selectRetention(db);
    for (const day of await listDays(db, 'events')) {
      if (day >= today || usedBytes <= ROOM * budgetBytes || pace.signal.aborted) break;
      await dropEventsDay(db, day);
      const next = dayOf(Date.parse(day) + DAY_MS);
      for (const { id } of projects) await removeAttachments(db, id, next, pace, () => undefined);
      droppedDays.push(day);
      usedBytes = await o.measure();
      await pace.pause();
    }
  }
  return { state: budgetState(usedBytes, budgetBytes), usedBytes, droppedDays };
}
