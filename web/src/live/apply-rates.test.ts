import { describe, expect, it } from 'vitest';
import type { Volume } from '../../../src/protocol/rest.ts';
import { applyRates } from './apply-rates.ts';

const START = Date.parse('2026-11-24T12:00:00.000Z');
const MINUTE = 60_000;
const VOLUME: Volume = {
  interval: 'minute',
  time_zone: 'UTC',
  starts: [0, 1, 2].map((i) => new Date(START + i * MINUTE).toISOString()),
  total: [5, 0, 2],
  by: 'level',
  series: [{ name: 'error', sum: 7, events: [5, 0, 2] }],
};
const rates = { total: 4, by_level: { error: 3, info: 1 } };
const at = (minutes: number) => ({ now: START + minutes * MINUTE, bucketMs: MINUTE });

describe('what the server counts each second, on the chart', () => {
  it('WEB24 goes to the bucket of now, by level, and to a level that was not there', () => {
    const volume = applyRates(VOLUME, rates, at(2.5));
    expect(volume?.total).toEqual([5, 0, 6]);
    expect(volume?.series).toEqual([
      { name: 'error', sum: 10, events: [5, 0, 5] },
      { name: 'info', sum: 1, events: [0, 0, 1] },
    ]);
  });
  it('WEB24 new buckets begin with time, the oldest go, even when nothing happens', () => {
    const volume = applyRates(VOLUME, { total: 0, by_level: {} }, at(4.2));
    expect(volume?.starts.map((start) => (Date.parse(start) - START) / MINUTE)).toEqual([2, 3, 4]);
    expect(volume?.series).toEqual([{ name: 'error', sum: 2, events: [2, 0, 0] }]);
  });
  it('WEB24 by environment or release only the total is known at once', () => {
    const volume = applyRates({ ...VOLUME, by: 'release' }, rates, at(2));
    expect(volume?.total).toEqual([5, 0, 6]);
    expect(volume?.series).toEqual(VOLUME.series);
  });
  it('WEB24 nothing happened: nothing renders; a clock that is behind adds to the newest', () => {
    expect(applyRates(VOLUME, { total: 0, by_level: {} }, at(2.9))).toBe(VOLUME);
    expect(applyRates(VOLUME, rates, at(-3))?.total).toEqual([5, 0, 6]);
  });
  it('WEB24 after a sleep longer than the range it is asked for again', () => {
    expect(applyRates(VOLUME, rates, at(5.1))).toBe(null);
  });
});
