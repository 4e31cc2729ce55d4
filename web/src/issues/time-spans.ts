/** The ranges an issue's chart may have, each with the buckets that make bars one can tell apart. */
import type { Interval } from '../../../src/protocol/rest.ts';

const BUCKETS = { '24h': 'hour', '7d': 'hour', '30d': 'day', '90d': 'day' } as const;
export type Span = keyof typeof BUCKETS;

export const SPANS: readonly Span[] = ['24h', '7d', '30d', '90d'];
export const DEFAULT_SPAN: Span = '7d';

export function spanOf(value: unknown): Span {
  return SPANS.find((span) => span === value) ?? DEFAULT_SPAN;
}

export function bucketOf(span: Span): Interval {
  return BUCKETS[span];
}
