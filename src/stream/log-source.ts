/** Reads of the durable log: equal reads in flight are shared, and at most `maxReads` run at a time on this node. */
import type { LogEntry } from '../protocol/change.ts';
import { toLogged, type Logged } from './entry-frame.ts';

export type ReadLog = (projectId: number, afterSeq: number, limit: number) => Promise<LogEntry[]>;
export type LogSource = (projectId: number, afterSeq: number, limit: number) => Promise<Logged[]>;

export function createLogSource(readLog: ReadLog, maxReads: number): LogSource {
  const inFlight = new Map<string, Promise<Logged[]>>();
  const waiting: (() => void)[] = [];
  let running = 0;

  async function read(projectId: number, afterSeq: number, limit: number): Promise<Logged[]> {
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

  return (projectId, afterSeq, limit) => {
    const key = `${projectId} ${afterSeq} ${limit}`;
    const shared = inFlight.get(key);
    if (shared !== undefined) return shared;
    const started = read(projectId, afterSeq, limit).finally(() => inFlight.delete(key));
    inFlight.set(key, started);
    return started;
  };
}
