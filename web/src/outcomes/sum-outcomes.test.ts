import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OutcomeRow } from '../../../src/protocol/rest.ts';
import { bucketsOf, parseOutcomesSearch, RANGES } from './outcomes-search.ts';
import { sumOutcomes } from './sum-outcomes.ts';

const row = fc.record<OutcomeRow>({
  outcome: fc.constantFrom('accepted', 'filtered', 'invalid', 'brand_new'),
  reason: fc.constantFrom('stored', 'localhost', 'framing'),
  category: fc.constantFrom('error', 'session'),
  quantity: fc.integer({ min: 1, max: 1000 }),
});

describe('sums of outcomes', () => {
  it('WEB38 chart, reasons and total say the same, and nothing is left out', () => {
    fc.assert(
      fc.property(fc.array(fc.array(row)), fc.constantFrom('', 'error'), (buckets, category) => {
        const sent = buckets
          .flat()
          .filter((one) => category === '' || one.category === category)
          .reduce((sum, { quantity }) => sum + quantity, 0);
        const sums = sumOutcomes(buckets, category);
        expect(sums.total).toBe(sent);
        expect(sums.reasons.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(sent);
        const top = sums.layers.at(-1);
        const highest = buckets.map((_, i) => (top?.from[i] ?? 0) + (top?.events[i] ?? 0));
        expect(highest.reduce((a, b) => a + b, 0)).toBe(sent);
        for (const reason of sums.reasons)
          expect(reason.categories.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(reason.quantity);
      }),
    );
  });

  it('WEB38 buckets are whole hours one after the other, at most 30, and hold now', () => {
    fc.assert(
      fc.property(fc.constantFrom(...RANGES), fc.integer({ min: 1e12, max: 4e12 }), (range, now) => {
        const buckets = bucketsOf(range, now);
        expect(buckets.length).toBeLessThanOrEqual(30);
        buckets.forEach(({ from, to }, i) => {
          expect(Number.isInteger(from / 3_600_000)).toBe(true);
          expect(buckets[i + 1]?.from ?? to).toBe(to);
        });
        const last = buckets.at(-1);
        expect(last !== undefined && last.from <= now && now < last.to).toBe(true);
      }),
    );
  });

  it('WEB38 what the URL says and is unknown is the default', () => {
    expect(parseOutcomesSearch({ range: '3y', category: '<b>' })).toEqual({ range: '24h', category: '' });
    expect(parseOutcomesSearch({ range: '7d', category: 'error' })).toEqual({
      range: '7d',
      category: 'error',
    });
  });
});
