/**
 * Buckets of time that charts count in: every bucket of a range in a time zone, empty ones included, and what is counted
 * put into them. For the volume of a project and the timeline of an issue alike. Times in epoch ms.
 */
import { MesherError } from '../errors.ts';
import type { Interval } from '../protocol/rest.ts';
import type { Database } from './database.ts';
import { sqlStateOf } from './sql-error.ts';
import { selectBucketStarts, type CountedRange } from './sql/select-buckets.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MINUTES: Readonly<Record<Interval, number>> = { minute: 1, '5m': 5, '15m': 15, hour: 60, day: 1440 };
/** Of times longer ago quarters of an hour are known at the finest (count-upkeep.ts). */
export const MINUTES_KEPT_MS = 48 * HOUR_MS;
const MAX_BUCKETS = 2_200;

export interface BucketRequest {
  since: number;
  until: number;
  interval: Interval;
  timeZone: string;
}

export interface Buckets {
  /** What was asked for, or the finest there is. */
  interval: Interval;
  starts: number[];
  /** Rows in these buckets, added to lists as long as `starts`. */
  fill: <Row extends { start: number; events: number }>(
    rows: readonly Row[],
    listOf: (row: Row) => number[],
  ) => void;
  /** null: the range is empty. */
  range: CountedRange | null;
}

/** Throws bad_request for too many buckets, and for a zone that the database does not know. */
export async function bucketsOf(db: Database, o: BucketRequest, now: number): Promise<Buckets> {
  const interval = finest(o.interval, o.since, now);
  const minutes = MINUTES[interval];
  if ((o.until - o.since) / (minutes * MINUTE_MS) > MAX_BUCKETS)
    throw new MesherError('bad_request', `interval: more than ${MAX_BUCKETS} buckets.`, {
      path: 'interval',
      hint: 'Ask for a shorter range or a longer interval.',
    });
  const range = { since: o.since, until: o.until, timeZone: o.timeZone, minutes };
  const starts = await inZone(() => selectBucketStarts(db, range));
  const [first] = starts;
  const index = new Map(starts.map((start, i) => [start, i]));
  return {
    interval,
    starts,
    fill(rows, listOf) {
      for (const row of rows) {
        const i = index.get(row.start);
        if (i === undefined) continue;
        const list = listOf(row);
        list[i] = (list[i] ?? 0) + row.events;
      }
    },
    range: first === undefined ? null : { ...range, first },
  };
}

/** JavaScript has accepted the zone; the database has a list of its own. */
export async function inZone<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (sqlStateOf(error) !== '22023') throw error;
    throw new MesherError('bad_request', 'time_zone: not known to the database.', { path: 'time_zone' });
  }
}

function finest(asked: Interval, since: number, now: number): Interval {
  return MINUTES[asked] < 15 && since < now - MINUTES_KEPT_MS ? '15m' : asked;
}
