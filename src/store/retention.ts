/**
 * Removes what is too old, in steps of a few milliseconds with a pause after each: days whose time is over for all
 * projects as whole partitions, everything else row by row. It waits for nobody's locks and holds none that writers
 * need; cut off anywhere, the next run goes on where it stopped.
 */
import type { Database } from './database.ts';
import { dropDay, dropOldLogPartitions, listDays } from './partitions.ts';
import { cutoffsOf, firstKeptDay, planRetention, type Retention } from './retention-plan.ts';
import { deleteOldAttachments } from './sql/delete-attachments.ts';
import { deleteEventsOfDay, forgetDay, forgetDayOf } from './sql/delete-events-of-day.ts';
import { selectRetention, selectStoredDays } from './sql/select-retention.ts';
import { leavesOf, SWEPT, sweepBlocks } from './sql/sweep-table.ts';

const EVENTS_A_STEP = 500;
const ATTACHMENTS_A_STEP = 5;
/** 2 MB. */
const BLOCKS_A_STEP = 256;

export interface RetentionReport {
  droppedDays: string[];
  /** By table. */
  rows: Record<string, number>;
  /** false: it was told to stop before it was done. */
  done: boolean;
}

/** What a run needs: whether to go on, and a breath between two steps. */
export interface Pace {
  readonly signal: AbortSignal;
  readonly pause: () => Promise<void>;
}

export interface RetentionOptions {
  db: Database;
  nowMs: number;
  defaultDays: number;
  logDays: number;
  /** Also the tables without partitions: once a day is enough, for they are read whole. */
  sweep: boolean;
  pace: Pace;
}

export async function runRetention(o: RetentionOptions): Promise<RetentionReport> {
  const { db, nowMs, pace } = o;
  const report: RetentionReport = { droppedDays: [], rows: {}, done: false };
  const settings = await selectRetention(db);
  const retention: Retention = {
    defaultDays: o.defaultDays,
    daysOf: new Map(settings.flatMap(({ id, days }) => (days === null ? [] : [[id, days] as const]))),
  };

  await dropOldLogPartitions(db, nowMs, o.logDays);
  const plan = planRetention({
    nowMs,
    retention,
    partitions: await listDays(db, 'events'),
    stored: await selectStoredDays(db),
  });
  for (const day of plan.drop) {
    if (pace.signal.aborted) return report;
    await dropEventsDay(db, day);
    report.droppedDays.push(day);
    await pace.pause();
  }
  for (const key of plan.clear) {
    const step = () => deleteEventsOfDay(db, key, EVENTS_A_STEP);
    if (!(await repeat(step, pace, (n) => count(report, 'events', n)))) return report;
    await forgetDayOf(db, key);
  }
  for (const { id, days } of settings) {
    const day = firstKeptDay(nowMs, days ?? o.defaultDays);
    if (!(await removeAttachments(db, id, day, pace, (n) => count(report, 'attachments', n)))) return report;
  }
  if (o.sweep && !(await sweepAll(o, retention, report))) return report;
  return { ...report, done: true };
}

/** The day's events of all projects. */
export async function dropEventsDay(db: Database, day: string): Promise<void> {
  await dropDay(db, 'events', day);
  await forgetDay(db, day);
}

/** Those received before `day`; false when it was told to stop. */
export function removeAttachments(
  db: Database,
  projectId: number,
  day: string,
  pace: Pace,
  removed: (rows: number) => void,
): Promise<boolean> {
  return repeat(() => deleteOldAttachments(db, { projectId, day, limit: ATTACHMENTS_A_STEP }), pace, removed);
}

async function sweepAll(
  o: RetentionOptions,
  retention: Retention,
  report: RetentionReport,
): Promise<boolean> {
  for (const swept of SWEPT) {
    const cutoffs = cutoffsOf(o.nowMs, retention, swept.life);
    for (const { name, blocks } of await leavesOf(o.db, swept.table)) {
      for (let from = 0; from < blocks; from += BLOCKS_A_STEP) {
        if (o.pace.signal.aborted) return false;
        const part = { swept, leaf: name, from, to: from + BLOCKS_A_STEP, cutoffs };
        count(report, swept.table, await sweepBlocks(o.db, part));
        await o.pace.pause();
      }
    }
  }
  return true;
}

/** Until a step removes nothing; false when it was told to stop. */
async function repeat(
  step: () => Promise<number>,
  pace: Pace,
  removed: (rows: number) => void,
): Promise<boolean> {
  for (;;) {
    if (pace.signal.aborted) return false;
    const rows = await step();
    removed(rows);
    if (rows === 0) return true;
    await pace.pause();
  }
}

function count(report: RetentionReport, table: string, rows: number): void {
  if (rows > 0) report.rows[table] = (report.rows[table] ?? 0) + rows;
}
