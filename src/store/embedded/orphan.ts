/**
 * The PostgreSQL of a server that was killed. It is stopped, not taken over: it is not our child (its end would go
 * unseen), its log goes nowhere, and after an update it would run old programs with old settings; a fast shutdown
 * costs a quarter of a second and loses nothing.
 */
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../lib/clock.ts';
import type { Logger } from '../../log.ts';
import type { LockContent } from './data-lock.ts';
import { EmbeddedPostgresError } from './embedded-error.ts';
import { identityOf, isRunning, type ProcessIdentity } from './process-identity.ts';

const LADDER = [
  { signal: 'SIGINT', waitMs: 20_000 },
  { signal: 'SIGQUIT', waitMs: 5_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
] as const;

const BACKENDS_END_MS = 10_000;

/** Call it while holding the data lock. Resolves when no PostgreSQL works on `pgData`. */
export async function stopOrphan(o: {
  pgData: string;
  left: LockContent | null;
  log: Logger;
  clock: Clock;
}): Promise<void> {
  if (o.left?.socketDir) rmSync(o.left.socketDir, { recursive: true, force: true });
  // The lock is certain where there is /proc: pid and start time. The pid file covers a lock that was lost.
  if (o.left?.postmaster && isRunning(o.left.postmaster)) await end(o.left.postmaster, o);
  const pidFile = join(o.pgData, 'postmaster.pid');
  const pid = readPid(pidFile);
  if (pid === null) return;
  const candidate = identityOf(pid);
  if (isRunning(candidate) && worksIn(pid, o.pgData)) await end(candidate, o);
  else await forgetPid(pidFile, o);
}

/**
 * PostgreSQL clears the file of a pid that is gone by itself. It refuses to start when the pid is something else's now
 * (a restarted container reuses the low ones), or a zombie's: killed, and its parent has not waited for it; a process 1
 * that waits for nobody leaves it so for ever. Backends end by themselves once they miss their postmaster; the file is
 * what keeps a second server off their data, so it stays while one of them is there.
 */
async function forgetPid(pidFile: string, o: { pgData: string; clock: Clock }): Promise<void> {
  if (process.platform !== 'linux') return;
  const deadline = o.clock.monotonic() + BACKENDS_END_MS;
  while (anyWorksIn(o.pgData)) {
    if (o.clock.monotonic() > deadline) return;
    await new Promise<void>((resolve) => o.clock.after(20, resolve));
  }
  rmSync(pidFile, { force: true });
}

function anyWorksIn(pgData: string): boolean {
  return readdirSync('/proc').some((name) => /^\d+$/.test(name) && worksIn(Number(name), pgData));
}

async function end(postmaster: ProcessIdentity, o: { log: Logger; clock: Clock }): Promise<void> {
  const { pid } = postmaster;
  o.log.warn({ pid }, 'the previous server was killed and left its PostgreSQL running; stopping it');
  for (const { signal, waitMs } of LADDER) {
    if (!kill(pid, signal)) break;
    if (await endsWithin(postmaster, waitMs, o.clock)) return;
  }
  throw new EmbeddedPostgresError(
    'in_use',
    `A PostgreSQL (pid ${pid}) that a killed server left running cannot be stopped.`,
    `Stop it by hand: kill -INT ${pid}.`,
  );
}

function readPid(pidFile: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
    return pid > 0 ? pid : null;
  } catch {
    return null;
  }
}

/** A postmaster's working directory is its data directory. Without /proc nothing can be said. */
function worksIn(pid: number, pgData: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === pgData;
  } catch {
    return false; // Another user's process: PostgreSQL of this data directory runs as ours.
  }
}

function kill(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    // Gone meanwhile is what we want; anything else (EPERM) is for a person.
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

async function endsWithin(candidate: ProcessIdentity, ms: number, clock: Clock): Promise<boolean> {
  const deadline = clock.monotonic() + ms;
  while (isRunning(candidate)) {
    if (clock.monotonic() > deadline) return false;
    await new Promise<void>((resolve) => clock.after(20, resolve));
  }
  return true;
}
