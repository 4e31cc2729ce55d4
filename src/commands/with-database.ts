/**
 * The database for a command: DATABASE_URL, else the embedded server that `mesher start` runs, else the embedded
 * server started for this command alone. Migrated before use, so a command works before the first start too.
 */
import type { Config } from '../config.ts';
import { createLogger, type Logger } from '../log.ts';
import { openPostgres, type OpenPostgres } from '../open-postgres.ts';
import { createDatabase, type Database } from '../store/database.ts';
import { peekEmbedded } from '../store/embedded/embedded-postgres.ts';
import { updateSchema } from '../update-schema.ts';

export async function withDatabase<T>(
  config: Config,
  run: (db: Database, log: Logger, migrated: { applied: readonly string[] }) => Promise<T>,
): Promise<T> {
  return withPostgres(config, async (postgres, log) =>
    run(postgres.db, log, await updateSchema(postgres, config, log)),
  );
}

/** As it is, not migrated: for what opens its own connections. */
export async function withPostgres<T>(
  config: Config,
  run: (postgres: Pick<OpenPostgres, 'db' | 'url'>, log: Logger) => Promise<T>,
): Promise<T> {
  const log = createLogger('error', { pretty: false });
  const postgres = await reach(config, log);
  try {
    return await run(postgres, log);
  } finally {
    await postgres.close();
  }
}

async function reach(config: Config, log: Logger): Promise<Pick<OpenPostgres, 'db' | 'url' | 'close'>> {
  const running = config.databaseUrl === undefined ? peekEmbedded(config.dataDir) : null;
  if (running === null) return openPostgres(config, log);
  const db = createDatabase({ url: running, log, maxConnections: 2 });
  return { db, url: running, close: () => db.close() };
}
