/**
 * One server per data directory: `<dataDir>/server.lock` names the server that holds it, its postmaster and the
 * URL for commands beside it. In: the data directory. Out: a held lock, or the content of a living one.
 */
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedPostgresError, isDiskFull } from './embedded-error.ts';
import { identityOf, isRunning, type ProcessIdentity } from './process-identity.ts';

export interface LockContent {
  readonly server: ProcessIdentity;
  readonly postmaster: ProcessIdentity | null;
  /** Folder of the socket, to remove when the server was killed. */
  readonly socketDir: string | null;
  /** Set while PostgreSQL answers. */
  readonly url: string | null;
}

export interface DataLock {
  /** What a killed server left in the lock, if one did. */
  readonly left: LockContent | null;
  update(change: Partial<Omit<LockContent, 'server'>>): void;
  release(): void;
}

/** Takes the lock, or throws `in_use`. */
export function takeDataLock(dataDir: string): DataLock {
  const path = join(dataDir, 'server.lock');
  const draft = `${path}.${process.pid}`;
  let content: LockContent = {
    server: identityOf(process.pid),
    postmaster: null,
    socketDir: null,
    url: null,
  };
  let left: LockContent | null = null;
  writeFileSync(draft, JSON.stringify(content), { mode: 0o600 });
  try {
    // A link appears complete or not at all, and only where there is none yet.
    for (let attempt = 0; ; attempt++) {
      if (tryLink(draft, path)) break;
      const found = readLock(dataDir);
      if ((found && isRunning(found.server)) || attempt === 5) throw inUse(dataDir, found);
      if (found) left = found;
      removeStale(path, found, dataDir);
    }
  } finally {
    rmSync(draft, { force: true });
  }
  return {
    left,
    update(change) {
      content = { ...content, ...change };
      try {
        writeFileSync(draft, JSON.stringify(content), { mode: 0o600 });
        renameSync(draft, path);
      } catch (error) {
        // What it says is a help for the next start, which finds PostgreSQL by its own pid file too: neither a start
        // nor a stop may end half done for it.
        if (!isDiskFull(error)) throw error;
        rmSync(draft, { force: true });
      }
    },
    release() {
      if (readLock(dataDir)?.server.pid === process.pid) rmSync(path, { force: true });
    },
  };
}

/** The content of the lock, whether its server lives or not; null when there is none (or it is damaged). */
export function readLock(dataDir: string): LockContent | null {
  try {
    return JSON.parse(readFileSync(join(dataDir, 'server.lock'), 'utf8')) as LockContent;
  } catch {
    return null;
  }
}

function tryLink(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

/** Two servers may find the same stale lock: the one that moves it away must check that it moved that one. */
function removeStale(path: string, seen: LockContent | null, dataDir: string): void {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return; // The other one was faster.
  }
  let moved: LockContent | null = null;
  try {
    moved = JSON.parse(readFileSync(aside, 'utf8')) as LockContent;
  } catch {
    // Damaged: a crash of the machine while it was written.
  }
  const stolen = moved && moved.server.pid !== seen?.server.pid && isRunning(moved.server);
  if (stolen) tryLink(aside, path);
  rmSync(aside, { force: true });
  if (stolen) throw inUse(dataDir, moved);
}

function inUse(dataDir: string, holder: LockContent | null): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'in_use',
    `Another Mesher process${holder ? ` (pid ${holder.server.pid})` : ''} uses the data directory ${dataDir}.`,
    'Stop it first, or give this one its own MESHER_DATA_DIR and MESHER_PORT.',
  );
}
