/** A clock that stands still until a test moves it; timers run in the order of their times. */
import type { Clock } from '../../src/lib/clock.ts';

export interface FakeClock extends Clock {
  /** Runs what falls due within `ms`; between timers, promises settle first. */
  advance(ms: number): Promise<void>;
}

export function createFakeClock(start = 1_700_000_000_000): FakeClock {
  let now = 0;
  let nextId = 0;
  const timers = new Map<number, { at: number; every: number | null; fn: () => void }>();
  const add = (at: number, every: number | null, fn: () => void): { cancel(): void } => {
    const id = nextId++;
    timers.set(id, { at, every, fn });
    return { cancel: () => void timers.delete(id) };
  };
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 20; i++) await Promise.resolve();
  };
  return {
    now: () => start + now,
    monotonic: () => now,
    after: (ms, fn) => add(now + ms, null, fn),
    every: (ms, fn) => add(now + ms, ms, fn),
    async advance(ms) {
      const end = now + ms;
      for (;;) {
        await settle();
        const due = [...timers]
          .filter(([, timer]) => timer.at <= end)
          .sort(([a, x], [b, y]) => x.at - y.at || a - b)[0];
        if (due === undefined) break;
        const [id, timer] = due;
        now = Math.max(now, timer.at);
        if (timer.every === null) timers.delete(id);
        else timer.at += timer.every;
        timer.fn();
      }
      now = end;
      await settle();
    },
  };
}
