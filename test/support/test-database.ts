/**
 * A fresh, migrated database for a test file, copied from a template that is migrated once per server.
 */
import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { pino } from 'pino';
import { createDatabase, type Database } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { ensurePartitions } from '../../src/store/partitions.ts';

export interface TestDatabase {
  url: string;
  db: Database;
  /** A second pool on the same database: another node. */
  connect(): Database;
  drop(): Promise<void>;
}

export const silentLog = pino({ level: 'silent' });
const TEMPLATE = 'mesher_template';

/** `adminUrl` is `inject('postgresUrl')`. `empty` gives a database without any migration. */
export async function createTestDatabase(
  adminUrl: string,
  o: { empty?: boolean } = {},
): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await withClient(adminUrl, async (admin) => {
    // Test files run in parallel, and the template may only be copied while nobody is connected to it.
    await admin.query('select pg_advisory_lock(1)');
    if (o.empty !== true) await makeTemplate(admin, adminUrl);
    await admin.query(`create database ${name} template ${o.empty === true ? 'template1' : TEMPLATE}`);
  });
  const url = withDatabase(adminUrl, name);
  const opened: Database[] = [];
  const connect = (): Database => {
    const db = createDatabase({ url, log: silentLog });
    opened.push(db);
    return db;
  };
  return {
    url,
    db: connect(),
    connect,
    async drop() {
      await Promise.all(opened.filter((db) => !db.pool.ended).map((db) => db.close()));
      await withClient(adminUrl, (admin) => admin.query(`drop database ${name} with (force)`));
    },
  };
}

async function makeTemplate(admin: Client, adminUrl: string): Promise<void> {
  const { rowCount } = await admin.query('select from pg_database where datname = $1', [TEMPLATE]);
  if (rowCount === 1) return;
  await admin.query(`create database ${TEMPLATE}`);
  const db = createDatabase({ url: withDatabase(adminUrl, TEMPLATE), log: silentLog });
  await migrate(db, { log: silentLog });
  await ensurePartitions(db, Date.now());
  await db.close();
}

async function withClient<T>(url: string, use: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

function withDatabase(url: string, name: string): string {
  const target = new URL(url);
  target.pathname = `/${name}`;
  return target.href;
}
