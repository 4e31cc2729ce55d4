/**
 * A year of a small instance on a test clock, under a budget that bites, with a writer that goes on all the time: what is
 * kept is what was promised, numbers and summaries are right, the disk stays under its budget, nobody waits for retention.
 */
import { randomBytes } from 'node:crypto';
import { expect, inject, it } from 'vitest';
import { newEvent, newProject } from '../../test/support/new-event.ts';
import { createTestWriter } from '../../test/support/store.ts';
import { createTestDatabase } from '../../test/support/test-database.ts';
import { systemClock } from '../lib/clock.ts';
import { keepBudget } from './disk-budget.ts';
import { dayOf } from './partitions.ts';
import { createProjectStore } from './projects.ts';
import { runRetention, type Pace } from './retention.ts';
import { selectDatabaseBytes } from './sql/select-storage.ts';

const DAY = 86_400_000;
const START = Date.UTC(2031, 0, 1, 12);
const DAYS = 365;
const RETENTION = [5, 20, 60];
const EVENTS_A_DAY = 4;
const PAYLOAD_BYTES = 20_000;

it(
  'DB39 DB41 a year: kept as promised, counted right, under the budget, and no writer waits',
  { timeout: 400_000 },
  async () => {
    const t = await createTestDatabase(inject('postgresUrl'));
    let now = START;
    const clock = { ...systemClock, now: () => now };
    const nodes = { writer: t.connect(), retention: t.connect() };
    const writer = createTestWriter(nodes.writer, { clock });
    const projects = [];
    for (const days of RETENTION) projects.push(await newProject(t.db, `Keeps ${days} days`));
    for (const [i, days] of RETENTION.entries())
      await createProjectStore(t.db).saveSettings(projects[i]?.id ?? 0, { retentionDays: days });

    const pace: Pace = {
      signal: new AbortController().signal,
      pause: () => new Promise((resolve) => setImmediate(resolve)),
    };
    const measure = () => selectDatabaseBytes(t.db);
    /** Room for about thirty days of all three projects. */
    const budgetBytes = (await measure()) + 30 * RETENTION.length * EVENTS_A_DAY * (PAYLOAD_BYTES + 3_000);
    const waits: unknown[] = [];
    let going = true;
    const watch = (async () => {
      while (going)
        waits.push(
          ...(await t.db.query(
            `select w.pid, w.query, b.query as holder from pg_stat_activity w
             cross join lateral unnest(pg_blocking_pids(w.pid)) as blocker
             join pg_stat_activity b on b.pid = blocker
             where w.datname = current_database() and w.wait_event_type = 'Lock'
               and w.query not like 'alter table%' and w.query not like 'drop table%'
               and clock_timestamp() - w.query_start > interval '50 ms'`,
          )),
        );
    })();

    let dropped = 0;
    let highest = 0;
    let stored = 0;
    for (let day = 0; day < DAYS; day++) {
      now = START + day * DAY;
      const events = projects.flatMap(({ id }) =>
        Array.from({ length: EVENTS_A_DAY }, (_, i) =>
          newEvent(id, `e${i % 2}`, {
            receivedAt: now,
            payload: randomBytes(PAYLOAD_BYTES),
            userIdent: `u${day}`,
          }),
        ),
      );
      // At the same time, as in life.
      const [verdicts] = await Promise.all([
        Promise.all(events.map((event) => writer.submit(event))),
        runRetention({
          db: nodes.retention,
          nowMs: now,
          defaultDays: 90,
          logDays: 7,
          sweep: day % 30 === 0,
          pace,
        }),
      ]);
      stored += verdicts.filter(({ kind }) => kind === 'stored').length;
      // What autovacuum does meanwhile, for whom a year has not half a minute.
      if (day % 5 === 0) await t.db.execute('vacuum');
      const report = await keepBudget({ db: nodes.retention, nowMs: now, budgetBytes, pace, measure });
      dropped += report.droppedDays.length;
      highest = Math.max(highest, report.usedBytes);
      expect(report.state, dayOf(now)).not.toBe('over');
    }
    going = false;
    await watch;
    expect(waits).toEqual([]);
    expect(stored).toBe(DAYS * RETENTION.length * EVENTS_A_DAY);
    expect(highest).toBeLessThanOrEqual(budgetBytes);
    expect(dropped).toBeGreaterThan(100);

    // Whoever keeps only five days lost none of them to the budget.
    for (const [i, days] of RETENTION.entries()) {
      const id = projects[i]?.id ?? 0;
      const kept = await t.db.query<{ day: string; events: number; bytes: number }>(
        `select day, count(*) as events, sum(octet_length(payload)) as bytes from events
         where project_id = $1 group by 1 order by 1`,
        [id],
      );
      expect(kept.at(-1)?.day).toBe(dayOf(now));
      expect(kept[0]?.day ?? '').toSatisfy((day: string) => day >= dayOf(now - days * DAY));
      expect(kept.every(({ events }) => events === EVENTS_A_DAY)).toBe(true);
      if (days === 5) expect(kept).toHaveLength(6);
      // The days without a gap.
      expect(kept.map(({ day }) => day)).toEqual(
        kept.map((_, at) => dayOf(now - (kept.length - 1 - at) * DAY)),
      );
      expect(
        await t.db.query('select day, events, bytes from event_days where project_id = $1 order by 1', [id]),
      ).toEqual(kept);
      expect(
        await t.db.query(
          `select event_count, user_count, first_seen, last_seen from issues where project_id = $1 order by id`,
          [id],
        ),
      ).toEqual(
        [0, 1].map(() => ({
          event_count: (DAYS * EVENTS_A_DAY) / 2,
          user_count: DAYS,
          first_seen: START,
          last_seen: now,
        })),
      );
      expect(
        await t.db.query(
          'select count(distinct at::date) as days, sum(events) as events from project_counts where project_id = $1',
          [id],
        ),
      ).toEqual([{ days: DAYS, events: DAYS * EVENTS_A_DAY }]);
    }
    await t.drop();
  },
);
