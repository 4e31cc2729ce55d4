/**
 * Brings a database to this version: the numbered files of migrations/, each in a transaction of its own, under an
 * advisory lock so that any number of nodes may start at once. An applied file never changes: its checksum is kept.
 */
import { createHash, randomInt } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import type { Logger } from '../log.ts';
import type { Database } from './database.ts';

const FOLDER = new URL('./migrations/', import.meta.url);
/** Any constant: it only has to differ from the locks of other programs in this database. */
const LOCK = 5_202_611;

export async function migrate(db: Database, o: { log: Logger }): Promise<{ applied: string[] }> {
  const client = await db.pool.connect();
  const applied: string[] = [];
  try {
    // Migrations may take longer than any statement of the running program.
    await client.query('set statement_timeout = 0');
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    await client.query(`create table if not exists migrations (
      name text primary key, checksum text not null, applied_at timestamptz not null default now())`);
    const { rows } = await client.query<{ name: string; checksum: string }>(
      'select name, checksum from migrations',
    );
    const known = new Map(rows.map((row) => [row.name, row.checksum]));
    for (const { name, text, checksum } of await migrationFiles()) {
      const before = known.get(name);
      if (before === checksum) continue;
      if (before !== undefined)
        throw new Error(`Migration ${name} was applied to this database in another form.`);
      await client.query('begin');
      try {
        await client.query(text);
        await client.query('insert into migrations (name, checksum) values ($1, $2)', [name, checksum]);
        await client.query('commit');
      } catch (error) {
        await client.query('rollback');
        throw error;
      }
      applied.push(name);
      o.log.info({ migration: name }, 'migration applied');
    }
    await client.query('insert into instance (epoch) values ($1) on conflict do nothing', [newEpoch()]);
  } finally {
    // Closing the connection also gives the advisory lock back, whatever happened.
    client.release(true);
  }
  return { applied };
}

async function migrationFiles(): Promise<{ name: string; text: string; checksum: string }[]> {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, FOLDER), 'utf8');
      return { name, text, checksum: createHash('sha256').update(text).digest('hex') };
    }),
  );
}

function newEpoch(): string {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789';
  return Array.from({ length: 6 }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
}
