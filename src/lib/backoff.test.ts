import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs } from './backoff.ts';

describe('backoffMs', () => {
  it('OP12 doubles up to the cap and spreads over the upper half', () => {
    const settings = { baseMs: 200, capMs: 30_000 };
    expect(backoffMs(0, { ...settings, random: () => 0 })).toBe(100);
    expect(backoffMs(3, { ...settings, random: () => 0 })).toBe(800);
    fc.assert(
      fc.property(fc.nat(5000), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, roll) => {
        const ms = backoffMs(attempt, { ...settings, random: () => roll });
        const full = Math.min(30_000, 200 * 2 ** attempt);
        expect(ms).toBeGreaterThanOrEqual(full / 2);
        expect(ms).toBeLessThanOrEqual(full);
      }),
    );
  });
});
