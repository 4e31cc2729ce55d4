/**
 * Whether this node serves, and whether it takes events: what the parts, the digest pool, the writer, the database and
 * its disk say, put together once for /readyz and for ingestion.
 */
import type { ProbeDeps } from './http/probes.ts';
import type { Clock } from './lib/clock.ts';
import { ROOM_CAUSES, type Room, type RoomCause } from './lib/room.ts';
import type { Supervisor } from './lib/supervisor.ts';
import type { BatchWriter } from './store/batch-writer.ts';
import { databaseAnswers } from './store/database-answers.ts';
import type { Database } from './store/database.ts';

export interface Readiness {
  admit(): Room;
  report(supervisor: Supervisor, draining: boolean): ReturnType<ProbeDeps['readiness']>;
}

const DISK_RETRY_AFTER_S = 30;
const POOL_RETRY_AFTER_S = 1;

export function createReadiness(o: {
  db: Database;
  clock: Clock;
  /** false: the disk of the embedded PostgreSQL is full. */
  hasDiskRoom: () => boolean;
  poolIsFull: () => boolean;
  writer: Pick<BatchWriter, 'admit' | 'trouble'>;
}): Readiness {
  async function cause(): Promise<RoomCause | null> {
    if (!o.hasDiskRoom()) return 'disk_full';
    return o.writer.trouble() ?? ((await databaseAnswers(o.db, o.clock)) ? null : 'database_away');
  }

  return {
    admit() {
      if (!o.hasDiskRoom()) return { kind: 'full', retryAfterS: DISK_RETRY_AFTER_S, cause: 'disk_full' };
      return o.poolIsFull() ? { kind: 'full', retryAfterS: POOL_RETRY_AFTER_S } : o.writer.admit();
    },
    async report(supervisor, draining) {
      const parts = [...supervisor.states()].map(([name, state]) => ({ name, state }));
      const found = await cause();
      return {
        ready: supervisor.ready() && found === null,
        draining,
        parts,
        ...(found === null ? {} : { reason: found, message: ROOM_CAUSES[found] }),
      };
    },
  };
}
