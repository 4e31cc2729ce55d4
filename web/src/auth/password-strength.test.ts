import { describe, expect, it } from 'vitest';
import { passwordStrength } from './password-strength.ts';

describe('password strength', () => {
  it.each([
    ['', 0],
    ['short', 1],
    ['aaaaaaaaaaaaaaaa', 1],
    ['abcdefgh', 2],
    ['abcdefg1!', 3],
    ['correct horse battery', 4],
  ])('WEB2 %j scores %d', (password, score) => {
    expect(passwordStrength(password).score).toBe(score);
  });
});
