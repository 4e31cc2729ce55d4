/**
 * One run of PostgreSQL's main process. In: a layout and where it listens. Out: a process that answers, its end as
 * a promise, and a clean stop that escalates.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { Client, DatabaseError } from 'pg';
import type { Clock } from '../../lib/clock.ts';
import type { BoundedLog } from './bounded-log.ts';
import { spawnIdentity, SUPERUSER } from './cluster.ts';
import { fromPostgresLog } from './embedded-error.ts';
import type { Layout } from './layout.ts';

export type Endpoint =
  | { readonly kind: 'socket'; readonly dir: string }
  | { readonly kind: 'tcp'; readonly port: number; readonly password: string };

const DATABASE = 'mesher';
/** Names the socket's file only; nothing listens on TCP. */
const SOCKET_PORT = 5432;
const PROBE_EVERY_MS = 15;
/** Before PostgreSQL answers at all. Replaying its log after a crash may take longer: then it does answer. */
const SILENT_MS = 60_000;
const FAST_SHUTDOWN_MS = 30_000;
const IMMEDIATE_SHUTDOWN_MS = 10_000;

/** `host` in the query wins over the one before it, for node-postgres and for libpq; so the URL stays a valid one. */
export function connectionUrl(endpoint: Endpoint, database = DATABASE): string {
  return endpoint.kind === 'socket'
    ? `postgres://${SUPERUSER}@localhost/${database}?host=${encodeURIComponent(endpoint.dir)}&port=${SOCKET_PORT}`
    : `postgres://${SUPERUSER}:${endpoint.password}@127.0.0.1:${endpoint.port}/${database}`;
}

export class Postmaster {
  readonly #child: ChildProcess;
  readonly #layout: Layout;
  readonly #endpoint: Endpoint;
  readonly #clock: Clock;
  readonly #log: BoundedLog;
  #spawnError: Error | null = null;
  /** Settles when the process is gone, however it went. */
  readonly exited: Promise<void>;

  constructor(layout: Layout, endpoint: Endpoint, clock: Clock, log: BoundedLog) {
    this.#layout = layout;
    this.#endpoint = endpoint;
    this.#clock = clock;
    this.#log = log;
    log.forget();
    this.#child = spawn(join(layout.binaries.native, 'bin', 'postgres'), launchArguments(layout, endpoint), {
      ...spawnIdentity(layout),
      cwd: layout.pgData,
      // Its own process session: Ctrl-C goes to the whole foreground group, and must reach PostgreSQL only after
      // the server has drained.
      detached: true,
      windowsHide: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (chunk: string) => log.append(chunk));
    this.exited = new Promise((resolve) => {
      this.#child.once('exit', () => resolve());
      this.#child.once('error', (error) => {
        this.#spawnError = error;
        resolve();
      });
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get running(): boolean {
    return this.#spawnError === null && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves when the database `mesher` can be used; it is created on the first start. Throws with the cause. */
  async ready(): Promise<void> {
    const begun = this.#clock.monotonic();
    let answered = false;
    for (;;) {
      if (!this.running) throw this.#cause();
      const answer = await probe(connectionUrl(this.#endpoint));
      if (answer === 'ready') return;
      if (answer === 'no_database') await createDatabase(connectionUrl(this.#endpoint, 'postgres'));
      answered ||= answer !== 'silent';
      if (!answered && this.#clock.monotonic() - begun > SILENT_MS) {
        await this.stop();
        throw fromPostgresLog(['FATAL: it does not answer'], this.#layout.dataDir);
      }
      if (answer !== 'no_database') await this.#wait(PROBE_EVERY_MS);
    }
  }

  /**
   * Fast shutdown: sessions are ended, what was committed is checkpointed. A disk that hangs makes it an immediate
   * one, which loses nothing either but makes the next start replay the log.
   */
  async stop(): Promise<void> {
    if (!this.running) return;
    if (process.platform === 'win32') {
      spawn(join(this.#layout.binaries.native, 'bin', 'pg_ctl'), [
        'stop',
        '-D',
        this.#layout.pgData,
        '-m',
        'fast',
      ]);
      if (await this.#endsWithin(FAST_SHUTDOWN_MS)) return;
    }
    this.#child.kill('SIGINT');
    if (await this.#endsWithin(FAST_SHUTDOWN_MS)) return;
    this.#child.kill('SIGQUIT');
    if (await this.#endsWithin(IMMEDIATE_SHUTDOWN_MS)) return;
    this.#child.kill('SIGKILL');
    await this.exited;
  }

  #cause(): Error {
    if (this.#spawnError)
      return fromPostgresLog([`FATAL: ${this.#spawnError.message}`], this.#layout.dataDir);
    return fromPostgresLog(this.#log.lastLines(), this.#layout.dataDir);
  }

  async #endsWithin(ms: number): Promise<boolean> {
    await Promise.race([this.exited, this.#wait(ms)]);
    return !this.running;
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => this.#clock.after(ms, resolve));
  }
}

function launchArguments(layout: Layout, endpoint: Endpoint): string[] {
  const settings =
    endpoint.kind === 'socket'
      ? {
          listen_addresses: '',
          port: String(SOCKET_PORT),
          unix_socket_directories: `"${endpoint.dir.replaceAll('"', '""')}"`,
          unix_socket_permissions: '0700',
        }
      : { listen_addresses: '127.0.0.1', port: String(endpoint.port), unix_socket_directories: '' };
  return ['-D', layout.pgData, ...Object.entries(settings).flatMap(([k, v]) => ['-c', `${k}=${v}`])];
}

type Answer = 'ready' | 'no_database' | 'starting' | 'silent';

async function probe(connectionString: string): Promise<Answer> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {}); // A connection that breaks after it answered is the next probe's business.
  try {
    await client.connect();
    await client.end();
    return 'ready';
  } catch (error) {
    if (!(error instanceof DatabaseError)) return 'silent';
    if (error.code === '3D000') return 'no_database';
    // 57P03: starting up, or replaying its log after a crash. Anything else will not pass by waiting.
    if (error.code === '57P03') return 'starting';
    throw error;
  }
}

async function createDatabase(connectionString: string): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    await client.query(`create database ${DATABASE}`);
  } finally {
    await client.end();
  }
}
