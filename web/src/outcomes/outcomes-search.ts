/** What of the outcomes is shown, as the URL says it, and the buckets of time that are asked for. Pure. */

export const RANGES = ['24h', '7d', '14d', '30d'] as const;
export type Range = (typeof RANGES)[number];

export interface OutcomesSearch {
  range: Range;
  /** One category only; '' = all of them. */
  category: string;
}

export const DEFAULT_OUTCOMES: OutcomesSearch = { range: '24h', category: '' };

/** What is unknown falls back to the default. */
export function parseOutcomesSearch(search: Record<string, unknown>): OutcomesSearch {
  const category = search['category'];
  return {
    range: RANGES.find((range) => range === search['range']) ?? DEFAULT_OUTCOMES.range,
    category: typeof category === 'string' && /^[a-z_]{1,64}$/.test(category) ? category : '',
  };
}

const HOUR_MS = 3_600_000;
/** Hours of a bucket, and how many there are: each is a question of its own. */
const GRID: Readonly<Record<Range, { hours: number; buckets: number }>> = {
  '24h': { hours: 1, buckets: 24 },
  '7d': { hours: 6, buckets: 28 },
  '14d': { hours: 12, buckets: 28 },
  '30d': { hours: 24, buckets: 30 },
};

export interface Bucket {
  from: number;
  to: number;
}

/** Whole buckets, oldest first; the last one holds now. They begin at the same times whoever asks and whenever. */
export function bucketsOf(range: Range, now: number): Bucket[] {
  const { hours, buckets } = GRID[range];
  const size = hours * HOUR_MS;
  const last = Math.floor(now / size) * size;
  return Array.from({ length: buckets }, (_, index) => {
    const from = last - (buckets - 1 - index) * size;
    return { from, to: from + size };
  });
}
