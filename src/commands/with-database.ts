/**
 * The database for a command: DATABASE_URL, else the embedded server that `mesher start` runs, else the embedded
 * server started for this command alone. Migrated before use, so a command works before the first start too.
 */
import type { Config } from '../config.ts';
import { createLogger, type Logger } from '../log.ts';
import { openPostgres, type OpenPostgres } from '../open-postgres.ts';
import { createDatabase, type Database } from '../store/database.ts';
import { peekEmbedded } from '../store/embedded/embedded-postgres.ts';
import { migrate } from '../store/migrate.ts';

export async function withDatabase<T>(
  config: Config,
  run: (db: Database, log: Logger, migrated: { applied: readonly string[] }) => Promise<T>,
): Promise<T> {
  const log = createLogger('error', { pretty: false });
  const { db, close } = await reach(config, log);
  try {
    return await run(db, log, await migrate(db, { log }));
  } finally {
    await close();
  }
}

async function reach(config: Config, log: Logger): Promise<Pick<OpenPostgres, 'db' | 'close'>> {
  const running = config.databaseUrl === undefined ? peekEmbedded(config.dataDir) : null;
  if (running === null) return openPostgres(config, log);
  const db = createDatabase({ url: running, log, maxConnections: 2 });
  return { db, close: () => db.close() };
}
