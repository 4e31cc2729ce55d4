/**
 * The one door to PostgreSQL: a pool, typed queries, transactions, binary COPY.
 * Rows come back with int8 and numeric as number, timestamptz as epoch ms, date as 'YYYY-MM-DD', bytea as Buffer.
 * `pool` keeps the driver's own types, because the auth library expects Date.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { Pool, types as driverTypes } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Logger } from '../log.ts';
import { sqlStateOf } from './sql-error.ts';

/** A statement with a name is prepared once per connection: for the hot path. */
export type Statement = string | { readonly name: string; readonly text: string };

export interface Queryable {
  query<Row extends object>(statement: Statement, params?: readonly unknown[]): Promise<Row[]>;
  /** Runs a statement whose rows do not matter; resolves with the number of rows it touched. */
  execute(statement: Statement, params?: readonly unknown[]): Promise<number>;
}

export interface Transaction extends Queryable {
  /** `sql` is `copy … from stdin binary`, `data` the whole stream of copy-encoder.ts. */
  copyIn(sql: string, data: Uint8Array): Promise<void>;
}

export interface Database extends Queryable {
  readonly pool: pg.Pool;
  /**
   * Runs `fn` in a READ COMMITTED transaction. Throws what `fn` throws after a rollback, and
   * CommitUnknownError when the connection was lost while the commit was on its way.
   */
  transaction<T>(fn: (tx: Transaction) => Promise<T>): Promise<T>;
  /** What became of a transaction whose commit was not answered. */
  outcomeOf(error: CommitUnknownError): Promise<'committed' | 'aborted' | 'unknown'>;
  /** Major version of PostgreSQL. */
  serverVersion(): Promise<number>;
  /** Runs `fn` while no other node or command runs one with the same key (a session's advisory lock). */
  exclusively<T>(key: number, fn: () => Promise<T>): Promise<T>;
  /** May be called twice. */
  close(): Promise<void>;
}

/** The commit was sent and its answer never came: the transaction may or may not have happened. */
export class CommitUnknownError extends Error {
  readonly xid: string;
  constructor(xid: string, cause: unknown) {
    super('The connection was lost during commit.', { cause });
    this.name = 'CommitUnknownError';
    this.xid = xid;
  }
}

const { builtins } = driverTypes;
const decoders: Readonly<Record<number, (text: string) => unknown>> = {
  [builtins.INT8]: Number,
  [builtins.NUMERIC]: Number,
  [builtins.TIMESTAMPTZ]: (text) => Date.parse(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00')),
  [builtins.DATE]: (text) => text,
};
const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary'): unknown {
    return decoders[oid] ?? driverTypes.getTypeParser(oid, format);
  },
};

export function createDatabase(o: { url: string; log: Logger; maxConnections?: number }): Database {
  const pool = new Pool({
    connectionString: o.url,
    max: o.maxConnections ?? 16,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    statement_timeout: 30_000,
    // A peer that vanished without a reset must not hold the writer for ever.
    query_timeout: 40_000,
    idle_in_transaction_session_timeout: 60_000,
    application_name: 'mesher',
    options: '-c timezone=UTC',
  });
  // Without a listener an idle connection that dies takes the process with it.
  pool.on('error', (error) => o.log.warn({ err: error }, 'idle database connection lost'));
  // A connection that is cut while it is being closed says so to nobody else: unheard, it would end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));

  const direct = queryable(pool);
  let closed: Promise<void> | undefined;
  return {
    pool,
    ...direct,
    async transaction(fn) {
      const client = await pool.connect();
      let broken: Error | undefined;
      const onError = (error: Error): void => {
        broken = error;
      };
      client.on('error', onError);
      try {
        // The id is taken at once so that a lost commit can be asked for later; one round trip for both.
        const [, started] = await multi(client, 'begin; select pg_current_xact_id()::text as xid');
        const xid = String(started?.rows[0]?.xid);
        const result = await fn({ ...queryable(client), copyIn: (sql, data) => copyIn(client, sql, data) });
        let end: pg.QueryResult;
        try {
          end = await client.query('commit');
        } catch (error) {
          if (sqlStateOf(error) !== null) throw error;
          throw new CommitUnknownError(xid, error);
        }
        if (end.command !== 'COMMIT') throw new Error('A failed transaction was asked to commit.');
        return result;
      } catch (error) {
        if (error instanceof CommitUnknownError) broken ??= error;
        else await client.query('rollback').catch((lost: Error) => (broken ??= lost));
        throw error;
      } finally {
        client.off('error', onError);
        client.release(broken);
      }
    },
    async outcomeOf(error) {
      for (let attempt = 0; attempt < 50; attempt++) {
        const [row] = await direct.query<{ status: string | null }>(
          'select pg_xact_status($1::xid8) as status',
          [error.xid],
        );
        if (row?.status === 'committed' || row?.status === 'aborted') return row.status;
        if (row?.status !== 'in progress') return 'unknown';
        // The server has not noticed yet that its client is gone.
        await sleep(100);
      }
      return 'unknown';
    },
    async serverVersion() {
      const [row] = await direct.query<{ server_version_num: string }>('show server_version_num');
      return Math.floor(Number(row?.server_version_num) / 10_000);
    },
    async exclusively(key, fn) {
      const client = await pool.connect();
      try {
        await client.query('select pg_advisory_lock($1)', [key]);
        return await fn();
      } finally {
        // Destroyed rather than returned: closing the session frees the lock whatever happened to it.
        client.release(true);
      }
    },
    close: () => (closed ??= pool.end()),
  };
}

function queryable(on: pg.Pool | pg.PoolClient): Queryable {
  async function run(statement: Statement, params: readonly unknown[]): Promise<pg.QueryResult> {
    const what = typeof statement === 'string' ? { text: statement } : statement;
    return on.query({ ...what, values: [...params], types });
  }
  return {
    async query<Row extends object>(statement: Statement, params: readonly unknown[] = []): Promise<Row[]> {
      return (await run(statement, params)).rows as Row[];
    },
    async execute(statement, params = []) {
      return (await run(statement, params)).rowCount ?? 0;
    },
  };
}

/** Several statements in one message answer with an array, which the driver's types do not know. */
async function multi(client: pg.PoolClient, text: string): Promise<(pg.QueryResult | undefined)[]> {
  return (await client.query(text)) as unknown as pg.QueryResult[];
}

function copyIn(client: pg.PoolClient, sql: string, data: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = client.query(copyFrom(sql));
    stream.once('error', reject);
    stream.once('finish', resolve);
    stream.end(data);
  });
}
