/**
 * Retention as a part of the server: on one node at a time, once an hour, in small steps until it is told to stop; and
 * the disk budget, looked at every minute. Lines in the log and metrics tell what was removed, and what soon will be.
 */
import { createLease } from './leases.ts';
import { pauseFor } from '../lib/pause.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Database } from './database.ts';
import { dayOf } from './partitions.ts';
import { keepBudget, measureDisk, type BudgetState } from './disk-budget.ts';
import { runRetention, type Pace } from './retention.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Between two steps, for everybody else. */
const BREATH_MS = 10;

export interface RetentionJob {
  start: () => Promise<void>;
  stop: () => Promise<void>;
}

export function createRetentionJob(o: {
  db: Database;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  defaultDays: number;
  logDays: number;
  /** null: as much as there is. */
  budgetBytes: number | null;
}): RetentionJob {
  const { clock, log, metrics } = o;
  let sweptDay: string | null = null;
  let told: BudgetState = 'ok';

  async function run(pace: Pace): Promise<void> {
    const startedAt = clock.monotonic();
    const nowMs = clock.now();
    const today = dayOf(nowMs);
    try {
      const report = await runRetention({ ...o, nowMs, sweep: sweptDay !== today, pace });
      if (report.done) sweptDay = today;
      for (const [table, rows] of Object.entries(report.rows)) metrics.retentionRows.inc({ table }, rows);
      metrics.retentionDays.inc({ reason: 'retention' }, report.droppedDays.length);
      metrics.retentionRuns.inc({ result: report.done ? 'done' : 'stopped' });
      log.info({ ...report, ms: Math.round(clock.monotonic() - startedAt) }, 'retention');
    } catch (error) {
      metrics.retentionRuns.inc({ result: 'failed' });
      log.warn({ err: error }, 'retention failed; it goes on in an hour');
    }
    metrics.retentionSeconds.observe((clock.monotonic() - startedAt) / 1_000);
  }

  async function look(budgetBytes: number, pace: Pace): Promise<void> {
    try {
      const measure = async () => {
        const { databaseBytes, walBytes } = await measureDisk(o.db);
        return databaseBytes + (walBytes ?? 0);
      };
      const report = await keepBudget({ db: o.db, nowMs: clock.now(), budgetBytes, pace, measure });
      metrics.diskUsedBytes.set(report.usedBytes);
      metrics.retentionDays.inc({ reason: 'budget' }, report.droppedDays.length);
      if (report.droppedDays.length > 0)
        log.warn({ ...report, budgetBytes }, 'days of events were dropped to keep MESHER_DISK_BUDGET');
      if (report.state !== told) tell(report.state, { usedBytes: report.usedBytes, budgetBytes });
      told = report.state;
    } catch (error) {
      log.warn({ err: error }, 'the disk budget could not be looked at');
    }
  }

  function tell(state: BudgetState, facts: object): void {
    switch (state) {
      case 'near':
        log.warn(facts, '80 % of MESHER_DISK_BUDGET are used; at 95 % the oldest days of events go');
        return;
      case 'over':
        log.error(
          facts,
          'MESHER_DISK_BUDGET is exceeded and only today is left to drop: raise it, lower rate limits or remove projects',
        );
        return;
      case 'ok':
      case 'unlimited':
        log.info(facts, 'MESHER_DISK_BUDGET has room again');
    }
  }

  const lease = createLease({
    ...o,
    name: 'retention',
    async work(signal) {
      const pace: Pace = { signal, pause: () => pauseFor(clock, BREATH_MS, signal) };
      let next = clock.monotonic();
      while (!signal.aborted) {
        if (clock.monotonic() >= next) {
          next = clock.monotonic() + HOUR_MS;
          await run(pace);
        }
        if (o.budgetBytes !== null) await look(o.budgetBytes, pace);
        await pauseFor(clock, MINUTE_MS, signal);
      }
    },
  });
  return { start: lease.start, stop: lease.stop };
}
