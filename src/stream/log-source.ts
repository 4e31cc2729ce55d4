/**
 * Reads of the durable log: at most `maxReads` run at a time on this node, and equal reads are shared. Reads are cut
 * at multiples of BLOCK, so that viewers at different cursors ask for the same ones, and whole blocks are kept for a
 * moment: a thousand viewers that come back after a restart cost a few reads, not a few thousand.
 */
import type { Clock } from '../lib/clock.ts';
import type { LogEntry } from '../protocol/change.ts';
import { toLogged, type Logged } from './entry-frame.ts';

export type ReadLog = (projectId: number, afterSeq: number, limit: number) => Promise<LogEntry[]>;

export interface LogSource {
  /** Entries after `afterSeq`, in order; one at least while there are any, up to the end of their block. */
  read(projectId: number, afterSeq: number): Promise<Logged[]>;
  /** The log of this project is another one now. */
  forget(projectId: number): void;
  /** Lets blocks go that were not asked for lately. */
  sweep(): void;
}

const BLOCK = 500;
const KEPT = { bytes: 16 * 1024 * 1024, ms: 10_000 };

interface Block {
  projectId: number;
  entries: Logged[];
  bytes: number;
  usedAt: number;
}

export function createLogSource(readLog: ReadLog, maxReads: number, clock: Clock): LogSource {
  const inFlight = new Map<string, Promise<Logged[]>>();
  /** Least recently used first. */
  const kept = new Map<string, Block>();
  const waiting: (() => void)[] = [];
  let keptBytes = 0;
  let running = 0;

  async function query(projectId: number, afterSeq: number, limit: number): Promise<Logged[]> {
    if (running >= maxReads) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return (await readLog(projectId, afterSeq, limit)).map(toLogged);
    } finally {
      // The slot is handed to the next in line, or given back.
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  }

  function drop(key: string, block: Block): void {
    kept.delete(key);
    keptBytes -= block.bytes;
  }

  function keep(key: string, projectId: number, entries: Logged[]): void {
    const bytes = entries.reduce((sum, one) => sum + one.bytes, 0);
    kept.set(key, { projectId, entries, bytes, usedAt: clock.monotonic() });
    keptBytes += bytes;
    for (const [oldest, block] of kept) {
      if (keptBytes <= KEPT.bytes) break;
      drop(oldest, block);
    }
  }

  function takeKept(key: string): Logged[] | null {
    const known = kept.get(key);
    if (known === undefined) return null;
    known.usedAt = clock.monotonic();
    kept.delete(key);
    kept.set(key, known);
    return known.entries;
  }

  function load(key: string, projectId: number, from: number): Promise<Logged[]> {
    const started = query(projectId, from, BLOCK)
      .then((entries) => {
        // A whole block never changes; forgotten meanwhile, it belongs to a log that is gone.
        const whole = entries.length === BLOCK && entries[0]?.entry.seq === from + 1;
        if (whole && inFlight.get(key) === started) keep(key, projectId, entries);
        return entries;
      })
      .finally(() => {
        if (inFlight.get(key) === started) inFlight.delete(key);
      });
    inFlight.set(key, started);
    return started;
  }

  return {
    async read(projectId, afterSeq) {
      const from = afterSeq - (afterSeq % BLOCK);
      const key = `${projectId} ${from}`;
      const after = (entries: Logged[]): Logged[] => entries.filter(({ entry }) => entry.seq > afterSeq);
      const known = takeKept(key);
      if (known !== null) return after(known);
      const shared = inFlight.get(key);
      if (shared !== undefined) {
        const entries = after(await shared);
        // It began before we asked: what has been committed in between is not in it.
        if (entries.length > 0) return entries;
      }
      return after(await (inFlight.get(key) ?? load(key, projectId, from)));
    },
    forget(projectId) {
      for (const key of inFlight.keys()) if (key.startsWith(`${projectId} `)) inFlight.delete(key);
      for (const [key, one] of kept) if (one.projectId === projectId) drop(key, one);
    },
    sweep() {
      const before = clock.monotonic() - KEPT.ms;
      for (const [key, one] of kept) if (one.usedAt < before) drop(key, one);
    },
  };
}
