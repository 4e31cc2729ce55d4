import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dayTicks, roundTop } from './time-axis.ts';

it('WEB12 the top of the counts is round, not below them, and has an integer half', () => {
  expect([0, 1, 4, 5, 7, 9, 10, 11, 53, 800, 801].map(roundTop)).toEqual([
    4, 4, 4, 6, 8, 10, 10, 20, 60, 800, 1000,
  ]);
  fc.assert(
    fc.property(fc.nat(10_000_000), (max) => {
      const top = roundTop(max);
      expect(top).toBeGreaterThanOrEqual(max);
      expect(top).toBeLessThanOrEqual(Math.max(4, max * 2));
      expect(Number.isInteger(top / 2)).toBe(true);
    }),
  );
});

it('WEB12 each local day begins at its own tick; where they are too many, evenly fewer', () => {
  const first = new Date(2026, 2, 3, 15).getTime();
  const starts = Array.from({ length: 72 }, (_, hour) => new Date(first + hour * 3_600_000).toISOString());
  expect(dayTicks(starts, 10)).toEqual([9, 33, 57]);
  expect(dayTicks(starts, 2)).toEqual([9, 57]);
  expect(dayTicks([], 10)).toEqual([]);
});
