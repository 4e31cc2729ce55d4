/**
 * What happens to archived issues by itself: a date comes, or many more events than usual. Looked at every minute by one
 * node at a time; what it does is a command like a person's, in the same lock order, told and logged.
 */
import type { Clock, Timer } from '../lib/clock.ts';
import type { Logger } from '../log.ts';
import type { Change } from '../protocol/change.ts';
import { commandTransaction } from './command-transaction.ts';
import type { Database, Transaction } from './database.ts';
import { escalationThreshold } from './issue-condition.ts';
import { PRIORITIES, type IssueRow } from './issue-state.ts';
import { logIssueSteps } from './log-issue-steps.ts';
import { insertActivity, type NewActivity } from './sql/insert-activity.ts';
import { lockIssues } from './sql/lock-issues.ts';
import { selectBusyIssues, selectDueIssues, selectHoursOf } from './sql/select-waiting-issues.ts';
import { updateIssueFields } from './sql/update-issue-fields.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const WINDOW_HOURS = 168;
/** No hour with fewer events is a spike. */
const LEAST = 10;
/** A transaction stays short; the rest waits a minute. */
const AT_ONCE = 200;
/** Advisory lock of this part, held for a transaction. */
const LOCK = 7_002;

export interface IssueTimers {
  start: () => Promise<void>;
  stop: () => Promise<void>;
  /** One look; resolves with how many issues came back. */
  run: () => Promise<number>;
}

interface Return {
  action: 'escalated' | 'unresolved';
  before: IssueRow;
  after: IssueRow;
  data: NewActivity['data'];
}

export function createIssueTimers(o: {
  db: Database;
  clock: Clock;
  log: Logger;
  onCommitted: (changes: Change[]) => void;
}): IssueTimers {
  let timer: Timer | undefined;
  let running: Promise<unknown> = Promise.resolve();

  async function run(): Promise<number> {
    const { returned } = await commandTransaction(o, async (tx) => {
      const [lock] = await tx.query<{ taken: boolean }>('select pg_try_advisory_xact_lock($1) as taken', [
        LOCK,
      ]);
      return lock?.taken === true ? bringBack(tx, o.clock.now()) : { returned: 0, changes: [] };
    });
    return returned;
  }

  return {
    run,
    async start() {
      timer = o.clock.every(MINUTE_MS, () => {
        running = running
          .then(run)
          .catch((error: unknown) => o.log.warn({ err: error }, 'issue timers failed'));
      });
    },
    async stop() {
      timer?.cancel();
      await running;
    },
  };
}

async function bringBack(tx: Transaction, nowMs: number): Promise<{ returned: number; changes: Change[] }> {
  const hour = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  // The last hour too: its end may have come after the last look.
  const hours = [hour - HOUR_MS, hour];
  const due = await selectDueIssues(tx, nowMs, AT_ONCE);
  const busy = await selectBusyIssues(tx, hours, LEAST, AT_ONCE);
  if (due.length + busy.length === 0) return { returned: 0, changes: [] };
  const rows = await lockIssues(tx, [...due, ...busy]);
  const counts = await selectHoursOf(tx, busy, hour - (WINDOW_HOURS + 1) * HOUR_MS, hour);
  const steps = rows.flatMap((row) => decide(row, counts.get(row.id), hours, nowMs) ?? []);
  if (steps.length === 0) return { returned: 0, changes: [] };
  await updateIssueFields(
    tx,
    steps.map((step) => step.after),
    nowMs,
  );
  await insertActivity(
    tx,
    steps.map(({ action, after, data }) => ({
      projectId: after.project_id,
      issueId: after.id,
      kind: action,
      by: null,
      at: nowMs,
      data,
    })),
  );
  return { returned: steps.length, changes: await logIssueSteps(tx, steps, null, nowMs) };
}

/** Under the lock: null when a person was faster, or there is no spike. */
function decide(
  row: IssueRow,
  counts: ReadonlyMap<number, number> | undefined,
  hours: readonly number[],
  nowMs: number,
): Return | null {
  const { condition } = row;
  if (row.status !== 2 || condition === null) return null;
  const back = { ...row, status: 0, condition: null, rev: row.rev + 1 };
  if (condition.kind === 'date')
    return condition.until <= nowMs
      ? { action: 'unresolved', before: row, after: back, data: { until: 'date' } }
      : null;
  if (condition.kind !== 'escalating' || !counts) return null;
  for (const hour of hours) {
    // What came before it was archived is what the person wanted to be rid of.
    if (hour < condition.hour) continue;
    const events = (counts.get(hour) ?? 0) - (hour === condition.hour ? condition.seen : 0);
    const threshold = escalationThreshold(counts, hour, row.first_seen);
    if (events <= threshold) continue;
    const priority = row.priority_by_user ? row.priority : PRIORITIES.indexOf('high');
    return {
      action: 'escalated',
      before: row,
      after: { ...back, priority },
      data: { events, threshold: Math.round(threshold) },
    };
  }
  return null;
}
