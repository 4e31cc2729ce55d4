import { describe, expect, it } from 'vitest';
import {
  brushedRange,
  DEFAULT_OVERVIEW,
  intervalOf,
  parseOverviewSearch,
  rangeRequest,
} from './overview-search.ts';

const FROM = '2026-11-24T08:00:00.000Z';

describe('the range of the overview', () => {
  it('WEB19 what the URL does not say, or says wrongly, is the default', () => {
    for (const search of [
      {},
      { range: '3y', by: 'colour' },
      { from: FROM },
      { from: FROM, to: FROM },
      { from: 7 },
    ])
      expect(parseOverviewSearch(search)).toEqual(DEFAULT_OVERVIEW);
  });
  it('WEB19 a range of one’s own goes to the server as it is, a preset back from now', () => {
    const search = parseOverviewSearch({ from: FROM, to: '2026-11-24T09:00:00Z', by: 'release' });
    expect(rangeRequest(search)).toEqual({ since: FROM, until: '2026-11-24T09:00:00.000Z' });
    expect(rangeRequest(parseOverviewSearch({ range: '7d' }))).toEqual({ since: '7d' });
  });
  it.each([
    [1, 'minute'],
    [6, '5m'],
    [24, '15m'],
    [24 * 7, 'hour'],
    [24 * 60, 'day'],
  ])('WEB19 %d hours are counted by %s', (hours, interval) => {
    const to = new Date(Date.parse(FROM) + hours * 3_600_000).toISOString();
    expect(intervalOf({ ...DEFAULT_OVERVIEW, from: FROM, to })).toBe(interval);
  });
  it('WEB19 no brush is shorter than five minutes', () => {
    const at = Date.parse(FROM);
    expect(brushedRange(at, at + 60_000)).toEqual({
      from: '2026-11-24T07:58:00.000Z',
      to: '2026-11-24T08:03:00.000Z',
    });
    expect(brushedRange(at, at + 3_600_000)).toEqual({ from: FROM, to: '2026-11-24T09:00:00.000Z' });
  });
});
