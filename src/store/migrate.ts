/**
 * Brings a database to this version: the numbered files of migrations/, each in a transaction of its own, under an
 * advisory lock so that any number of nodes may start at once. An applied file never changes: its checksum is kept.
 */
import { createHash, randomInt } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { ClientBase } from 'pg';
import type { Logger } from '../log.ts';
import type { Database } from './database.ts';

const FOLDER = new URL('./migrations/', import.meta.url);
/** Any constant: it only has to differ from the locks of other programs in this database. */
export const MIGRATION_LOCK = 5_202_611;

const TABLE = `create table if not exists migrations (
  name text primary key, checksum text not null, applied_at timestamptz not null default now())`;

export interface MigrationFile {
  name: string;
  text: string;
  checksum: string;
}

/** In the caller's transaction. */
export async function applyMigration(client: ClientBase, file: MigrationFile): Promise<void> {
  await client.query(TABLE);
  await client.query(file.text);
  await client.query('insert into migrations (name, checksum) values ($1, $2)', [file.name, file.checksum]);
}

export async function migrate(db: Database, o: { log: Logger }): Promise<{ applied: string[] }> {
  const client = await db.pool.connect();
  const applied: string[] = [];
  try {
    // Migrations may take longer than any statement of the running program.
    await client.query('set statement_timeout = 0');
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await client.query(TABLE);
    const { rows } = await client.query<{ name: string; checksum: string }>(
      'select name, checksum from migrations',
    );
    const known = new Map(rows.map((row) => [row.name, row.checksum]));
    for (const file of await migrationFiles()) {
      const { name, checksum } = file;
      const before = known.get(name);
      if (before === checksum) continue;
      if (before !== undefined)
        throw new Error(`Migration ${name} was applied to this database in another form.`);
      await client.query('begin');
      try {
        await applyMigration(client, file);
        await client.query('commit');
      } catch (error) {
        await client.query('rollback');
        throw error;
      }
      applied.push(name);
    }
    if (applied.length > 0) o.log.info({ migrations: applied }, 'migrations applied');
    await client.query('insert into instance (epoch) values ($1) on conflict do nothing', [newEpoch()]);
  } finally {
    // Closing the connection also gives the advisory lock back, whatever happened.
    client.release(true);
  }
  return { applied };
}

/** Names of what `migrate` would apply; null: this database has never been migrated. */
export async function pendingMigrations(db: Database): Promise<string[] | null> {
  const [table] = await db.query<{ found: boolean }>(`select to_regclass('migrations') is not null as found`);
  if (table?.found !== true) return null;
  const applied = new Set(
    (await db.query<{ name: string }>('select name from migrations')).map((row) => row.name),
  );
  return (await migrationFiles()).flatMap(({ name }) => (applied.has(name) ? [] : [name]));
}

export async function migrationFiles(): Promise<MigrationFile[]> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, FOLDER), 'utf8');
      return { name, text, checksum: createHash('sha256').update(text).digest('hex') };
    }),
  );
}

export function newEpoch(): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';
  return Array.from({ length: 6 }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
}
