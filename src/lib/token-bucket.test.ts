import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { createTokenBucket, takeTokens } from './token-bucket.ts';

it('IN50 gives the burst at once, then the rate', () => {
  const bucket = createTokenBucket(2, 4, 0);
  expect([1, 2, 3, 4].map(() => takeTokens(bucket, 1, 0))).toEqual([0, 0, 0, 0]);
  expect(takeTokens(bucket, 1, 0)).toBe(500);
  expect(takeTokens(bucket, 1, 499)).toBe(1);
  expect(takeTokens(bucket, 1, 500)).toBe(0);
});

it('IN50 never gives more than burst + rate × time, whatever is asked when', () => {
  const step = fc.record({
    waitMs: fc.integer({ min: -50, max: 2000 }),
    cost: fc.integer({ min: 1, max: 5 }),
  });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 5, max: 50 }),
      fc.array(step),
      (rate, burst, steps) => {
        const bucket = createTokenBucket(rate, burst, 0);
        let now = 0;
        let forward = 0;
        let taken = 0;
        for (const { waitMs, cost } of steps) {
          now += waitMs;
          forward += Math.max(0, waitMs);
          if (takeTokens(bucket, cost, now) === 0) taken += cost;
        }
        expect(taken).toBeLessThanOrEqual(burst + (rate * forward) / 1000 + 1e-6);
      },
    ),
  );
});

it('IN50 waits as long as it said, and no longer', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 100 }), (rate, burst) => {
      const bucket = createTokenBucket(rate, burst, 0);
      while (takeTokens(bucket, 1, 0) === 0);
      const waitMs = takeTokens(bucket, 1, 0);
      expect(takeTokens(bucket, 1, waitMs)).toBe(0);
    }),
  );
});
