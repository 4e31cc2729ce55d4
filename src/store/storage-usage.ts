/**
 * What each project takes of the disk: the sizes of tables and partitions, indexes included, shared out by what each
 * project has in them, so that the sums are what the disk holds. In: the catalog and the counts by day. Out: rows and
 * bytes for each project, and the rest. Remembered for a minute.
 */
import type { Clock } from '../lib/clock.ts';
import { createSingleFlightCache } from '../lib/single-flight-cache.ts';
import type { Database } from './database.ts';
import { measureDisk, type DiskUse } from './disk-budget.ts';
import { selectStoredDays } from './sql/select-retention.ts';
import { selectAttachmentSums, selectLogDays, selectPartSizes, type PartSize } from './sql/select-storage.ts';

const REMEMBERED_MS = 60_000;
/** Beside its payload an event has its columns and its entries in indexes, an attachment its row. */
const ROW_BYTES = 400;
const DATABASE = 'database';

export interface Amount {
  count: number;
  bytes: number;
}

export interface ProjectStorage {
  events: Amount & { oldestDay: string | null };
  attachments: Amount;
  log: Amount;
}

export interface StorageUsage extends DiskUse {
  measuredAt: number;
  projects: ReadonlyMap<number, ProjectStorage>;
  /** Issues, counters, accounts and what PostgreSQL itself needs. */
  otherBytes: number;
}

export interface StorageReader {
  usage: () => Promise<StorageUsage>;
}

export function createStorageReader({ db, clock }: { db: Database; clock: Clock }): StorageReader {
  const cache = createSingleFlightCache({
    load: () => readUsage(db, clock.now()),
    maxEntries: 1,
    ttlMs: REMEMBERED_MS,
    clock,
  });
  return { usage: () => cache.get(DATABASE) };
}

async function readUsage(db: Database, nowMs: number): Promise<StorageUsage> {
  const [disk, parts, days, log, attachments] = await Promise.all([
    measureDisk(db),
    selectPartSizes(db),
    selectStoredDays(db),
    selectLogDays(db),
    selectAttachmentSums(db),
  ]);
  const projects = new Map<number, ProjectStorage>();
  const of = (id: number): ProjectStorage => {
    let found = projects.get(id);
    if (!found) projects.set(id, (found = emptyStorage()));
    return found;
  };
  for (const row of days) {
    const { events } = of(row.project_id);
    events.count += row.events;
    events.oldestDay ??= row.day;
  }
  for (const row of log) of(row.project_id).log.count += row.entries;
  for (const row of attachments) of(row.project_id).attachments.count = row.attachments;

  const weighed = days.map((row) => ({ ...row, weight: row.bytes + row.events * ROW_BYTES }));
  for (const { day, bytes } of parts.filter(({ part }) => part === 'events'))
    share(
      bytes,
      weighed.filter((row) => row.day === day),
      (id, part) => (of(id).events.bytes += part),
    );
  share(
    total(parts, 'event_keys'),
    days.map((row) => ({ ...row, weight: row.events })),
    (id, part) => (of(id).events.bytes += part),
  );
  for (const { day, bytes } of parts.filter(({ part }) => part === 'log')) {
    const rows = log.filter((row) => row.day === day).map((row) => ({ ...row, weight: row.entries }));
    share(bytes, rows, (id, part) => (of(id).log.bytes += part));
  }
  share(
    total(parts, 'attachments') + total(parts, 'attachment_chunks'),
    attachments.map((row) => ({ ...row, weight: row.bytes + row.attachments * ROW_BYTES })),
    (id, part) => (of(id).attachments.bytes += part),
  );
  const shared = [...projects.values()].reduce(
    (sum, one) => sum + one.events.bytes + one.attachments.bytes + one.log.bytes,
    0,
  );
  return { ...disk, measuredAt: nowMs, projects, otherBytes: Math.max(0, disk.databaseBytes - shared) };
}

function emptyStorage(): ProjectStorage {
  return {
    events: { count: 0, bytes: 0, oldestDay: null },
    attachments: { count: 0, bytes: 0 },
    log: { count: 0, bytes: 0 },
  };
}

function total(parts: readonly PartSize[], name: string): number {
  return parts.reduce((sum, { part, bytes }) => (part === name ? sum + bytes : sum), 0);
}

/** By weight, in whole bytes; what nobody has a share in stays with the rest. */
function share(
  bytes: number,
  rows: readonly { project_id: number; weight: number }[],
  add: (projectId: number, bytes: number) => void,
): void {
  const sum = rows.reduce((all, { weight }) => all + weight, 0);
  if (sum <= 0) return;
  for (const { project_id: id, weight } of rows) add(id, Math.floor((bytes * weight) / sum));
}
