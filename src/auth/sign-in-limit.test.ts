import { describe, expect, it } from 'vitest';
import { createSignInLimit } from './sign-in-limit.ts';

function fakeClock() {
  let time = 0;
  const timer = { cancel: () => undefined };
  return {
    now: () => time,
    monotonic: () => time,
    after: () => timer,
    every: () => timer,
    advance: (ms: number) => (time += ms),
  };
}

describe('sign-in limit', () => {
  it('AU5 ten tries a minute for an address and e-mail, whatever its case', () => {
    const clock = fakeClock();
    const limit = createSignInLimit({ clock });
    for (let n = 0; n < 10; n++) expect(limit.take('1.1.1.1', 'A@example.com').kind).toBe('ok');
    clock.advance(1_000);
    expect(limit.take('1.1.1.1', ' a@example.com')).toEqual({ kind: 'limited', retryAfterS: 59 });
    expect(limit.take('1.1.1.1', 'b@example.com').kind).toBe('ok');
    expect(limit.take('2.2.2.2', 'a@example.com').kind).toBe('ok');
    clock.advance(59_000);
    expect(limit.take('1.1.1.1', 'a@example.com').kind).toBe('ok');
  });

  it('AU5 sixty tries a minute for an address over all e-mails', () => {
    const limit = createSignInLimit({ clock: fakeClock() });
    for (let n = 0; n < 60; n++) expect(limit.take('1.1.1.1', `${n}@example.com`).kind).toBe('ok');
    expect(limit.take('1.1.1.1', 'new@example.com').kind).toBe('limited');
  });

  it('AU5 keeps a bounded number of windows', () => {
    const limit = createSignInLimit({ clock: fakeClock(), maxEntries: 4 });
    for (let n = 0; n < 10; n++) limit.take('1.1.1.1', 'a@example.com');
    for (let n = 0; n < 4; n++) limit.take(`2.2.2.${n}`, 'b@example.com');
    expect(limit.take('1.1.1.1', 'a@example.com').kind).toBe('ok');
  });
});
