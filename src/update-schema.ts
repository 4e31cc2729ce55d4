/** Brings the database to this version, with a backup before when it is the embedded one. */
import { join } from 'node:path';
import type { Config } from './config.ts';
import { systemClock } from './lib/clock.ts';
import type { Logger } from './log.ts';
import type { OpenPostgres } from './open-postgres.ts';
import { backupBeforeMigrations } from './store/backup/backup-before-migrations.ts';
import { migrate } from './store/migrate.ts';
import { VERSION } from './version.ts';

export async function updateSchema(
  { db, url }: Pick<OpenPostgres, 'db' | 'url'>,
  config: Pick<Config, 'databaseUrl' | 'dataDir'>,
  log: Logger,
): Promise<{ applied: string[] }> {
  if (config.databaseUrl === undefined)
    await backupBeforeMigrations({
      db,
      url,
      folder: join(config.dataDir, 'backups'),
      version: VERSION,
      nowMs: systemClock.now(),
      log,
    });
  return migrate(db, { log });
}
