import { describe, expect, it } from 'vitest';
import { isGuessable } from './password-strength.ts';

describe('passwords', () => {
  it.each(['password123', 'qwertyuiop', 'aaaaaaaaaaaa', 'abcdefgh1', 'P@ssw0rd!'])(
    'AU19 %s is refused',
    async (password) => expect(await isGuessable(password, [])).toBe(true),
  );

  it.each(['correct horse battery', 'test-password-123', 'Sommer2024!xy', 'ü'.repeat(4) + 'kéz ñandú'])(
    'AU19 %s is taken',
    async (password) => expect(await isGuessable(password, [])).toBe(false),
  );

  it('AU19 the own e-mail and name are guessable', async () => {
    const about = ['grunewald.beatrix@example.com', 'Beatrix Grunewald'];
    expect(await isGuessable('beatrixgrunewald', about)).toBe(true);
    expect(await isGuessable('beatrixgrunewald', [])).toBe(false);
  });

  it('AU19 a long hostile one is judged in bounded time', async () => {
    expect(await isGuessable('a1B!'.repeat(32), [])).toBe(true);
  });
});
