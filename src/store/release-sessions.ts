/** Release health: sessions counted by release, environment, hour and how they went. */
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../log.ts';
import type { Page, ReleaseHealth } from '../protocol/rest.ts';
import { createCountBuffer } from './count-buffer.ts';
import { cursorNumber, decodeCursor, encodeCursor, pageOf } from './cursor.ts';
import type { Database } from './database.ts';
import { addSessions, type SessionCount } from './sql/add-sessions.ts';
import { selectReleases, type ReleaseRow } from './sql/select-releases.ts';

export interface ReleaseSessions {
  count: (row: Omit<SessionCount, 'hour'> & { startedMs: number }) => void;
  list: (
    projectId: number,
    o: { since: number; until: number; cursor?: string; limit: number },
  ) => Promise<Page<ReleaseHealth>>;
  flush: () => Promise<void>;
  stop: () => Promise<void>;
}

const HOUR_MS = 3_600_000;

export function createReleaseSessions(o: { db: Database; clock: Clock; log: Logger }): ReleaseSessions {
  const counts = createCountBuffer<SessionCount>({
    what: 'sessions',
    keyOf: (row) => [row.projectId, row.hour, row.release, row.environment, row.status],
    write: (rows) => addSessions(o.db, rows),
    clock: o.clock,
    log: o.log,
  });
  return {
    count({ startedMs, ...row }) {
      counts.add({ ...row, hour: new Date(Math.floor(startedMs / HOUR_MS) * HOUR_MS).toISOString() });
    },
    async list(projectId, { cursor, limit, ...range }) {
      // The hour the range begins in counts as a whole.
      const since = Math.floor(range.since / HOUR_MS) * HOUR_MS;
      const at = decodeCursor('releases', cursor, 3);
      const after = at && {
        sessions: cursorNumber(at[0]),
        release: String(at[1]),
        environment: String(at[2]),
      };
      const rows = await selectReleases(o.db, projectId, { ...range, since, after, limit: limit + 1 });
      return pageOf(rows, limit, healthOf, ({ sessions, release, environment }) =>
        encodeCursor('releases', [sessions, release, environment]),
      );
    },
    flush: counts.flush,
    stop: counts.stop,
  };
}

function healthOf(row: ReleaseRow): ReleaseHealth {
  return {
    ...row,
    environment: row.environment === '' ? null : row.environment,
    crash_free: row.sessions === 0 ? null : 1 - Math.min(row.crashed, row.sessions) / row.sessions,
  };
}
