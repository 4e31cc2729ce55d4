/**
 * A token bucket as plain state: `ratePerS` tokens flow in, at most `burst` are kept.
 * In: a cost and the time. Out: 0 when the tokens were taken, else the milliseconds until they are there.
 */
export interface TokenBucket {
  readonly ratePerS: number;
  readonly burst: number;
  tokens: number;
  updatedMs: number;
}

/** Fractions of tokens are sums of doubles: a millionth is not worth a wait. */
const ROUNDING = 1e-6;

export function createTokenBucket(ratePerS: number, burst: number, nowMs: number): TokenBucket {
  return { ratePerS, burst, tokens: burst, updatedMs: nowMs };
}

/** Takes `cost` tokens, or none. A clock that steps back adds nothing and takes nothing away. */
export function takeTokens(bucket: TokenBucket, cost: number, nowMs: number): number {
  const waitMs = waitForTokens(bucket, cost, nowMs);
  if (waitMs === 0) bucket.tokens = Math.max(0, bucket.tokens - Math.min(cost, bucket.burst));
  return waitMs;
}

/** What `takeTokens` would answer now, without taking. */
export function waitForTokens(bucket: TokenBucket, cost: number, nowMs: number): number {
  const elapsedMs = Math.max(0, nowMs - bucket.updatedMs);
  bucket.tokens = Math.min(bucket.burst, bucket.tokens + (elapsedMs * bucket.ratePerS) / 1000);
  bucket.updatedMs = nowMs;
  // A cost above the burst could never be paid: it needs a full bucket instead.
  const price = Math.min(cost, bucket.burst);
  if (bucket.tokens + ROUNDING >= price) return 0;
  if (bucket.ratePerS <= 0) return Number.POSITIVE_INFINITY;
  return Math.ceil(((price - bucket.tokens) / bucket.ratePerS) * 1000 - ROUNDING);
}
