import { describe, expect, it } from 'vitest';
import { timeTicks } from './chart-scale.ts';

const HOUR = 3_600_000;
const NOON = new Date(2026, 10, 24, 12, 7).getTime();

describe('ticks of a time axis', () => {
  it.each([0.1, 1, 6, 24, 7 * 24, 14 * 24, 90 * 24])(
    'WEB21 %d hours have 1 to 10 ticks, all within',
    (hours) => {
      const ticks = timeTicks(NOON, NOON + hours * HOUR);
      expect(ticks.length).toBeGreaterThanOrEqual(1);
      expect(ticks.length).toBeLessThanOrEqual(10);
      for (const { at } of ticks) expect(at >= NOON && at < NOON + hours * HOUR).toBe(true);
    },
  );
  it('WEB21 they are at round local times', () => {
    const ticks = timeTicks(NOON, NOON + 24 * HOUR).map(({ at }) => new Date(at));
    expect(ticks.every((at) => at.getMinutes() === 0 && at.getHours() % 3 === 0)).toBe(true);
    const days = timeTicks(NOON, NOON + 7 * 24 * HOUR).map(({ at }) => new Date(at).getHours());
    expect(days).toEqual([0, 0, 0, 0, 0, 0, 0]);
  });
});
