/**
 * The database for a command: DATABASE_URL, else the embedded server that `mesher start` runs, else the embedded
 * server started for this command alone. Migrated before use, so a command works before the first start too.
 */
import type { Config } from '../config.ts';
import { systemClock } from '../lib/clock.ts';
import { createLogger, type Logger } from '../log.ts';
import { createDatabase, type Database } from '../store/database.ts';
import { peekEmbedded, startEmbeddedPostgres } from '../store/embedded/embedded-postgres.ts';
import { migrate } from '../store/migrate.ts';

export async function withDatabase<T>(
  config: Config,
  run: (db: Database, log: Logger) => Promise<T>,
): Promise<T> {
  const log = createLogger('warn', { pretty: false });
  const { url, release } = await reach(config, log);
  const db = createDatabase({ url, log, maxConnections: 2 });
  try {
    await migrate(db, { log });
    return await run(db, log);
  } finally {
    await db.close();
    await release();
  }
}

async function reach(config: Config, log: Logger): Promise<{ url: string; release(): Promise<void> }> {
  const nothing = async () => undefined;
  if (config.databaseUrl !== undefined) return { url: config.databaseUrl, release: nothing };
  const running = await peekEmbedded(config.dataDir);
  if (running !== null) return { url: running, release: nothing };
  const postgres = await startEmbeddedPostgres({
    dataDir: config.dataDir,
    log,
    clock: systemClock,
    onState: () => undefined,
  });
  return { url: postgres.url, release: () => postgres.stop() };
}
