/**
 * Retention as a part of the server: on one node at a time, once an hour, in small steps until it is told to stop. A
 * line in the log and metrics tell what a run removed.
 */
import { createLease } from './leases.ts';
import { pauseFor } from '../lib/pause.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Database } from './database.ts';
import { dayOf } from './partitions.ts';
import { runRetention, type Pace } from './retention.ts';

const HOUR_MS = 3_600_000;
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
}): RetentionJob {
  const { clock, log, metrics } = o;
  let sweptDay: string | null = null;

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

  const lease = createLease({
    ...o,
    name: 'retention',
    async work(signal) {
      const pace: Pace = { signal, pause: () => pauseFor(clock, BREATH_MS, signal) };
      while (!signal.aborted) {
        await run(pace);
        await pauseFor(clock, HOUR_MS, signal);
      }
    },
  });
  return { start: lease.start, stop: lease.stop };
}
