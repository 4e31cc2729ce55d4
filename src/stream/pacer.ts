/**
 * When to tick: at once after a pause, then every 8 to 100 ms. The interval follows what ticks cost and how late the
 * timer was, so that fan-out takes at most about a third of the time and more viewers mean fuller writes, not more.
 */
import type { Clock, Timer } from '../lib/clock.ts';

const MIN_MS = 8;
const MAX_MS = 100;

export interface Pacer {
  /** Something is to be sent. */
  wake: () => void;
  stop(): void;
}

export function createPacer(clock: Clock, tick: () => void): Pacer {
  let timer: Timer | null = null;
  let lastEnd = -Infinity;
  let interval = MIN_MS;
  return {
    wake() {
      if (timer !== null) return;
      const now = clock.monotonic();
      const due = Math.max(now, lastEnd + interval);
      timer = clock.after(due - now, () => {
        timer = null;
        const start = clock.monotonic();
        const late = start - due;
        tick();
        lastEnd = clock.monotonic();
        const wanted = Math.max(2 * (lastEnd - start), late, MIN_MS);
        // Halfway, so that one slow tick on a shared machine is not everybody's delay.
        interval = Math.min(MAX_MS, (interval + wanted) / 2);
      });
    },
    stop() {
      timer?.cancel();
    },
  };
}
