/**
 * Restores a backup in one transaction: the schema as it was, by the same migrations, then the rows. Whatever goes wrong,
 * the database is as before. In: the URL of a database no server runs on. Out: what was restored; its logs have a new
 * epoch, so that streams begin anew. The caller migrates to its own version afterwards.
 */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGunzip } from 'node:zlib';
import { Client } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { MesherError } from '../../errors.ts';
import { applyMigration, MIGRATION_LOCK, migrationFiles, newEpoch } from '../migrate.ts';
import { makePartition } from '../partitions.ts';
import { columnList, isKept, listForeignKeys, listTables, quoted } from './backup-catalog.ts';
import {
  checkMagic,
  damaged,
  decodeFrames,
  MAGIC,
  newer,
  type BackupHeader,
  type Frame,
  type TableHeader,
} from './backup-format.ts';

export interface RestoreOptions {
  url: string;
  file: string;
  /** Replaces what is there, if it is Mesher's. */
  force: boolean;
  signal?: AbortSignal;
  onProgress?: (progress: { table: string; bytes: number }) => void;
}

export interface RestoreReport {
  header: BackupHeader;
  tables: number;
  rows: number;
}

export async function restoreBackup(o: RestoreOptions): Promise<RestoreReport> {
  await checkFile(o.file);
  const client = new Client({ connectionString: o.url, application_name: 'mesher restore' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(
      `set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; set timezone = 'UTC'`,
    );
    await refuseBesideServer(client);
    await client.query('begin');
    await makeRoom(client, o.force);
    const source = createReadStream(o.file, { start: MAGIC.length });
    let report: RestoreReport | null = null;
    await pipeline(
      source,
      createGunzip(),
      async (chunks: AsyncIterable<Buffer>) => {
        report = await restoreFrames(client, decodeFrames(chunks), o);
      },
      ...(o.signal ? [{ signal: o.signal }] : []),
    ).catch((error: unknown) => {
      // What zlib says of bytes that are not what was written.
      if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_'))
        throw damaged('it cannot be unpacked');
      throw error;
    });
    if (report === null) throw damaged('it is empty');
    await client.query('commit');
    return report;
  } finally {
    // Ends the transaction, if it is still there, and gives the lock back.
    await client.end().catch(() => undefined);
  }
}

async function checkFile(file: string): Promise<void> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    throw new MesherError('not_found', `${file} cannot be read.`, { hint: 'Check the path.', cause: error });
  });
  try {
    const start = Buffer.alloc(MAGIC.length);
    await handle.read(start, 0, MAGIC.length, 0);
    checkMagic(start.toString('latin1'));
  } finally {
    await handle.close();
  }
}

/** And keeps one from starting: every server takes this lock first. */
async function refuseBesideServer(client: Client): Promise<void> {
  const { rows: lock } = await client.query<{ taken: boolean }>('select pg_try_advisory_lock($1) as taken', [
    MIGRATION_LOCK,
  ]);
  if (lock[0]?.taken !== true || (await isUsed(client)))
    throw new MesherError('conflict', 'A Mesher server or command uses this database.', {
      hint: 'Stop it first.',
    });
}

/** A connection that was just closed is listed a moment longer. */
async function isUsed(client: Client): Promise<boolean> {
  for (let look = 0; look < 20; look++) {
    const { rows } = await client.query(
      `select from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and application_name like 'mesher%'`,
    );
    if (rows.length === 0) return false;
    await sleep(100);
  }
  return true;
}

async function makeRoom(client: Client, force: boolean): Promise<void> {
  const tables = await listTables(client);
  if (tables.length === 0) return;
  const names = new Set(tables.map(({ name }) => name));
  if (!names.has('migrations') || !names.has('instance'))
    throw new MesherError('conflict', 'The database holds tables that are not of Mesher.', {
      hint: 'Restore into a database of its own.',
    });
  if (!force)
    throw new MesherError('conflict', 'The database is not empty.', {
      hint: 'Restore into an empty one, or replace what is there with --force.',
    });
  await client.query(
    'drop schema public cascade; create schema public; grant usage on schema public to public',
  );
}

