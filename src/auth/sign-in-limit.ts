/**
 * How often a password may be tried: 10 a minute for one address and e-mail, 60 a minute for one address (each try
 * costs a scrypt). Fixed windows in a bounded map; when it is full the oldest window is forgotten.
 */
import type { Clock } from '../lib/clock.ts';

const WINDOW_MS = 60_000;
const MAX_TRIES = 10;
const MAX_TRIES_PER_ADDRESS = 60;

export type SignInVerdict = { kind: 'ok' } | { kind: 'limited'; retryAfterS: number };

export interface SignInLimit {
  /** Counts one try. */
  take(ip: string, email: string): SignInVerdict;
}

export function createSignInLimit(o: { clock: Clock; maxEntries?: number }): SignInLimit {
  const maxEntries = o.maxEntries ?? 20_000;
  const windows = new Map<string, { start: number; tries: number }>();

  function count(key: string, max: number, now: number): number {
    const window = windows.get(key);
    if (window && now - window.start < WINDOW_MS) {
      if (window.tries >= max) return window.start + WINDOW_MS - now;
      window.tries++;
      return 0;
    }
    // Deleted first so that the map stays in order of start.
    windows.delete(key);
    const oldest = windows.size >= maxEntries ? windows.keys().next().value : undefined;
    if (oldest !== undefined) windows.delete(oldest);
    windows.set(key, { start: now, tries: 1 });
    return 0;
  }

  return {
    take(ip, email) {
      const now = o.clock.now();
      const waitMs = Math.max(
        count(JSON.stringify([ip]), MAX_TRIES_PER_ADDRESS, now),
        count(JSON.stringify([ip, email.trim().toLowerCase()]), MAX_TRIES, now),
      );
      return waitMs === 0 ? { kind: 'ok' } : { kind: 'limited', retryAfterS: Math.ceil(waitMs / 1000) };
    },
  };
}
