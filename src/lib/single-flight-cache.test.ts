import { describe, expect, it } from 'vitest';
import { createSingleFlightCache } from './single-flight-cache.ts';
import { systemClock, type Clock } from './clock.ts';

function fixture(options: { maxEntries?: number; ttlMs?: number } = {}) {
  let now = 0;
  const clock: Clock = { ...systemClock, monotonic: () => now };
  const loads: string[] = [];
  let answer = (key: string): Promise<string> => Promise.resolve(`${key}!`);
  const cache = createSingleFlightCache<string>({
    load: (key) => {
      loads.push(key);
      return answer(key);
    },
    maxEntries: options.maxEntries ?? 10,
    ttlMs: options.ttlMs ?? 1000,
    clock,
  });
  return {
    cache,
    loads,
    pass: (ms: number) => (now += ms),
    answerWith: (fn: typeof answer) => (answer = fn),
  };
}

describe('single flight cache', () => {
  it('shares lookups in flight and answers from memory until the time is over', async () => {
    const { cache, loads, pass } = fixture();
    expect(await Promise.all([cache.get('a'), cache.get('a')])).toEqual(['a!', 'a!']);
    pass(999);
    await cache.get('a');
    expect(loads).toEqual(['a']);
    pass(1);
    await cache.get('a');
    expect(loads).toEqual(['a', 'a']);
  });

  it('does not keep failures', async () => {
    const { cache, loads, answerWith } = fixture();
    answerWith(() => Promise.reject(new Error('away')));
    await expect(cache.get('a')).rejects.toThrow('away');
    answerWith((key) => Promise.resolve(key));
    expect(await cache.get('a')).toBe('a');
    expect(loads).toHaveLength(2);
  });

  it('drops the oldest beyond its bound', async () => {
    const { cache, loads } = fixture({ maxEntries: 2 });
    for (const key of ['a', 'b', 'c', 'c', 'b', 'a']) await cache.get(key);
    expect(loads).toEqual(['a', 'b', 'c', 'a']);
  });

  it('forgets a lookup that was in flight when it was cleared', async () => {
    const { cache, loads, answerWith } = fixture();
    let finish: (value: string) => void = () => undefined;
    answerWith(() => new Promise((resolve) => (finish = resolve)));
    const old = cache.get('a');
    cache.clear();
    finish('stale');
    expect(await old).toBe('stale');
    answerWith((key) => Promise.resolve(key));
    expect(await cache.get('a')).toBe('a');
    expect(loads).toHaveLength(2);
  });
});
