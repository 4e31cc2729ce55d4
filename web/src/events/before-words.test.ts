import { describe, expect, it } from 'vitest';
import { beforeWords } from './before-words.ts';

describe('time before an event', () => {
  it('WEB31 is said in the two units that matter', () => {
    expect([0, 3, 999, 1000, 59_990, 320_000, 3_600_000, 90_000_000].map(beforeWords)).toEqual([
      '-0 ms',
      '-3 ms',
      '-999 ms',
      '-1.0 s',
      '-59.9 s',
      '-5 min 20 s',
      '-1 h 0 min',
      '-1 d 1 h',
    ]);
    expect(beforeWords(-1500)).toBe('+1.5 s');
  });
});
