/** The outcomes of a range, bucket by bucket: a bucket that is over is asked for once, the one of now again and again. */
import { useQueries } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { OutcomeRow } from '../../../src/protocol/rest.ts';
import { api } from '../app/api.ts';
import { bucketsOf, type Bucket, type Range } from './outcomes-search.ts';

const LIVE_MS = 5_000;
/** The server writes what it counted within a second; clocks may differ by more. */
const SETTLED_MS = 120_000;

export interface Outcomes {
  buckets: Bucket[];
  /** Absent until all are known. */
  rows: (readonly OutcomeRow[])[] | undefined;
  error: Error | null;
  retry: () => void;
}

export function useOutcomes(project: string, range: Range): Outcomes {
  const now = useMinute();
  const buckets = bucketsOf(range, now);
  return useQueries({
    queries: buckets.map((bucket) => {
      const over = bucket.to + SETTLED_MS < now;
      return {
        queryKey: ['outcomes', project, bucket.from, bucket.to],
        queryFn: () =>
          api.outcomes(project, {
            since: new Date(bucket.from).toISOString(),
            until: new Date(bucket.to).toISOString(),
          }),
        staleTime: over ? Infinity : 0,
        refetchInterval: over ? (false as const) : LIVE_MS,
      };
    }),
    combine: (results) => ({
      buckets,
      rows: results.every(({ data }) => data !== undefined)
        ? results.map(({ data }) => data?.items ?? [])
        : undefined,
      error: results.find(({ error }) => error !== null)?.error ?? null,
      retry: () => results.forEach((result) => result.error !== null && void result.refetch()),
    }),
  });
}

/** The time of now, to the minute: with it come new buckets. */
function useMinute(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 60_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
