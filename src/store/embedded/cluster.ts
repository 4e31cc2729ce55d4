/**
 * Makes a new cluster with initdb and keeps its settings. In: a layout. Out: a cluster that a crash at any moment
 * leaves either absent or complete, and the settings file that every start writes anew.
 */
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { fromFileError, fromPostgresLog } from './embedded-error.ts';
import type { Layout } from './layout.ts';

export const SUPERUSER = 'mesher';

/** Everything that differs from PostgreSQL's defaults, each with its reason. */
const SETTINGS: Readonly<Record<string, string>> = {
  // An event is answered 200 only when it is on the disk.
  fsync: 'on',
  synchronous_commit: 'on',
  max_connections: '50',
  shared_buffers: '128MB',
  // One node, no replication: no snapshots of running transactions in the log while idle, and tables made in
  // the transaction that fills them (restore) skip the log. A COPY into an existing partition costs the same.
  wal_level: 'minimal',
  max_wal_senders: '0',
  wal_compression: 'on',
  max_wal_size: '2GB',
  checkpoint_timeout: '10min',
  checkpoint_completion_target: '0.9',
  // Compiling costs more than any of our short statements.
  jit: 'off',
  // Insert-heavy day partitions, and few hot rows (counters, issues) that are updated in every batch.
  autovacuum_max_workers: '2',
  autovacuum_naptime: '30s',
  autovacuum_vacuum_scale_factor: '0.05',
  autovacuum_analyze_scale_factor: '0.05',
  autovacuum_vacuum_insert_scale_factor: '0.2',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Mesher reads these messages for their cause.
  lc_messages: 'C',
  log_line_prefix: '%m [%p] ',
  log_checkpoints: 'off',
  log_autovacuum_min_duration: '-1',
};

const POSTGRESQL_CONF = `# Mesher's settings; the file is written at every start. Your own go below and win over them.
include 'mesher.conf'
`;

/** `extra` wins over our settings, and the lines in postgresql.conf over both. */
export function writeSettings(layout: Layout, extra: Readonly<Record<string, string>>): void {
  const lines = Object.entries({ ...SETTINGS, ...extra }).map(
    ([k, v]) => `${k} = '${v.replaceAll("'", "''")}'`,
  );
  const file = join(layout.pgData, 'mesher.conf');
  const text = `# Written by Mesher at every start.\n${lines.join('\n')}\n`;
  if (fs.existsSync(file) && fs.readFileSync(file, 'utf8') === text) return;
  // Beside it and moved: on a full disk the old settings stay whole.
  fs.writeFileSync(`${file}.new`, text);
  if (layout.account) fs.chownSync(`${file}.new`, layout.account.uid, layout.account.gid);
  fs.renameSync(`${file}.new`, file);
}

/** `password` only where PostgreSQL listens on TCP (Windows); the socket's folder is the guard elsewhere. */
export async function makeClusterIfMissing(layout: Layout, password: string | null): Promise<boolean> {
  if (fs.existsSync(join(layout.pgData, 'PG_VERSION'))) return false;
  const draft = `${layout.pgData}.new`;
  try {
    fs.rmSync(draft, { recursive: true, force: true });
    fs.mkdirSync(draft, { mode: 0o700 });
    if (layout.account) fs.chownSync(draft, layout.account.uid, layout.account.gid);
  } catch (error) {
    throw fromFileError(error, layout.dataDir);
  }
  const passwordFile = join(layout.dataDir, 'initdb-password');
  if (password !== null) fs.writeFileSync(passwordFile, password, { mode: 0o600 });
  try {
    await runInitdb(layout, draft, password === null ? [] : [`--pwfile=${passwordFile}`]);
  } finally {
    fs.rmSync(passwordFile, { force: true });
  }
  fs.writeFileSync(join(draft, 'postgresql.conf'), POSTGRESQL_CONF);
  fs.renameSync(draft, layout.pgData);
  return true;
}

async function runInitdb(layout: Layout, pgData: string, extra: string[]): Promise<void> {
  const args = [
    `--pgdata=${pgData}`,
    `--username=${SUPERUSER}`,
    `--auth=${extra.length > 0 ? 'scram-sha-256' : 'trust'}`,
    '--encoding=UTF8',
    // The built-in provider sorts the same on every machine and needs no locale of the system.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
    ...extra,
  ];
  const child = spawn(join(layout.binaries.native, 'bin', 'initdb'), args, {
    ...spawnIdentity(layout),
    cwd: dirname(pgData),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => (output = (output + chunk).slice(-8192)));
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return;
  fs.rmSync(pgData, { recursive: true, force: true });
  throw fromPostgresLog(output.trim().split('\n'), layout.dataDir);
}

/** Account and environment of every program of PostgreSQL. Variables like PGDATA and PGPORT would change it. */
export function spawnIdentity(layout: Layout): { uid?: number; gid?: number; env: NodeJS.ProcessEnv } {
  const env: NodeJS.ProcessEnv = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
  if (process.platform === 'win32') Object.assign(env, { SystemRoot: process.env['SystemRoot'] });
  const { account } = layout;
  return account ? { uid: account.uid, gid: account.gid, env } : { env };
}
