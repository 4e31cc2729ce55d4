/** Statistics against plain counting in JavaScript: any time zone, any bucket, before and after compaction. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newEvent, newProject } from '../../test/support/new-event.ts';
import { createTestWriter, type TestWriter } from '../../test/support/store.ts';
import { createTestDatabase, silentLog, type TestDatabase } from '../../test/support/test-database.ts';
import { LEVELS, type Level } from '../event.ts';
import { systemClock } from '../lib/clock.ts';
import { createCountUpkeep } from './count-upkeep.ts';
import type { NewEvent } from './new-event.ts';
import { createIssueReader } from './issues.ts';
import { createStatsReader, type StatsReader } from './stats.ts';
import { createTagRollUp } from './tag-roll-up.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** Clocks change in Berlin and Lord Howe (by half an hour) a few days around the night of these days. */
const SPRING = Date.UTC(2026, 2, 29);
const AUTUMN = Date.UTC(2026, 9, 25);
const ZONES = [
  'UTC',
  'Europe/Berlin',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'America/New_York',
];

let t: TestDatabase;
let writer: TestWriter;
let now = AUTUMN + 3 * DAY;
const clock = { ...systemClock, now: () => now };
let stats: StatsReader;
beforeAll(async () => {
  t = await createTestDatabase(inject('postgresUrl'));
  writer = createTestWriter(t.db);
  stats = createStatsReader({ db: t.db, clock });
});
afterAll(() => t.drop());

async function filled(seed: number): Promise<{ id: number; events: NewEvent[] }> {
  const project = await newProject(t.db);
  const one = fc.record({
    night: fc.constantFrom(SPRING, AUTUMN),
    offset: fc.integer({ min: -2 * DAY, max: 2 * DAY }),
    level: fc.constantFrom(...LEVELS),
    environment: fc.constantFrom('production', 'dev', null),
    release: fc.constantFrom('1.0', '2.0', null),
    issue: fc.nat({ max: 8 }),
  });
  const events = fc
    .sample(fc.array(one, { minLength: 80, maxLength: 120 }), { numRuns: 1, seed })
    .flat()
    .map(({ night, offset, issue, ...rest }) =>
      newEvent(project.id, `e${issue}`, { ...rest, occurredAt: night + offset, receivedAt: Date.now() }),
    );
  await Promise.all(events.map(async (event) => writer.submit(event)));
  await createTagRollUp({ db: t.db, clock, log: silentLog }).run();
  return { id: project.id, events };
}

function localDay(ms: number, timeZone: string): string {
  return new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short' }).format(ms);
}

