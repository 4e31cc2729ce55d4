/**
 * The embedded PostgreSQL: a real server from the npm package's programs, run for one data directory. In: the
 * directory. Out: a connection URL that stays valid while PostgreSQL is restarted after a crash, and a clean stop.
 */
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { backoffMs } from '../../lib/backoff.ts';
import type { Clock, Timer } from '../../lib/clock.ts';
import type { Logger } from '../../log.ts';
import { createBoundedLog, type BoundedLog } from './bounded-log.ts';
import { makeClusterIfMissing, writeSettings } from './cluster.ts';
import { readLock, takeDataLock, type DataLock } from './data-lock.ts';
import { createDiskRoom, type DiskRoom } from './disk-room.ts';
import { EmbeddedPostgresError, fromFileError, fromPostgresLog } from './embedded-error.ts';
import { makeDataDir, makeSocketDir, prepareLayout, type Layout } from './layout.ts';
import { stopOrphan } from './orphan.ts';
import { connectionUrl, Postmaster, type Endpoint } from './postmaster.ts';
import { identityOf, isRunning } from './process-identity.ts';

export type EmbeddedState = 'starting' | 'ready' | 'down' | 'stopped';

export interface EmbeddedOptions {
  readonly dataDir: string;
  readonly log: Logger;
  readonly clock: Clock;
  readonly onState?: (state: EmbeddedState) => void;
  /** Settings of PostgreSQL that win over ours; tests switch durability off. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly random?: () => number;
}

export interface EmbeddedPostgres {
  /** For node-postgres and libpq; the database `mesher` exists. */
  readonly url: string;
  state(): EmbeddedState;
  /** Ends PostgreSQL and frees the data directory. May be called twice. */
  stop(): Promise<void>;
  /** false: its disk is full, nothing more should be stored. */
  hasDiskRoom(): boolean;
  /** 0 while it is down. */
  postmasterPid(): number;
}

/** A first start right after a kill -9 finds shared memory of backends that are still ending. */
const START_RETRIES = 20;
const STABLE_MS = 60_000;
const BASE_DELAY_MS = 100;
/** What ran for eight seconds need not be given up for thirty, however often that happens. */
const MAX_SHARE_WAITED = 4;

/** Resolves when PostgreSQL answers. Throws EmbeddedPostgresError with the cause and what to do. */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  // The timers of the clock do not keep the process alive, and nothing else may while an orphan ends or a restart
  // waits: until it is stopped, this does.
  const alive = setInterval(() => {}, 60_000);
  const dataDir = makeDataDir(resolve(options.dataDir));
  let lock: DataLock | null = null;
  let server: RunningServer | null = null;
  try {
    lock = takeLock(dataDir);
    const layout = prepareLayout(dataDir, options.log);
    await stopOrphan({ pgData: layout.pgData, left: lock.left, log: options.log, clock: options.clock });
    const endpoint = await chooseEndpoint(layout);
    server = new RunningServer(options, layout, endpoint, lock, () => clearInterval(alive));
    await server.start();
    return server;
  } catch (error) {
    await server?.stop();
    lock?.release();
    clearInterval(alive);
    throw fromFileError(error, dataDir);
  }
}

/** The URL of the PostgreSQL that a living Mesher process runs on this data directory; null when there is none. */
export function peekEmbedded(dataDir: string): string | null {
  const lock = readLock(resolve(dataDir));
  return lock && isRunning(lock.server) ? lock.url : null;
}

function takeLock(dataDir: string): DataLock {
  try {
    return takeDataLock(dataDir);
  } catch (error) {
    throw fromFileError(error, dataDir);
  }
}

async function chooseEndpoint(layout: Layout): Promise<Endpoint> {
  if (process.platform !== 'win32') return { kind: 'socket', dir: makeSocketDir(layout.account) };
  const file = join(layout.dataDir, 'postgres-password');
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
  return { kind: 'tcp', port: await freePort(), password: readFileSync(file, 'utf8') };
}

