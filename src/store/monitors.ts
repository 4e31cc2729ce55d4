/** Cron monitors: check-ins of jobs, each stored in a transaction of its own before it is answered. */
import type { CheckIn, Monitor, Page } from '../protocol/rest.ts';
import { cursorId, cursorNumber, decodeCursor, encodeCursor, pageOf, pageOfAll } from './cursor.ts';
import type { Database } from './database.ts';
import { eventIdOf, isoTime, isoTimeOrNull } from './issue-state.ts';
import { selectCheckIns, selectMonitors } from './sql/select-monitors.ts';
import { findMonitor, latestOpenCheckIn, makeMonitor, writeCheckIn } from './sql/write-check-in.ts';

export interface NewCheckIn {
  projectId: number;
  slug: string;
  /** 32 hex digits; null = the newest that is in progress, else the fresh one. */
  id: string | null;
  freshId: string;
  status: 'in_progress' | 'ok' | 'error';
  environment: string | null;
  release: string | null;
  durationMs: number | null;
  config: object | null;
  /** Epoch ms. */
  at: number;
  /** false: only for a monitor that is known. */
  mayMakeMonitor: boolean;
}

export type SavedCheckIn = { kind: 'saved'; id: string } | { kind: 'no_monitor' } | { kind: 'too_many' };

export interface MonitorStore {
  save: (checkIn: NewCheckIn) => Promise<SavedCheckIn>;
  list: (projectId: number, request: { cursor?: string; limit: number }) => Promise<Page<Monitor>>;
  listCheckIns: (
    projectId: number,
    query: { slug: string; cursor?: string | null | undefined; limit: number },
  ) => Promise<Page<CheckIn>>;
}

const MAX_MONITORS = 500;

export function createMonitorStore(db: Database): MonitorStore {
  return {
    save: (checkIn) =>
      db.transaction(async (tx): Promise<SavedCheckIn> => {
        const { projectId, slug, at } = checkIn;
        const known = await findMonitor(tx, projectId, slug);
        if (known === null && !checkIn.mayMakeMonitor) return { kind: 'no_monitor' };
        const monitorId =
          known ?? (await makeMonitor(tx, projectId, { slug, nowMs: at, limit: MAX_MONITORS }));
        if (monitorId === null) return { kind: 'too_many' };
        const id = checkIn.id ?? (await latestOpenCheckIn(tx, monitorId)) ?? checkIn.freshId;
        await writeCheckIn(tx, { ...checkIn, id, monitorId });
        return { kind: 'saved', id: eventIdOf(id) };
      }),
    async list(projectId, request) {
      const monitors = (await selectMonitors(db, projectId)).map((row) => ({
        ...row,
        created_at: isoTime(row.created_at),
        last_check_in_at: isoTimeOrNull(row.last_check_in_at),
      }));
      return pageOfAll(monitors, 'monitors', request, ({ slug }) => [slug]);
    },
    async listCheckIns(projectId, { slug, cursor, limit }) {
      const after = decodeCursor('check-ins', cursor, 2);
      const rows = await selectCheckIns(db, projectId, {
        slug,
        after: after && { at: cursorNumber(after[0]), id: cursorId(after[1]) },
        limit: limit + 1,
      });
      return pageOf(
        rows,
        limit,
        (row) => ({
          ...row,
          id: eventIdOf(row.id),
          started_at: isoTime(row.started_at),
          updated_at: isoTime(row.updated_at),
        }),
        (row) => encodeCursor('check-ins', [row.started_at, eventIdOf(row.id)]),
      );
    },
  };
}