describe('statistics', () => {
  it('DB52 days are days of the zone, 23, 24 and 25 hours long, none is missing', async () => {
    const { id, events } = await filled(1);
    for (const timeZone of ZONES)
      for (const night of [SPRING, AUTUMN]) {
        const range = { since: night - 3 * DAY, until: night + 3 * DAY };
        const volume = await stats.volume(id, { ...range, interval: 'day', timeZone, by: 'level' });
        const expected = new Map<string, number>();
        for (let at = range.since; at < range.until; at += HOUR / 2) expected.set(localDay(at, timeZone), 0);
        for (const { occurredAt } of events) {
          const day = localDay(occurredAt, timeZone);
          if (expected.has(day)) expected.set(day, (expected.get(day) ?? 0) + 1);
        }
        const days = volume.starts.map((start) => localDay(Date.parse(start), timeZone));
        expect(days).toEqual([...expected.keys()]);
        expect(Object.fromEntries(days.map((day, i) => [day, volume.total[i]]))).toEqual(
          Object.fromEntries(expected),
        );
      }
  });

  it('DB52 shorter buckets follow each other without a hole and count what happened in them, by anything', async () => {
    const { id, events } = await filled(2);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...ZONES),
        fc.constantFrom(['hour', 60] as const, ['15m', 15] as const),
        fc.constantFrom('level' as const, 'environment' as const, 'release' as const),
        fc.constantFrom(SPRING, AUTUMN),
        fc.integer({ min: -DAY, max: DAY }),
        fc.integer({ min: 1, max: 18 * HOUR }),
        async (timeZone, [interval, minutes], by, night, offset, length) => {
          const since = night + offset;
          const until = since + length;
          const volume = await stats.volume(id, { since, until, interval, timeZone, by });
          const starts = volume.starts.map((start) => Date.parse(start));
          const [first = NaN] = starts;
          expect(first).toBeLessThanOrEqual(since);
          expect(first + minutes * 60_000).toBeGreaterThan(since);
          expect(starts).toEqual(starts.map((_, i) => first + i * minutes * 60_000));
          expect((starts.at(-1) ?? NaN) + minutes * 60_000).toBeGreaterThanOrEqual(until);
          const inside = new Intl.DateTimeFormat('en', { timeZone, minute: 'numeric' }).format(first);
          expect(Number(inside) % minutes).toBe(0);
          // A range ends where it ends, at the precision of what was counted.
          const counted = events.filter(
            (e) => quarterOrMinute(e, by) >= first && quarterOrMinute(e, by) < until,
          );
          const perBucket = starts.map(
            (start) =>
              counted.filter((e) => e.occurredAt >= start && e.occurredAt < start + minutes * 60_000).length,
          );
          if (by !== 'release') expect(volume.total).toEqual(perBucket);
          for (const { name, events: values } of volume.series)
            expect(values).toEqual(
              starts.map(
                (start) =>
                  counted.filter(
                    (e) => e[by] === name && e.occurredAt >= start && e.occurredAt < start + minutes * 60_000,
                  ).length,
              ),
            );
        },
      ),
      { numRuns: 60 },
    );
  });

  it('DB61 the timeline of an issue has the same buckets as the volume of a project with only it', async () => {
    const project = await newProject(t.db);
    const reader = createIssueReader({ db: t.db, clock });
    const minutes = fc.array(fc.integer({ min: 0, max: 100 * 60 }), { minLength: 60, maxLength: 60 });
    const [ago = []] = fc.sample(minutes, { numRuns: 1, seed: 6 });
    let id = '';
    for (const minute of ago) {
      const verdict = await writer.submit(
        newEvent(project.id, 'e', { occurredAt: now - minute * 60_000, receivedAt: now }),
      );
      if (verdict.kind === 'stored') id = verdict.issueId;
    }
    await createTagRollUp({ db: t.db, clock, log: silentLog }).run();
    const intervals = fc.constantFrom(
      ['minute', 36] as const,
      ['5m', 47] as const,
      ['15m', 120] as const,
      ['hour', 120] as const,
      ['day', 240] as const,
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...ZONES),
        intervals,
        fc.nat({ max: 600 }),
        async (timeZone, o, end) => {
          const [interval, hours] = o;
          const until = now + 60_000 - end * 60_000;
          const asked = { since: until - hours * HOUR, until, interval, timeZone };
          const timeline = await reader.issueTimeline(id, asked);
          const volume = await stats.volume(project.id, { ...asked, by: 'level' });
          expect(timeline.interval).toBe(volume.interval);
          expect(timeline.starts).toEqual(volume.starts);
          expect(timeline.events).toHaveLength(timeline.starts.length);
          // Ranges end between two quarters where both count in quarters, not where one knows minutes.
          const last = timeline.events.length - 1;
          expect(timeline.events.slice(0, last)).toEqual(volume.total.slice(0, last));
        },
      ),
      { numRuns: 60 },
    );
    const all = {
      since: now - 5 * DAY,
      until: now + HOUR,
      interval: 'day',
      timeZone: 'Asia/Kolkata',
    } as const;
    const days = await reader.issueTimeline(id, all);
    expect(days.events.reduce((a, b) => a + b, 0)).toBe(60);
    expect((await reader.issueTimeline('0', all)).events.every((n) => n === 0)).toBe(true);
  });

  it('DB53 minutes become quarters of an hour after two days, and nothing else changes', async () => {
    const { id, events } = await filled(3);
    const range = { since: AUTUMN - 2 * DAY, until: AUTUMN + 2 * DAY };
    const ask = async () =>
      Promise.all(
        (['15m', 'hour', 'day'] as const).map((interval) =>
          stats.volume(id, { ...range, interval, timeZone: 'Asia/Kathmandu', by: 'environment' }),
        ),
      );
    const before = await ask();
    const rows = async () =>
      (
        await t.db.query<{ n: number }>('select count(*) as n from project_counts where project_id = $1', [
          id,
        ])
      )[0]?.n;
    const many = await rows();
    await createCountUpkeep({ db: t.db, clock, log: silentLog }).run();
    expect(await ask()).toEqual(before);
    expect(await rows()).toBeLessThanOrEqual(many ?? 0);
    const odd = await t.db.query<{ at: number }>('select at from project_counts where project_id = $1', [id]);
    const old = odd.filter((row) => row.at < now - 2 * DAY - HOUR && row.at > now - 8 * DAY);
    expect(old.length).toBeGreaterThan(10);
    expect(old.every((row) => row.at % (15 * 60_000) === 0)).toBe(true);
    expect(events.length).toBeGreaterThan(0);
    const minute = await stats.volume(id, { ...range, interval: 'minute', timeZone: 'UTC', by: 'level' });
    expect(minute.interval).toBe('15m');
  });

  it('DB52 sums, top issues and releases of a range', async () => {
    const { id, events } = await filled(4);
    const range = { since: AUTUMN - 3 * DAY, until: AUTUMN + 3 * DAY };
    const inside = events.filter((e) => e.occurredAt >= range.since && e.occurredAt < range.until);
    const counted = (of: (e: NewEvent) => string | null): [string | null, number][] => {
      const sums = new Map<string | null, number>();
      for (const event of inside) sums.set(of(event), (sums.get(of(event)) ?? 0) + 1);
      return [...sums].sort((a, b) => b[1] - a[1]);
    };
    const byName = (rows: { name: string | null; events: number }[]) =>
      new Map(rows.map((r) => [r.name, r.events]));
    expect(byName(await stats.sums(id, { ...range, by: 'level', limit: 20 }))).toEqual(
      new Map(counted((e): Level => e.level)),
    );
    expect(byName(await stats.sums(id, { ...range, by: 'environment', limit: 20 }))).toEqual(
      new Map(counted((e) => e.environment)),
    );
    const releases = await stats.releaseSums(id, { ...range, limit: 20 });
    expect(releases.map((r) => r.events)).toEqual(
      counted((e) => e.release)
        .filter(([name]) => name !== null)
        .map(([, n]) => n),
    );
    expect(releases.every((r) => r.first_seen !== null)).toBe(true);
    expect(releases.length).toBeGreaterThan(0);
  });

  it('DB59 top issues of any range of hours, whole days and parts of days alike', async () => {
    const { id, events } = await filled(5);
    const hours = fc.integer({ min: -80, max: 80 });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(SPRING, AUTUMN),
        hours,
        hours,
        fc.integer({ min: 1, max: 4 }),
        async (night, a, b, limit) => {
          const range = { since: night + Math.min(a, b) * HOUR, until: night + Math.max(a, b) * HOUR + 1 };
          // What is counted by the hour is counted whole in the last one.
          const until = Math.ceil(range.until / HOUR) * HOUR;
          const sums = new Map<string, number>();
          for (const { occurredAt, hashes } of events)
            if (occurredAt >= range.since && occurredAt < until)
              sums.set(hashes[0] ?? '', (sums.get(hashes[0] ?? '') ?? 0) + 1);
          const top = await stats.topIssues(id, { ...range, limit });
          expect(top.map((issue) => issue.events)).toEqual(
            [...sums.values()].sort((x, y) => y - x).slice(0, limit),
          );
        },
      ),
      { numRuns: 80 },
    );
    expect(
      await stats.topIssues((await newProject(t.db)).id, { since: SPRING, until: AUTUMN, limit: 3 }),
    ).toEqual([]);
  });

  it('DB60 tags of days: the most frequent first, no more than asked for, the others in the sum', async () => {
    const project = await newProject(t.db);
    const at = (day: number, tags: [string, string][]) =>
      writer.submit(
        newEvent(project.id, 'e', { occurredAt: SPRING + day * DAY, tagsJson: JSON.stringify(tags) }),
      );
    await at(0, [['browser', 'Chrome']]);
    for (const user of ['a', 'b', 'c', 'a'])
      await at(1, [
        ['browser', 'Safari'],
        ['user', user],
      ]);
    await at(2, [['browser', 'Opera']]);
    await createTagRollUp({ db: t.db, clock, log: silentLog }).run();
    const ask = async (days: [number, number], key: string | null = null) =>
      stats.tags(project.id, { since: SPRING + days[0] * DAY, until: SPRING + days[1] * DAY, key, limit: 2 });
    expect(await ask([0, 2])).toEqual([
      {
        key: 'browser',
        events: 5,
        values: [
          { value: 'Safari', events: 4 },
          { value: 'Chrome', events: 1 },
        ],
      },
      {
        key: 'user',
        events: 4,
        values: [
          { value: 'a', events: 2 },
          { value: 'b', events: 1 },
        ],
      },
    ]);
    expect(await ask([2, 3], 'browser')).toEqual([
      { key: 'browser', events: 1, values: [{ value: 'Opera', events: 1 }] },
    ]);
    expect(await ask([3, 9])).toEqual([]);
  });

  it('DB54 environments and releases made anew for each event are counted together beyond the bound', async () => {
    const project = await newProject(t.db);
    const at = Date.now();
    await Promise.all(
      Array.from({ length: 300 }, async (_, i) =>
        writer.submit(newEvent(project.id, 'e', { environment: `e${i}`, release: `r${i}`, receivedAt: at })),
      ),
    );
    const range = { since: at - HOUR, until: at + HOUR, limit: 1_000 };
    const environments = await stats.sums(project.id, { ...range, by: 'environment' });
    expect(environments).toHaveLength(51);
    expect(environments[0]).toEqual({ name: '(other)', events: 250 });
    expect((await stats.releaseSums(project.id, range))[0]).toEqual({
      release: '(other)',
      first_seen: null,
      events: 100,
    });
  });

  it('DB55 health compares the last hour with the median of a week', async () => {
    const project = await newProject(t.db);
    now = Math.floor(Date.now() / HOUR) * HOUR + HOUR / 2;
    const at = (hours: number, count: number, level: Level = 'error') =>
      Array.from({ length: count }, (_, i) =>
        newEvent(project.id, 'e', {
          level,
          occurredAt: now - hours * HOUR - i * 1000,
          receivedAt: now - 60_000,
        }),
      );
    const events = [...at(0.5, 30), ...at(0.2, 5, 'info')];
    // More than half of the 168 hours have two errors each.
    for (let hour = 2; hour < 102; hour++) events.push(...at(hour, 2));
    await Promise.all(events.map(async (event) => writer.submit(event)));
    expect(await stats.health(project.id, 'Asia/Kolkata')).toEqual({
      errors_per_minute: { now: 0.5, median: 2 / 60 },
      crash_free_sessions: null,
      share_dropped: null,
      new_unresolved_today: 0,
      last_event_at: new Date(now - 60_000).toISOString(),
      last_event_age: 60,
    });
    await expect(stats.health(project.id, 'Mars/Base')).rejects.toMatchObject({ code: 'bad_request' });
  });
});

function quarterOrMinute(event: NewEvent, by: 'level' | 'environment' | 'release'): number {
  const step = by === 'release' ? 15 * 60_000 : 60_000;
  return Math.floor(event.occurredAt / step) * step;
}
