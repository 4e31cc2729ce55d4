/** A clock that a test moves by hand: timers fire in the order of their times, and promises settle in between. */
import type { Clock } from '../../src/lib/clock.ts';

export interface FakeClock extends Clock {
  /** Moves the time on; resolves when everything that became due has run. */
  advance(ms: number): Promise<void>;
  /** Lets promises settle without time passing. */
  settle(): Promise<void>;
  /** Timers that wait. */
  pending(): number;
}

export function createFakeClock(startMs = 1_700_000_000_000): FakeClock {
  let elapsed = 0;
  const timers = new Set<{ at: number; fn: () => void; everyMs: number | null }>();

  function add(ms: number, fn: () => void, everyMs: number | null) {
    const timer = { at: elapsed + ms, fn, everyMs };
    timers.add(timer);
    return { cancel: () => void timers.delete(timer) };
  }

  /** A turn of the event loop runs every promise callback that is ready, however long their chain. */
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

  return {
    now: () => startMs + elapsed,
    monotonic: () => elapsed,
    after: (ms, fn) => add(ms, fn, null),
    every: (ms, fn) => add(ms, fn, ms),
    pending: () => timers.size,
    settle,
    async advance(ms) {
      const until = elapsed + ms;
      await settle();
      for (;;) {
        const due = [...timers].filter((t) => t.at <= until).sort((a, b) => a.at - b.at)[0];
        if (!due) break;
        elapsed = Math.max(elapsed, due.at);
        if (due.everyMs === null) timers.delete(due);
        else due.at += due.everyMs;
        due.fn();
        await settle();
      }
      elapsed = until;
    },
  };
}
