/** Numbers of a project from what batches counted: volume over time, sums of a range, health. Times in epoch ms. */
import { MesherError } from '../errors.ts';
import type { Clock } from '../lib/clock.ts';
import type {
  Health,
  Interval,
  NamedSum,
  OutcomeRow,
  ReleaseSum,
  TagSums,
  TopIssue,
  Volume,
} from '../protocol/rest.ts';
import type { Database } from './database.ts';
import { isoTime, isoTimeOrNull, levelName } from './issue-state.ts';
import { toIssue } from './issues.ts';
import { sqlStateOf } from './sql-error.ts';
import {
  selectBuckets,
  selectBucketStarts,
  selectSums,
  type BucketRange,
  type Dimension,
} from './sql/select-buckets.ts';
import { selectHealth } from './sql/select-health.ts';
import { selectOutcomes } from './sql/select-outcomes.ts';
import { selectReleaseTimes } from './sql/release-times.ts';
import { selectSameHours } from './sql/select-same-hours.ts';
import { selectTagSums } from './sql/select-tag-sums.ts';
import { selectTopIssues } from './sql/select-top-issues.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MINUTES: Readonly<Record<Interval, number>> = { minute: 1, '5m': 5, '15m': 15, hour: 60, day: 1440 };
/** Older minutes have become quarters of an hour (count-upkeep.ts). */
export const MINUTES_KEPT_MS = 48 * HOUR_MS;
const MAX_BUCKETS = 2_200;
const MAX_SERIES = 20;
/** Looked at for the issues with the most events of a range, more only when these do not decide it. */
const CANDIDATES = 300;

interface Range {
  since: number;
  until: number;
}

export interface StatsReader {
  volume: (
    projectId: number,
    o: Range & { interval: Interval; timeZone: string; by: Dimension },
  ) => Promise<Volume>;
  sums: (projectId: number, o: Range & { by: 'level' | 'environment'; limit: number }) => Promise<NamedSum[]>;
  releaseSums: (projectId: number, o: Range & { limit: number }) => Promise<ReleaseSum[]>;
  topIssues: (projectId: number, o: Range & { limit: number }) => Promise<TopIssue[]>;
  tags: (projectId: number, o: Range & { key: string | null; limit: number }) => Promise<TagSums[]>;
  health: (projectId: number, timeZone: string) => Promise<Health>;
  /** Events in the hour of `hourMs` on each of the seven days before. */
  sameHours: (projectId: number, hourMs: number) => Promise<number[]>;
  outcomeRows: (projectId: number, o: Range) => Promise<OutcomeRow[]>;
}

export function createStatsReader({ db, clock }: { db: Database; clock: Pick<Clock, 'now'> }): StatsReader {
  return {
    async volume(projectId, { interval: asked, by, ...range }) {
      const interval = finest(asked, range.since, clock.now());
      const minutes = MINUTES[interval];
      if ((range.until - range.since) / (minutes * MINUTE_MS) > MAX_BUCKETS)
        throw new MesherError('bad_request', `interval: more than ${MAX_BUCKETS} buckets.`, {
          path: 'interval',
          hint: 'Ask for a shorter range or a longer interval.',
        });
      return inZone(async () => countInBuckets(db, projectId, { ...range, minutes }, { interval, by }));
    },
    async sums(projectId, o) {
      const rows = await selectSums(db, projectId, o);
      return rows.map(({ name, events }) => ({ name: nameOf(o.by, name), events }));
    },
    async releaseSums(projectId, o) {
      const rows = await selectSums(db, projectId, { ...o, by: 'release' });
      const known = await selectReleaseTimes(
        db,
        rows.map(({ name }) => ({ projectId, release: name })),
      );
      const firstSeen = new Map(known.map((one) => [one.release, one.firstSeen]));
      return rows.map(({ name, events }) => ({
        release: name,
        first_seen: isoTimeOrNull(firstSeen.get(name) ?? null),
        events,
      }));
    },
    async topIssues(projectId, { since, until, limit }) {
      // Hours are what issues are counted in.
      const range = { since: Math.floor(since / HOUR_MS) * HOUR_MS, until };
      for (let candidates = CANDIDATES; ; candidates *= 8) {
        const { top, bound } = await selectTopIssues(db, projectId, { ...range, candidates, limit });
        const least = top.length === limit ? (top.at(-1)?.events ?? 0) : 0;
        if (bound === null || bound <= least)
          return top.map((row) => ({ ...toIssue(row), events: row.events }));
      }
    },
    async tags(projectId, { limit, ...o }) {
      const tags: TagSums[] = [];
      for (const row of await selectTagSums(db, projectId, { ...o, values: limit })) {
        let tag = tags.at(-1);
        if (tag?.key !== row.key) tags.push((tag = { key: row.key, events: row.total, values: [] }));
        tag.values.push({ value: row.value, events: row.events });
      }
      return tags;
    },
    async health(projectId, timeZone) {
      const now = clock.now();
      const row = await inZone(() => selectHealth(db, projectId, now, timeZone));
      return {
        errors_per_minute: { now: row.errors_hour / 60, median: row.median_hour / 60 },
        crash_free_sessions: shareLeft(row.crashed_day, row.sessions_day),
        share_dropped: row.received_day === 0 ? null : row.dropped_day / row.received_day,
        new_unresolved_today: row.new_unresolved,
        last_event_at: isoTimeOrNull(row.last_event),
        last_event_age: row.last_event === null ? null : Math.max(0, now - row.last_event) / 1000,
      };
    },
    sameHours: (projectId, hourMs) => selectSameHours(db, projectId, hourMs),
    outcomeRows: (projectId, { since, until }) => selectOutcomes(db, projectId, since, until),
  };
}

async function countInBuckets(
  db: Database,
  projectId: number,
  range: BucketRange,
  { interval, by }: { interval: Interval; by: Dimension },
): Promise<Volume> {
  const starts = await selectBucketStarts(db, range);
  const [first] = starts;
  const volume: Volume = {
    interval,
    time_zone: range.timeZone,
    starts: starts.map(isoTime),
    total: starts.map(() => 0),
    by,
    series: [],
  };
  if (first === undefined) return volume;
  const index = new Map(starts.map((start, i) => [start, i]));
  const byName = new Map<string, number[]>();
  for (const { start, name, events } of await selectBuckets(db, projectId, { ...range, first, by })) {
    const i = index.get(start);
    if (i === undefined) continue;
    volume.total[i] = (volume.total[i] ?? 0) + events;
    let buckets = byName.get(name);
    if (!buckets) byName.set(name, (buckets = starts.map(() => 0)));
    buckets[i] = (buckets[i] ?? 0) + events;
  }
  volume.series = [...byName]
    .map(([name, events]) => ({ name: nameOf(by, name), sum: events.reduce((a, b) => a + b, 0), events }))
    .sort((a, b) => b.sum - a.sum)
    .slice(0, MAX_SERIES);
  return volume;
}

function finest(asked: Interval, since: number, now: number): Interval {
  return MINUTES[asked] < 15 && since < now - MINUTES_KEPT_MS ? '15m' : asked;
}

function nameOf(by: Dimension, name: string): string | null {
  if (by === 'level') return levelName(Number(name));
  return name === '' ? null : name;
}

function shareLeft(bad: number, all: number): number | null {
  return all === 0 ? null : 1 - Math.min(bad, all) / all;
}

/** JavaScript has accepted the zone; the database has a list of its own. */
async function inZone<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (sqlStateOf(error) !== '22023') throw error;
    throw new MesherError('bad_request', 'time_zone: not known to the database.', { path: 'time_zone' });
  }
}
