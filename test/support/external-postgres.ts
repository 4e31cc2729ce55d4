/** A PostgreSQL of the machine (Debian's package) on a temporary folder, run as an ordinary user. */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort, until } from './server-process.ts';

const run = promisify(execFile);
const VERSIONS = '/usr/lib/postgresql';
const OLDEST = 15;
const NOBODY = 65534;

/** The newest installed one; null where there is none, which is said once. */
export function externalPostgresBin(): string | null {
  const versions = existsSync(VERSIONS) ? readdirSync(VERSIONS).map(Number) : [];
  const bins = versions
    .filter((version) => version >= OLDEST)
    .sort((a, b) => b - a)
    .map((version) => join(VERSIONS, String(version), 'bin'))
    .filter((bin) => existsSync(join(bin, 'initdb')));
  const [bin] = bins;
  if (bin === undefined) console.warn('NOTICE: skipped, no PostgreSQL of the machine (package postgresql)');
  return bin ?? null;
}

export interface ExternalPostgres {
  url: string;
  start(): Promise<void>;
  /** `SIGINT` ends its clients and it, `SIGQUIT` is a crash. */
  end(signal: NodeJS.Signals): Promise<void>;
  /** All its processes stand still: connections stay open, and nobody answers. */
  freeze(on: boolean): void;
  remove(): Promise<void>;
}

export async function createExternalPostgres(bin: string): Promise<ExternalPostgres> {
  const dir = mkdtempSync(join(tmpdir(), 'mesher-external-pg-'));
  // PostgreSQL refuses to run as root.
  const as = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if (as.uid !== undefined) chownSync(dir, as.uid, as.gid);
  const data = join(dir, 'data');
  const initdb = ['-D', data, '-U', 'mesher', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N'];
  await run(join(bin, 'initdb'), initdb, { ...as, cwd: dir });
  const port = await freePort();
  const url = `postgres://mesher@127.0.0.1:${port}/postgres`;
  let child: ChildProcess | null = null;

  async function end(signal: NodeJS.Signals): Promise<void> {
    const running = child;
    if (running === null) return;
    const gone = new Promise((resolve) => running.once('exit', resolve));
    running.kill(signal);
    await gone;
    child = null;
  }

  return {
    url,
    async start() {
      const options = ['-D', data, '-p', String(port), '-k', dir, '-h', '127.0.0.1'];
      child = spawn(join(bin, 'postgres'), options, { ...as, cwd: dir, stdio: 'ignore' });
      await until('PostgreSQL', () => answers(url));
    },
    end,
    freeze(on) {
      const postmaster = child?.pid;
      if (postmaster === undefined) throw new Error('PostgreSQL does not run');
      const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8');
      for (const pid of [postmaster, ...children.split(' ').filter(Boolean).map(Number)])
        process.kill(pid, on ? 'SIGSTOP' : 'SIGCONT');
    },
    async remove() {
      await end('SIGQUIT');
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}
