/**
 * Tells this node of every committed change of access or settings: a connection of its own listens, and after each
 * notification, each reconnect and every 500 ms the rows are read. Only the reading counts: a lost notification costs
 * half a second, never a change. Each change is given once, in order of id within a reading.
 */
import { Client } from 'pg';
import type { Clock, Timer } from '../lib/clock.ts';
import type { Logger } from '../log.ts';
import type { ConfigChange } from '../viewer.ts';
import type { Database } from './database.ts';
import { pruneConfigChanges, readConfigChanges, readConfigHorizon } from './sql/read-config-changes.ts';

export interface ConfigWatcher {
  /** Returns its undo. A listener must not throw. */
  onChange: (listener: (change: ConfigChange) => void) => () => void;
  /** Resolves once changes committed from now on will be told. */
  start: () => Promise<void>;
  stop: () => Promise<void>;
  /** false when nothing could be read for 5 s: who relies on revocations must then refuse. */
  healthy: () => boolean;
}

const POLL_MS = 500;
const STALE_MS = 5_000;
const RECONNECT_MS = 1_000;
const PRUNE_MS = 3_600_000;

export function createConfigWatcher(o: {
  db: Database;
  /** Of a direct connection: LISTEN does not pass a transaction pooler. */
  url: string;
  clock: Clock;
  log: Logger;
}): ConfigWatcher {
  const listeners = new Set<(change: ConfigChange) => void>();
  let xmin = '0';
  let known = new Set<number>();
  let readAt = -Infinity;
  let reading: Promise<void> | null = null;
  let again = false;
  let client: Client | null = null;
  const timers = new Set<Timer>();
  let stopped = false;

  async function read(): Promise<void> {
    do {
      again = false;
      try {
        const result = await readConfigChanges(o.db, xmin);
        const fresh = result.changes.filter(({ id }) => !known.has(id));
        xmin = result.xmin;
        known = new Set(result.changes.map(({ id }) => id));
        readAt = o.clock.monotonic();
        for (const change of fresh) for (const listener of listeners) tell(listener, change);
      } catch (error) {
        if (!stopped) o.log.warn({ err: error }, 'config changes could not be read');
      }
    } while (again && !stopped);
    reading = null;
  }

  /** A wake-up during a reading starts another: its change may have come too late for the first. */
  function wake(): void {
    if (stopped) return;
    if (reading) again = true;
    else reading = read();
  }

  function tell(listener: (change: ConfigChange) => void, change: ConfigChange): void {
    try {
      listener(change);
    } catch (error) {
      o.log.error({ err: error, kind: change.kind }, 'a listener of config changes failed');
    }
  }

  async function prune(): Promise<void> {
    try {
      await pruneConfigChanges(o.db, o.clock.now());
    } catch (error) {
      o.log.warn({ err: error }, 'old config changes could not be removed');
    }
  }

  async function listen(): Promise<void> {
    const mine = new Client({
      connectionString: o.url,
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
      application_name: 'mesher listen',
    });
    client = mine;
    mine.on('notification', wake);
    mine.on('error', (error) => o.log.warn({ err: error }, 'listening connection lost'));
    mine.once('end', () => {
      if (client === mine) client = null;
      if (stopped) return;
      const timer = o.clock.after(RECONNECT_MS, () => {
        timers.delete(timer);
        void listen();
      });
      timers.add(timer);
    });
    try {
      await mine.connect();
      await mine.query('listen mesher_config');
      wake();
    } catch (error) {
      o.log.warn({ err: error }, 'could not listen, reading every 500 ms');
      await mine.end().catch(() => undefined);
    }
  }

  return {
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async start() {
      const horizon = await readConfigHorizon(o.db);
      xmin = horizon.xmin;
      known = new Set(horizon.known);
      readAt = o.clock.monotonic();
      timers.add(o.clock.every(POLL_MS, wake));
      timers.add(o.clock.every(PRUNE_MS, () => void prune()));
      await listen();
    },
    async stop() {
      stopped = true;
      for (const timer of timers) timer.cancel();
      await client?.end().catch(() => undefined);
      await reading;
    },
    healthy: () => o.clock.monotonic() - readAt < STALE_MS,
  };
}
