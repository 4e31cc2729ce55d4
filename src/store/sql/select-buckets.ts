/**
 * Events of a project counted in buckets of time. Buckets of a day are days of the time zone, whatever their length;
 * shorter ones are counted on from the zone's hour in which the range begins. `end` is not included.
 */
import type { Queryable } from '../database.ts';
import { timeText } from '../filter-sql.ts';

export type Dimension = 'level' | 'environment' | 'release';

export interface BucketRange {
  since: number;
  until: number;
  /** Minutes of a bucket; a day's are those of its zone. */
  minutes: number;
  timeZone: string;
}

/** `first`: the first bucket's start. */
export type CountedRange = BucketRange & { first: number };

const DAY_MINUTES = 1440;

const STARTS = `
  select s as start from generate_series(
    date_bin($4::interval, $1::timestamptz, date_trunc('hour', $1::timestamptz, $3)), $2::timestamptz - interval '1 microsecond',
    $4::interval) as s`;
const DAY_STARTS = `
  select d at time zone $3 as start from generate_series(
    date_trunc('day', $1::timestamptz at time zone $3), ($2::timestamptz - interval '1 microsecond') at time zone $3,
    interval '1 day') as d`;

/** Epoch ms, ascending. */
export async function selectBucketStarts(db: Queryable, o: BucketRange): Promise<number[]> {
  const isDay = o.minutes === DAY_MINUTES;
  const rows = await db.query<{ start: number }>(isDay ? DAY_STARTS : STARTS, [
    timeText(o.since),
    timeText(o.until),
    o.timeZone,
    ...(isDay ? [] : [`${o.minutes} minutes`]),
  ]);
  return rows.map((row) => row.start);
}

const NAME: Readonly<Record<Dimension, string>> = {
  level: 'level::text',
  environment: 'environment',
  release: 'release',
};

/** The bucket of `at`, for $2 the first bucket's start and $4 the parameter. */
export function bucketOf(o: BucketRange): { expression: string; parameter: string } {
  return o.minutes === DAY_MINUTES
    ? { expression: `date_trunc('day', at, $4)`, parameter: o.timeZone }
    : { expression: 'date_bin($4::interval, at, $2)', parameter: `${o.minutes} minutes` };
}

/** By bucket and name; only what is not 0. */
export async function selectBuckets(
  db: Queryable,
  projectId: number,
  o: CountedRange & { by: Dimension },
): Promise<{ start: number; name: string; events: number }[]> {
  const { expression, parameter } = bucketOf(o);
  const table = o.by === 'release' ? 'release_counts' : 'project_counts';
  return db.query(
    `select ${expression} as start, ${NAME[o.by]} as name, sum(events)::bigint as events
     from ${table} where project_id = $1 and at >= $2 and at < $3 group by 1, 2`,
    [projectId, timeText(o.first), timeText(o.until), parameter],
  );
}

/** Sums of a range, greatest first. */
export async function selectSums(
  db: Queryable,
  projectId: number,
  o: { since: number; until: number; by: Dimension; limit: number },
): Promise<{ name: string; events: number }[]> {
  const table = o.by === 'release' ? 'release_counts' : 'project_counts';
  return db.query(
    `select ${NAME[o.by]} as name, sum(events)::bigint as events
     from ${table} where project_id = $1 and at >= $2 and at < $3 group by 1 order by 2 desc, 1 limit $4`,
    [projectId, timeText(o.since), timeText(o.until), o.limit],
  );
}
