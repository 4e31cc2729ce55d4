import { describe, expect, it } from 'vitest';
import { compactCount, relativeTime } from './relative-time.ts';

const NOW = 1_800_000_000_000;

describe('relative time', () => {
  it.each([
    [0, 'now'],
    [-30_000, 'now'],
    [4_999, 'now'],
    [7_000, '5s'],
    [59_999, '55s'],
    [60_000, '1m'],
    [3_599_999, '59m'],
    [3_600_000, '1h'],
    [86_400_000, '1d'],
    [45 * 86_400_000, '1mo'],
    [800 * 86_400_000, '2y'],
  ])('WEB1 %d ms before now reads %s', (ms, words) => {
    expect(relativeTime(NOW - ms, NOW)).toBe(words);
  });

  it('WEB1 small counts stay exact, large ones are compact', () => {
    expect([compactCount(999), compactCount(1200), compactCount(3_400_000)]).toEqual(['999', '1.2K', '3.4M']);
  });
});
