/**
 * The safety net of an update: before the embedded database gets a new schema, it is written to `backups/` of the data
 * directory. The last three are kept. A database without issues, or too large to wait for, is not.
 */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../../log.ts';
import type { Database } from '../database.ts';
import { pendingMigrations } from '../migrate.ts';
import { writeBackup } from './write-backup.ts';

const KEPT = 3;
/** Of the database; a start waits about a minute for that. */
const MAX_BYTES = 4 * 1024 ** 3;
const OURS = /^\d{8}T\d{6}Z-before-[a-z0-9-]+\.mesher$/;

export interface BeforeMigrations {
  db: Database;
  url: string;
  /** Made when it is needed. */
  folder: string;
  version: string;
  nowMs: number;
  log: Logger;
  maxBytes?: number;
}

/** Resolves with the file, or null when none was made. A backup that fails is told and does not stop the update. */
export async function backupBeforeMigrations(o: BeforeMigrations): Promise<string | null> {
  const [next] = (await pendingMigrations(o.db)) ?? [];
  if (next === undefined || !(await hasData(o.db))) return null;
  const bytes = await sizeOf(o.db);
  if (bytes > (o.maxBytes ?? MAX_BYTES)) {
    o.log.warn(
      { bytes, migration: next },
      'no automatic backup before this update: the database is too large; mesher backup makes one',
    );
    return null;
  }
  const time = new Date(o.nowMs).toISOString().replace(/\.\d+|[-:]/g, '');
  const file = join(o.folder, `${time}-before-${next.replace(/\.sql$/, '')}.mesher`);
  try {
    await mkdir(o.folder, { recursive: true, mode: 0o700 });
    await writeBackup({ url: o.url, file, version: o.version });
    await removeOld(o.folder);
    o.log.info({ file }, 'backup before the update of the database');
    return file;
  } catch (error) {
    o.log.warn({ err: error, file }, 'no automatic backup before this update');
    return null;
  }
}

async function hasData(db: Database): Promise<boolean> {
  const [table] = await db.query<{ found: boolean }>(`select to_regclass('issues') is not null as found`);
  if (table?.found !== true) return false;
  const [row] = await db.query<{ found: boolean }>('select exists (select from issues) as found');
  return row?.found === true;
}

async function sizeOf(db: Database): Promise<number> {
  const [row] = await db.query<{ bytes: number }>('select pg_database_size(current_database()) as bytes');
  return row?.bytes ?? 0;
}

/** Their names begin with their time. */
async function removeOld(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => OURS.test(name)).sort();
  for (const name of names.slice(0, -KEPT)) await rm(join(folder, name), { force: true });
}
