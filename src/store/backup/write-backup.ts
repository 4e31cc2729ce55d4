/**
 * A backup of a running database: all tables as one snapshot sees them, into a file that is complete or not there. In:
 * the URL. Out: what was written. Writers and readers of the database go on meanwhile.
 */
import { once } from 'node:events';
import { createWriteStream, existsSync } from 'node:fs';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { MesherError } from '../../errors.ts';
import { columnList, isKept, listSequences, listTables, quoted } from './backup-catalog.ts';
import { encodeFrames, MAGIC, type Frame } from './backup-format.ts';

/** Rows are small and come one by one: together they cost less. */
const FRAME_BYTES = 256 * 1024;

export interface BackupOptions {
  /** Of a direct connection to PostgreSQL. */
  url: string;
  /** Must not exist. */
  file: string;
  /** Of Mesher. */
  version: string;
  signal?: AbortSignal;
  onProgress?: (progress: BackupProgress) => void;
}

export interface BackupProgress {
  table: string;
  /** Of all tables so far, as PostgreSQL gave them. */
  bytes: number;
}

export interface BackupReport {
  tables: number;
  rows: number;
  /** Of the file. */
  bytes: number;
}

export async function writeBackup(o: BackupOptions): Promise<BackupReport> {
  if (existsSync(o.file))
    throw new MesherError('conflict', `${o.file} exists.`, { hint: 'Choose another name, or remove it.' });
  await removeLeftOvers(o.file);
  const client = new Client({ connectionString: o.url, application_name: 'mesher backup' });
  client.on('error', () => undefined);
  await client.connect();
  const draft = `${o.file}.${process.pid}.partial`;
  try {
    const report = { tables: 0, rows: 0, bytes: 0 };
    const out = createWriteStream(draft, { flags: 'wx', mode: 0o600 });
    await once(out, 'open');
    out.write(MAGIC);
    await pipeline(
      Readable.from(encodeFrames(frames(client, o, report))),
      // Payloads are compressed already: a higher level costs time and gains nothing.
      createGzip({ level: 1 }),
      out,
      ...(o.signal ? [{ signal: o.signal }] : []),
    );
    await sync(draft);
    await rename(draft, o.file);
    await sync(dirname(o.file));
    return { ...report, bytes: (await stat(o.file)).size };
  } finally {
    await rm(draft, { force: true });
    await client.end().catch(() => undefined);
  }
}

async function* frames(client: Client, o: BackupOptions, report: BackupReport): AsyncGenerator<Frame> {
  await client.query(
    `set statement_timeout = 0; set idle_in_transaction_session_timeout = 0; set timezone = 'UTC'`,
  );
  const tables = (await beginSnapshot(client)).filter(isKept);
  const { rows: migrations } = await client.query<{ name: string; checksum: string }>(
    'select name, checksum from migrations order by name',
  );
  const { rows: server } = await client.query<{ version: string; now: Date }>(
    `select current_setting('server_version') as version, now() as now`,
  );
  yield {
    type: 'header',
    header: {
      mesher: o.version,
      postgres: server[0]?.version ?? '',
      created: server[0]?.now.toISOString() ?? '',
      migrations,
      // Not part of the snapshot, but never behind it: no id is given twice.
      sequences: await listSequences(client),
    },
  };
  let bytes = 0;
  for (const table of tables) {
    yield { type: 'table', table };
    const copy = client.query(
      copyTo(`copy (select ${columnList(table)} from ${quoted(table.name)}) to stdout (format binary)`),
    );
    for await (const data of joined(copy)) {
      bytes += data.length;
      yield { type: 'data', bytes: data };
      o.onProgress?.({ table: table.name, bytes });
    }
    yield { type: 'rows', rows: copy.rowCount };
    report.tables++;
    report.rows += copy.rowCount;
  }
  await client.query('commit');
}

/**
 * One snapshot of all tables. The locks come before it (LOCK takes no snapshot), so that no partition can be dropped
 * between its moment and the reading; a table or partition made in between is empty in it.
 */
async function beginSnapshot(client: Client) {
  const found = await listTables(client);
  if (!found.some(({ name }) => name === 'migrations'))
    throw new MesherError('not_found', 'There is nothing to back up: this database is not one of Mesher.', {
      hint: 'Check DATABASE_URL or MESHER_DATA_DIR.',
    });
  await client.query('begin isolation level repeatable read read only');
  await client.query(`lock table ${found.map(({ name }) => quoted(name)).join(', ')} in access share mode`);
  return listTables(client);
}

async function* joined(chunks: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  let held: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    if (!Buffer.isBuffer(chunk)) continue;
    for (let at = 0; at < chunk.length; at += FRAME_BYTES) {
      const part = chunk.subarray(at, at + FRAME_BYTES);
      held.push(part);
      size += part.length;
      if (size < FRAME_BYTES) continue;
      yield Buffer.concat(held);
      held = [];
      size = 0;
    }
  }
  if (size > 0) yield Buffer.concat(held);
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Drafts of processes that were killed. */
async function removeLeftOvers(file: string): Promise<void> {
  const prefix = `${basename(file)}.`;
  for (const name of await readdir(dirname(file)).catch(() => [])) {
    const pid = name.startsWith(prefix) ? /^(\d+)\.partial$/.exec(name.slice(prefix.length))?.[1] : undefined;
    if (pid !== undefined && !isAlive(Number(pid))) await rm(join(dirname(file), name), { force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
