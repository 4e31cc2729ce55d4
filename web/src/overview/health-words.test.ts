import { describe, expect, it } from 'vitest';
import { percent, rate, usual } from './health-words.ts';

describe('health in words', () => {
  it('WEB23 a share is never rounded to all or nothing', () => {
    expect([null, 0, 0.0004, 0.012, 0.9994, 0.99999, 1].map(percent)).toEqual([
      '–',
      '0 %',
      '< 0.1 %',
      '1.2 %',
      '> 99.9 %',
      '> 99.9 %',
      '100 %',
    ]);
  });
  it('WEB23 a small rate is not none', () => {
    expect([0, 0.02, 0.44, 12.6, 1234].map(rate)).toEqual(['0', '< 0.1', '0.4', '13', '1,234']);
  });
  it.each([
    [
      { now: 0.4, median: 0 },
      { words: 'usually 0', isMuch: false },
    ],
    [
      { now: 3, median: 2 },
      { words: 'usually 2.0', isMuch: false },
    ],
    [
      { now: 5, median: 2 },
      { words: '2.5× the usual 2.0', isMuch: true },
    ],
    [
      { now: 5, median: 0 },
      { words: 'usually next to none', isMuch: true },
    ],
  ])('WEB23 %j against the median', (errors, words) => {
    expect(usual(errors)).toEqual(words);
  });
});