async function restoreFrames(
  client: Client,
  frames: AsyncGenerator<Frame>,
  o: RestoreOptions,
): Promise<RestoreReport> {
  const first = await frames.next();
  if (first.done === true || first.value.type !== 'header')
    throw damaged('it does not begin with its header');
  const { header } = first.value;
  await makeSchema(client, header);
  const keys = await listForeignKeys(client);
  const tables = await listTables(client);
  // Rows come table by table: what refers to what is checked when all are there.
  for (const key of keys) await client.query(`alter table ${key.table} drop constraint ${key.name}`);
  for (const { name } of tables) await client.query(`alter table ${quoted(name)} disable trigger user`);
  await client.query(`truncate ${tables.map(({ name }) => quoted(name)).join(', ')}`);
  const known = new Map(tables.map((table) => [table.name, table]));
  const report = { header, tables: 0, rows: 0 };
  let bytes = 0;
  for (;;) {
    const frame = await frames.next();
    if (frame.done === true || frame.value.type === 'end') break;
    if (frame.value.type !== 'table') throw damaged('a table is missing its beginning');
    const { table } = frame.value;
    if (!known.has(table.name)) throw damaged(`the table ${table.name} is not in its schema`);
    for (const day of table.days) await makePartition(client, table.name, day);
    report.rows += await restoreTable(client, table, frames, (more) => {
      bytes += more;
      o.onProgress?.({ table: table.name, bytes });
    });
    report.tables++;
    known.delete(table.name);
  }
  const missing = [...known.values()].filter(isKept);
  if (missing.length > 0) throw damaged(`the table ${missing[0]?.name} is missing`);
  // The generator ends only when the hash was right.
  if ((await frames.next()).done !== true) throw damaged('there is something after its end');
  for (const { name, value } of header.sequences)
    await client.query('select setval($1, $2)', [quoted(name), value]);
  for (const { name } of tables) await client.query(`alter table ${quoted(name)} enable trigger user`);
  for (const key of keys)
    await client.query(`alter table ${key.table} add constraint ${key.name} ${key.definition}`);
  // Positions of streams are no longer those of these logs, and an old set-up link is good no more.
  await client.query('update instance set epoch = $1, setup_hash = null, setup_expires_at = null', [
    newEpoch(),
  ]);
  return report;
}

/** The migrations the backup knows, in the form it knows them. */
async function makeSchema(client: Client, header: BackupHeader): Promise<void> {
  const files = new Map((await migrationFiles()).map((file) => [file.name, file]));
  for (const { name, checksum } of header.migrations) {
    const file = files.get(name);
    if (!file) throw newer(`the migration ${name} is unknown here`);
    if (file.checksum !== checksum)
      throw new MesherError('bad_request', `The backup knows the migration ${name} in another form.`, {
        hint: `It was made by Mesher ${header.mesher}; restore it with that version.`,
      });
    await applyMigration(client, file);
  }
}

async function restoreTable(
  client: Client,
  table: TableHeader,
  frames: AsyncGenerator<Frame>,
  onBytes: (bytes: number) => void,
): Promise<number> {
  let rows: number | null = null;
  async function* data(): AsyncGenerator<Buffer> {
    for (;;) {
      const frame = await frames.next();
      if (frame.done === true) throw damaged('a table is missing its end');
      if (frame.value.type === 'rows') {
        rows = frame.value.rows;
        return;
      }
      if (frame.value.type !== 'data') throw damaged('a table is missing its end');
      onBytes(frame.value.bytes.length);
      yield frame.value.bytes;
    }
  }
  const copy = client.query(
    copyFrom(`copy ${quoted(table.name)} (${columnList(table)}) from stdin (format binary)`),
  );
  await pipeline(Readable.from(data()), copy);
  if (copy.rowCount !== rows) throw damaged(`rows of the table ${table.name} are missing`);
  return copy.rowCount;
}
