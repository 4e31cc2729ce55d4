/**
 * What one node at a time does. Each node asks for the lease every second; who holds it runs the work, and is told to
 * stop when it could not renew it in time. A holder that dies is followed after three seconds. Two may overlap when a
 * process is suspended in the middle of a step, so each step of the work must bear being done twice.
 */
import { randomBytes } from 'node:crypto';
import type { Clock, Timer } from '../lib/clock.ts';
import type { Logger } from '../log.ts';
import type { Database } from './database.ts';
import { releaseLease, takeLease } from './sql/take-lease.ts';

const RENEW_MS = 1_000;
export const LEASE_MS = 3_000;

export interface Lease {
  start: () => Promise<void>;
  /** Tells the work to stop, waits for it and gives the lease back. */
  stop: () => Promise<void>;
  held: () => boolean;
}

export function createLease(o: {
  db: Database;
  clock: Clock;
  log: Logger;
  name: string;
  /** Runs while the lease is held, until the signal; started again when it ends by itself. */
  work: (signal: AbortSignal) => Promise<void>;
}): Lease {
  const key = { name: o.name, holder: `${process.pid}.${randomBytes(8).toString('hex')}` };
  let timer: Timer | undefined;
  let asking: Promise<void> | null = null;
  let stopped = false;
  let current: { abort: AbortController; done: Promise<void> } | null = null;
  let validUntil = -Infinity;

  async function ask(): Promise<void> {
    // Counted from before the question: the database counts from later.
    const askedAt = o.clock.monotonic();
    try {
      if (await takeLease(o.db, key, LEASE_MS)) validUntil = askedAt + LEASE_MS;
      else validUntil = -Infinity;
    } catch (error) {
      o.log.debug({ err: error, lease: o.name }, 'a lease could not be renewed');
    }
    follow();
  }

  function follow(): void {
    if (o.clock.monotonic() >= validUntil) current?.abort.abort();
    else if (!stopped && current === null) begin();
  }

  function begin(): void {
    const abort = new AbortController();
    const done = o
      .work(abort.signal)
      .catch((error: unknown) => o.log.warn({ err: error, lease: o.name }, 'the work of a lease failed'))
      .finally(() => (current = null));
    current = { abort, done };
  }

  function tick(): void {
    // A question that hangs must not keep the holder from noticing that its time is over.
    follow();
    asking ??= ask().finally(() => (asking = null));
  }

  return {
    held: () => current !== null && o.clock.monotonic() < validUntil,
    async start() {
      stopped = false;
      timer = o.clock.every(RENEW_MS, tick);
      tick();
    },
    async stop() {
      stopped = true;
      timer?.cancel();
      current?.abort.abort();
      await asking;
      await current?.done;
      await releaseLease(o.db, key).catch((error: unknown) =>
        o.log.debug({ err: error, lease: o.name }, 'a lease was not given back'),
      );
    },
  };
}
