/**
 * A bounded cache in front of an async lookup: equal lookups in flight are shared, entries live `ttlMs`, the
 * oldest leave first. `clear` also makes lookups in flight forget their answer, so a revocation cannot be
 * overtaken by a read that began before it.
 */
import type { Clock } from './clock.ts';

interface Entry<V> {
  value: Promise<V>;
  expiresAt: number;
}

export interface SingleFlightCache<V> {
  get(key: string): Promise<V>;
  clear(): void;
}

export function createSingleFlightCache<V>(options: {
  load(key: string): Promise<V>;
  maxEntries: number;
  ttlMs: number;
  clock: Clock;
}): SingleFlightCache<V> {
  const { load, maxEntries, ttlMs, clock } = options;
  let entries = new Map<string, Entry<V>>();

  return {
    get(key) {
      const now = clock.monotonic();
      const known = entries.get(key);
      if (known && known.expiresAt > now) return known.value;

      const generation = entries;
      const value = load(key);
      const entry = { value, expiresAt: now + ttlMs };
      generation.delete(key);
      generation.set(key, entry);
      // A failed lookup is not an answer: the next caller asks again.
      value.catch(() => {
        if (generation.get(key) === entry) generation.delete(key);
      });
      if (generation.size > maxEntries) {
        const oldest = generation.keys().next();
        if (!oldest.done) generation.delete(oldest.value);
      }
      return value;
    },
    clear() {
      entries = new Map();
    },
  };
}
