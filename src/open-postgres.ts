/**
 * The one PostgreSQL of this node: the external one of DATABASE_URL, or an embedded one that this process runs.
 * From here on nothing in the program knows the difference.
 */
import type { Config } from './config.ts';
import { MesherError } from './errors.ts';
import { systemClock } from './lib/clock.ts';
import type { Logger } from './log.ts';
import { createDatabase, type Database } from './store/database.ts';
import { startEmbeddedPostgres } from './store/embedded/embedded-postgres.ts';

const OLDEST_POSTGRES = 15;
const POOL_CLOSE_MS = 3_000;

export interface OpenPostgres {
  db: Database;
  url: string;
  /** false: the disk of the embedded one is full. What an external one has left cannot be known. */
  hasDiskRoom(): boolean;
  /** Closes the pool, and ends the server when it is ours. */
  close(): Promise<void>;
}

export async function openPostgres(
  config: Pick<Config, 'databaseUrl' | 'dataDir' | 'diskBudget'>,
  log: Logger,
): Promise<OpenPostgres> {
  if (config.databaseUrl !== undefined) {
    const db = createDatabase({ url: config.databaseUrl, log });
    try {
      await requireVersion(db);
    } catch (error) {
      await db.close();
      throw error;
    }
    return { db, url: config.databaseUrl, hasDiskRoom: () => true, close: () => db.close() };
  }
  const postgres = await startEmbeddedPostgres({
    dataDir: config.dataDir,
    log,
    clock: systemClock,
    ...(config.diskBudget !== undefined && { settings: walWithin(config.diskBudget) }),
    onState: (state) => log[state === 'down' ? 'warn' : 'debug']({ state }, 'embedded PostgreSQL'),
  });
  const db = createDatabase({ url: postgres.url, log });
  return {
    db,
    url: postgres.url,
    hasDiskRoom: () => postgres.hasDiskRoom(),
    async close() {
      // A pool that hangs must not leave PostgreSQL running.
      const late = new Promise<void>((resolve) => {
        systemClock.after(POOL_CLOSE_MS, () => resolve());
      });
      try {
        await Promise.race([db.close(), late]);
      } finally {
        await postgres.stop();
      }
    },
  };
}

/** The write-ahead log may take an eighth of a budget, up to the usual 2 GB. */
function walWithin(budgetBytes: number): Record<string, string> {
  const megabytes = Math.min(2048, Math.max(128, Math.floor(budgetBytes / 8 / 1024 ** 2)));
  return { max_wal_size: `${megabytes}MB` };
}

async function requireVersion(db: Database): Promise<void> {
  const version = await db.serverVersion().catch((error: unknown) => {
    const message = `Cannot reach the database of DATABASE_URL: ${error instanceof Error ? error.message : String(error)}.`;
    throw new MesherError('unavailable', message, {
      hint: 'Check that it runs and that user, password and database name are right.',
      cause: error,
    });
  });
  if (version < OLDEST_POSTGRES) {
    throw new MesherError('unavailable', `PostgreSQL ${version} is too old.`, {
      hint: `Mesher needs ${OLDEST_POSTGRES} or newer.`,
    });
  }
}
