/** Counts attempts of each client in fixed windows. In: an address. Out: nothing, or a thrown rate_limited. */
import { MesherError } from '../errors.ts';
import type { Clock } from '../lib/clock.ts';

export interface AttemptLimit {
  take(ip: string): void;
}

/** At most `maxClients` are remembered; when there are more, the window starts anew for all. */
export function createAttemptLimit(o: {
  max: number;
  windowMs: number;
  maxClients: number;
  clock: Pick<Clock, 'monotonic'>;
}): AttemptLimit {
  let attempts = new Map<string, number>();
  let startedAt = o.clock.monotonic();
  return {
    take(ip) {
      const now = o.clock.monotonic();
      if (now - startedAt >= o.windowMs || attempts.size >= o.maxClients) {
        attempts = new Map();
        startedAt = now;
      }
      const taken = (attempts.get(ip) ?? 0) + 1;
      attempts.set(ip, taken);
      if (taken > o.max) throw new MesherError('rate_limited', 'Too many attempts.');
    },
  };
}