function freePort(): Promise<number> {
  return new Promise((done, failed) => {
    const server = createServer().once('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

class RunningServer implements EmbeddedPostgres {
  readonly #options: EmbeddedOptions;
  readonly #layout: Layout;
  readonly #endpoint: Endpoint;
  readonly #lock: DataLock;
  readonly #letGo: () => void;
  readonly #postgresLog: BoundedLog;
  readonly #disk: DiskRoom;
  #postmaster: Postmaster | null = null;
  #state: EmbeddedState = 'starting';
  #restart: Timer | null = null;
  #failures = 0;
  #readyAt = 0;
  #stopping: Promise<void> | null = null;

  constructor(
    options: EmbeddedOptions,
    layout: Layout,
    endpoint: Endpoint,
    lock: DataLock,
    letGo: () => void,
  ) {
    this.#letGo = letGo;
    this.#options = options;
    this.#layout = layout;
    this.#endpoint = endpoint;
    this.#lock = lock;
    this.#postgresLog = createBoundedLog(join(layout.dataDir, 'postgres.log'));
    const { clock, log } = options;
    this.#disk = createDiskRoom({ dir: layout.pgData, clock, log, onRoom: () => this.#hurry() });
  }

  get url(): string {
    return connectionUrl(this.#endpoint);
  }

  state(): EmbeddedState {
    return this.#state;
  }

  postmasterPid(): number {
    return this.#postmaster?.running ? this.#postmaster.pid : 0;
  }

  hasDiskRoom(): boolean {
    return this.#disk.hasRoom();
  }

  /** Resolves when it answers; only a cause that waiting may remove is retried. */
  async start(): Promise<void> {
    const password = this.#endpoint.kind === 'tcp' ? this.#endpoint.password : null;
    await makeClusterIfMissing(this.#layout, password);
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.#launch();
      } catch (error) {
        if (attempt >= START_RETRIES || !this.#mayPass()) throw error;
        await new Promise<void>((again) =>
          this.#options.clock.after(this.#delay(Math.min(attempt, 2)), again),
        );
      }
    }
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#disk.stop();
    this.#restart?.cancel();
    this.#lock.update({ url: null });
    await this.#postmaster?.stop();
    if (this.#endpoint.kind === 'socket') rmSync(this.#endpoint.dir, { recursive: true, force: true });
    this.#lock.release();
    this.#letGo();
    this.#become('stopped');
  }

  async #launch(): Promise<void> {
    this.#become('starting');
    this.#restoreSocketDir();
    writeSettings(this.#layout, this.#options.settings ?? {});
    const postmaster = new Postmaster(this.#layout, this.#endpoint, this.#options.clock, this.#postgresLog);
    this.#postmaster = postmaster;
    this.#lock.update({
      postmaster: postmaster.pid > 0 ? identityOf(postmaster.pid) : null,
      socketDir: this.#endpoint.kind === 'socket' ? this.#endpoint.dir : null,
    });
    try {
      await postmaster.ready();
    } catch (error) {
      await postmaster.stop(); // It may run without being usable, and a second one beside it could not start.
      throw error;
    }
    if (this.#stopping) return;
    this.#readyAt = this.#options.clock.monotonic();
    this.#lock.update({ url: this.url });
    this.#become('ready');
    void postmaster.exited.then(() => this.#onExit());
  }

  #onExit(): void {
    if (this.#stopping) return;
    const ranMs = this.#options.clock.monotonic() - this.#readyAt;
    if (ranMs > STABLE_MS) this.#failures = 0;
    const maxDelayMs = Math.max(BASE_DELAY_MS, ranMs / MAX_SHARE_WAITED);
    this.#down(fromPostgresLog(this.#postgresLog.lastLines(), this.#layout.dataDir), maxDelayMs);
  }

  #down(error: unknown, maxDelayMs = Infinity): void {
    this.#become('down');
    const delayMs = Math.min(maxDelayMs, this.#delay(this.#failures++));
    const reason = error instanceof EmbeddedPostgresError ? error.reason : 'failed';
    this.#options.log.error(
      { reason, restartInMs: Math.round(delayMs), postgresLog: this.#postgresLog.lastLines().slice(-5) },
      'the embedded PostgreSQL is down; restarting it',
    );
    this.#restart = this.#options.clock.after(delayMs, () => void this.#relaunch());
  }

  /** Whatever it waits for: what it most likely failed of is gone. */
  #hurry(): void {
    if (this.#restart === null) return;
    this.#restart.cancel();
    void this.#relaunch();
  }

  async #relaunch(): Promise<void> {
    this.#restart = null;
    try {
      await this.#launch();
    } catch (error) {
      if (!this.#stopping) this.#down(error);
    }
  }

  #delay(attempt: number): number {
    return backoffMs(attempt, {
      baseMs: BASE_DELAY_MS,
      capMs: 30_000,
      random: this.#options.random ?? Math.random,
    });
  }

  #mayPass(): boolean {
    return /pre-existing shared memory block/.test(this.#postgresLog.lastLines().join('\n'));
  }

  /** Something may have cleaned the temporary folder while PostgreSQL was down. */
  #restoreSocketDir(): void {
    if (this.#endpoint.kind !== 'socket' || existsSync(this.#endpoint.dir)) return;
    mkdirSync(this.#endpoint.dir, { mode: 0o700 });
    const { account } = this.#layout;
    if (account) chownSync(this.#endpoint.dir, account.uid, account.gid);
  }

  #become(state: EmbeddedState): void {
    if (this.#state === state && state !== 'starting') return;
    this.#state = state;
    this.#options.onState?.(state);
  }
}
