/** Numbers of a project from what batches counted: volume over time, sums of a range, health. Times in epoch ms. */
import type { Clock } from '../lib/clock.ts';
import type {
  Health,
  NamedSum,
  OutcomeRow,
  ReleaseSum,
  TagSums,
  TopIssue,
  Volume,
} from '../protocol/rest.ts';
import { bucketsOf, inZone, type BucketRequest } from './buckets.ts';
import { compareText } from './compare-text.ts';
import type { Database } from './database.ts';
import { isoTime, isoTimeOrNull, levelName } from './issue-state.ts';
import { toIssue } from './issues.ts';
import { dayOf } from './partitions.ts';
import { selectBuckets, selectSums, type Dimension } from './sql/select-buckets.ts';
import { selectHealth } from './sql/select-health.ts';
import { selectOutcomes } from './sql/select-outcomes.ts';
import { selectReleaseTimes } from './sql/release-times.ts';
import { selectSameHours } from './sql/select-same-hours.ts';
import { selectTagsOfDays } from './sql/project-tags.ts';
import { selectTopIssues } from './sql/select-top-issues.ts';
import { summarizeTags } from './tag-counts.ts';

const HOUR_MS = 3_600_000;
const MAX_SERIES = 20;
/** Times what is asked for are looked at for the issues with the most events of a range, more when these do not decide it. */
const CANDIDATES = 3;

interface Range {
  since: number;
  until: number;
}

export interface StatsReader {
  volume: (projectId: number, o: BucketRequest & { by: Dimension }) => Promise<Volume>;
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
    async volume(projectId, { by, ...asked }) {
      const { interval, starts, fill, range } = await bucketsOf(db, asked, clock.now());
      const rows = range ? await selectBuckets(db, projectId, { ...range, by }) : [];
      const total = starts.map(() => 0);
      fill(rows, () => total);
      const byName = new Map<string, number[]>();
      fill(rows, ({ name }) => {
        const known = byName.get(name) ?? starts.map(() => 0);
        byName.set(name, known);
        return known;
      });
      const series = [...byName].map(([name, events]) => ({
        name: nameOf(by, name),
        sum: events.reduce((a, b) => a + b, 0),
        events,
      }));
      series.sort((a, b) => b.sum - a.sum);
      return {
        interval,
        time_zone: asked.timeZone,
        starts: starts.map(isoTime),
        total,
        by,
        series: series.slice(0, MAX_SERIES),
      };
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
      for (let candidates = CANDIDATES * limit; ; candidates *= 8) {
        const { top, bound } = await selectTopIssues(db, projectId, { ...range, candidates, limit });
        const least = top.length === limit ? (top.at(-1)?.events ?? 0) : 0;
        if (bound === null || bound <= least)
          return top.map((row) => ({ ...toIssue(row), events: row.events }));
      }
    },
    async tags(projectId, { since, until, key, limit }) {
      const days = { first: dayOf(since), last: dayOf(Math.max(since, until - 1)) };
      return summarizeTags(await selectTagsOfDays(db, projectId, days), limit)
        .filter((tag) => key === null || tag.key === key)
        .map(({ other, ...tag }): TagSums => ({
          key: tag.key,
          events: tag.values.reduce((sum, { count }) => sum + count, other),
          values: tag.values.map(({ value, count }) => ({ value, events: count })),
        }))
        .sort((a, b) => b.events - a.events || compareText(a.key, b.key));
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

function nameOf(by: Dimension, name: string): string | null {
  if (by === 'level') return levelName(Number(name));
  return name === '' ? null : name;
}

function shareLeft(bad: number, all: number): number | null {
  return all === 0 ? null : 1 - Math.min(bad, all) / all;
}
