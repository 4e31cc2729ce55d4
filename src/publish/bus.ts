/**
 * The way from commit to the sockets. A hint, not a queue: readers check `seq` and read a hole from the log, so a
 * bus may lose, repeat and reorder. Implementations: `memory-bus`, later NATS.
 */
import type { Change } from '../protocol/change.ts';

export interface Bus {
  /** Returns at once; called after commit only. */
  publish(changes: readonly Change[]): void;
  /** Calls `onChange` for each change of the project until the returned function is called. */
  subscribe(projectId: number, onChange: (change: Change) => void): () => void;
}
