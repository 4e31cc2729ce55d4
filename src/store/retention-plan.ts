/**
 * What is too old. In: what is stored by day, and how long each project keeps it. Out: days that go whole, because no
 * project wants them any more, and days of which single projects' events go. Pure.
 */
import { dayOf } from './partitions.ts';
import type { Cutoffs, Swept } from './sql/sweep-table.ts';

type Life = Swept['life'];

const DAY_MS = 86_400_000;
/** Hourly numbers last as long as the events, but at least a year and a month: this month against the last year's. */
const COUNTER_DAYS = 400;
/** The longest range that a chart of an issue or the tags of a project can have. */
const CHART_DAYS = 90;
/** Two days of which minutes are shown, at any hour of the day. */
const MINUTE_DAYS = 3;

export interface Retention {
  /** Of the projects that have a setting of their own. */
  readonly daysOf: ReadonlyMap<number, number>;
  readonly defaultDays: number;
}

export interface RetentionPlan {
  readonly drop: readonly string[];
  readonly clear: readonly { day: string; projectId: number }[];
}

/** The first day whose events are kept: today and `days` days before it. */
export function firstKeptDay(nowMs: number, days: number): string {
  return dayOf(nowMs - days * DAY_MS);
}

export function planRetention(o: {
  nowMs: number;
  retention: Retention;
  /** Days that have a partition. */
  partitions: readonly string[];
  /** Who has events on which day. */
  stored: readonly { day: string; project_id: number }[];
}): RetentionPlan {
  const drop: string[] = [];
  const clear: RetentionPlan['clear'][number][] = [];
  const owners = Map.groupBy(o.stored, (row) => row.day);
  // Into a day that is over for everybody something may still be written by a batch on its way.
  const newest = firstKeptDay(o.nowMs, 1);
  for (const day of o.partitions) {
    if (day >= newest) continue;
    const rows = owners.get(day) ?? [];
    const expired = rows.filter(({ project_id: id }) => {
      const days = o.retention.daysOf.get(id) ?? o.retention.defaultDays;
      return day < firstKeptDay(o.nowMs, days);
    });
    if (expired.length === rows.length) drop.push(day);
    else clear.push(...expired.map((row) => ({ day, projectId: row.project_id })));
  }
  return { drop, clear };
}

/** Days, of those that events are kept. */
const DAYS_OF: Readonly<Record<Life, (days: number) => number>> = {
  events: (days) => days,
  counters: (days) => Math.max(days, COUNTER_DAYS),
  charts: (days) => Math.max(days, CHART_DAYS),
  minutes: () => MINUTE_DAYS,
};

/** For tables without partitions. */
export function cutoffsOf(nowMs: number, retention: Retention, life: Life): Cutoffs {
  const first = (days: number) => firstKeptDay(nowMs, DAYS_OF[life](days));
  return {
    projectIds: [...retention.daysOf.keys()],
    days: [...retention.daysOf.values()].map(first),
    otherwise: first(retention.defaultDays),
  };
}
