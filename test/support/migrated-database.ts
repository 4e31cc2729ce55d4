/**
 * A fresh database with the schema of this version in the run's PostgreSQL, for a test file. Runs the numbered
 * migrations in order, and gives the queries and transactions a stage's store port needs.
 */
import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';

const MIGRATIONS = new URL('../../src/store/migrations/', import.meta.url);

export interface TestQueryable {
  query<Row extends object>(statement: string, params?: readonly unknown[]): Promise<Row[]>;
}

export interface MigratedDatabase extends TestQueryable {
  url: string;
  pool: pg.Pool;
  transaction<T>(fn: (tx: TestQueryable) => Promise<T>): Promise<T>;
  /** The database goes with the run's server. */
  close(): Promise<void>;
}

/** `adminUrl` is vitest's `inject('postgresUrl')`. */
export async function migratedDatabase(adminUrl: string): Promise<MigratedDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdmin(adminUrl, `create database ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  const pool = new pg.Pool({ connectionString: url.href, max: 8 });
  for (const file of readdirSync(MIGRATIONS).sort()) {
    if (file.endsWith('.sql')) await pool.query(readFileSync(new URL(file, MIGRATIONS), 'utf8'));
  }
  return {
    url: url.href,
    pool,
    ...queryable(pool),
    async transaction(fn) {
      const client = await pool.connect();
      try {
        await client.query('begin');
        const result = await fn(queryable(client));
        await client.query('commit');
        return result;
      } catch (error) {
        await client.query('rollback');
        throw error;
      } finally {
        client.release();
      }
    },
    close: () => pool.end(),
  };
}

function queryable(on: pg.Pool | pg.PoolClient): TestQueryable {
  return {
    async query<Row extends object>(statement: string, params: readonly unknown[] = []) {
      return (await on.query<Row>(statement, [...params])).rows;
    },
  };
}

async function asAdmin(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
