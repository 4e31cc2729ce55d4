/**
 * Rate limits: a token bucket per key and per project, each per category. In: how many items of a category.
 * Out: nothing, or who limits and for how long. A quota of 0 per second means: no limit.
 */
import type { Clock } from '../lib/clock.ts';
import { createTokenBucket, takeTokens, waitForTokens, type TokenBucket } from '../lib/token-bucket.ts';
import type { ActiveKey } from './dsn-auth.ts';
import type { Category } from './outcomes.ts';

export interface RateLimit {
  scope: 'key' | 'project';
  reason: 'key_limit' | 'project_limit';
  seconds: number;
}

const BURST = 10;
/** Keys are checked before they get here, so this bounds memory, not attackers; the oldest bucket goes. */
const MAX_BUCKETS = 20_000;

export interface RateLimiter {
  take(key: ActiveKey, category: Category, quantity: number): RateLimit | null;
  /** What `take` of one would say, without taking. */
  peek(key: ActiveKey, category: Category): RateLimit | null;
}

export function createRateLimiter(options: { projectRate: number; clock: Clock }): RateLimiter {
  const buckets = new Map<string, TokenBucket>();
  const { clock, projectRate } = options;

  function bucket(name: string, ratePerS: number): TokenBucket {
    const found = buckets.get(name);
    if (found !== undefined && found.ratePerS === ratePerS) return found;
    const fresh = createTokenBucket(ratePerS, Math.max(1, ratePerS * BURST), clock.monotonic());
    buckets.set(name, fresh);
    if (buckets.size > MAX_BUCKETS)
      for (const oldest of buckets.keys()) return (buckets.delete(oldest), fresh);
    return fresh;
  }

  function ask(
    key: ActiveKey,
    category: Category,
    spend: typeof takeTokens,
    quantity: number,
  ): RateLimit | null {
    const now = clock.monotonic();
    if (key.rateLimit !== null && key.rateLimit > 0) {
      const waitMs = spend(bucket(`key:${key.keyId}:${category}`, key.rateLimit), quantity, now);
      if (waitMs > 0) return { scope: 'key', reason: 'key_limit', seconds: seconds(waitMs) };
    }
    if (projectRate > 0) {
      const waitMs = spend(bucket(`project:${key.projectId}:${category}`, projectRate), quantity, now);
      if (waitMs > 0) return { scope: 'project', reason: 'project_limit', seconds: seconds(waitMs) };
    }
    return null;
  }

  return {
    take: (key, category, quantity) => ask(key, category, takeTokens, quantity),
    peek: (key, category) => ask(key, category, waitForTokens, 1),
  };
}

function seconds(waitMs: number): number {
  return Math.min(3600, Math.max(1, Math.ceil(waitMs / 1000)));
}
