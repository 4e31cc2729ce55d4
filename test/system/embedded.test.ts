/** The embedded PostgreSQL as a user meets it: real processes that are stopped, killed and started again. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { peekEmbedded } from '../../src/store/embedded/embedded-postgres.ts';
import { identityOf, isRunning } from '../../src/store/embedded/process-identity.ts';
import { eventually } from '../support/eventually.ts';

const PROGRAM = join(import.meta.dirname, '..', 'support', 'embedded-server.ts');
const ROOT_USER = process.getuid?.() === 0;
const NOBODY = 65534;

interface Fact {
  state?: string;
  url?: string;
  pid?: number;
  reason?: string;
  message?: string;
  hint?: string;
}

/** A started program and a way to wait for what it says. */
class Server {
  readonly child: ChildProcess;
  readonly #facts: Fact[] = [];
  #wake: () => void = () => {};
  #ended = false;
  #stderr = '';

  constructor(dataDir: string, identity: { uid?: number; gid?: number } = {}) {
    this.child = spawn(process.execPath, [PROGRAM, dataDir], {
      ...identity,
      cwd: '/',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(this.child);
    this.child.stderr?.on('data', (chunk: Buffer) => (this.#stderr += chunk.toString()));
    if (this.child.stdout) {
      createInterface(this.child.stdout).on('line', (line) => {
        const fact = JSON.parse(line) as Fact;
        if (fact.pid) postmasters.push(fact.pid);
        this.#facts.push(fact);
        this.#wake();
      });
    }
    this.child.once('close', () => {
      this.#ended = true;
      this.#wake();
    });
  }

  /** The next fact that matches; facts before it are consumed. */
  async next(matches: (fact: Fact) => boolean): Promise<Fact> {
    for (;;) {
      for (let fact = this.#facts.shift(); fact; fact = this.#facts.shift()) if (matches(fact)) return fact;
      if (this.#ended) throw new Error(`the server ended without saying it: ${this.#stderr}`);
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  async ready(): Promise<{ url: string; pid: number }> {
    const {
      url = '',
      pid = 0,
      message,
    } = await this.next((f) => f.url !== undefined || f.reason !== undefined);
    if (message) throw new Error(message);
    return { url, pid };
  }

  failure(): Promise<Fact> {
    return this.next((fact) => fact.reason !== undefined);
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    const { child } = this;
    if (child.exitCode === null && child.signalCode === null) {
      const gone = new Promise((resolve) => child.once('close', resolve));
      child.kill(signal);
      await gone;
    }
    return child.exitCode;
  }
}

let children: ChildProcess[] = [];
let postmasters: number[] = [];
let home = '';

beforeEach(() => {
  home = fs.mkdtempSync(join(tmpdir(), 'mesher-embedded-'));
  fs.chmodSync(home, 0o755);
});

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  for (const pid of postmasters) {
    const comm = `/proc/${pid}/comm`;
    if (fs.existsSync(comm) && fs.readFileSync(comm, 'utf8').startsWith('postgres'))
      process.kill(pid, 'SIGKILL');
  }
  children = [];
  postmasters = [];
  fs.rmSync(home, { recursive: true, force: true });
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows.map((row) => Object.values(row)[0]);
  } finally {
    await client.end();
  }
}

const remember = (url: string) => query(url, 'create table kept as select 42 as n');
const recall = (url: string) => query(url, 'select n from kept');

describe('embedded PostgreSQL', () => {
  it('OP1 keeps data over a clean stop that leaves nothing running and nothing behind', async () => {
    const dataDir = join(home, 'data');
    const first = new Server(dataDir);
    const { url, pid } = await first.ready();
    expect(peekEmbedded(dataDir)).toBe(url);
    const socketDir = new URL(url).searchParams.get('host') ?? '';
    expect(fs.statSync(socketDir).mode & 0o777).toBe(0o700);
    await remember(url);
    expect(await first.end('SIGTERM')).toBe(0);
    expect(isRunning(identityOf(pid))).toBe(false);
    expect(fs.existsSync(socketDir)).toBe(false);
    expect(fs.readdirSync(dataDir).sort()).toEqual(['postgres', 'postgres.log']);
    expect(peekEmbedded(dataDir)).toBeNull();

    const second = new Server(dataDir);
    expect(await recall((await second.ready()).url)).toEqual([42]);
    expect(await second.end('SIGTERM')).toBe(0);
  });

  it('OP1 has durable settings and listens on no network', async () => {
    const server = new Server(join(home, 'data'));
    const { url } = await server.ready();
    const settings = await query(
      url,
      `select string_agg(name || '=' || setting, ' ' order by lower(name)) from pg_settings where name in
         ('fsync', 'full_page_writes', 'synchronous_commit', 'listen_addresses', 'TimeZone', 'jit')`,
    );
    expect(settings).toEqual([
      'fsync=on full_page_writes=on jit=off listen_addresses= synchronous_commit=on TimeZone=UTC',
    ]);
    await server.end('SIGTERM');
  });

  it('OP2 works in a data directory with a path of over 200 characters', async () => {
    const dataDir = join(home, 'd'.repeat(100), 'e'.repeat(100));
    const server = new Server(dataDir);
    expect(await query((await server.ready()).url, 'select 1 as n')).toEqual([1]);
    await server.end('SIGTERM');
  });

  it('OP3 starts again by itself after the server was killed with its PostgreSQL left running', async () => {
    const dataDir = join(home, 'data');
    const killed = new Server(dataDir);
    const orphan = await killed.ready();
    await remember(orphan.url);
    killed.child.kill('SIGKILL');
    await killed.end('SIGKILL');
    expect(isRunning(identityOf(orphan.pid))).toBe(true);
    expect(peekEmbedded(dataDir)).toBeNull();

    const next = new Server(dataDir);
    const { url, pid } = await next.ready();
    expect(pid).not.toBe(orphan.pid);
    expect(isRunning(identityOf(orphan.pid))).toBe(false);
    expect(fs.existsSync(new URL(orphan.url).searchParams.get('host') ?? '')).toBe(false);
    expect(await recall(url)).toEqual([42]);
    await next.end('SIGTERM');
  });

  it('OP3 is not confused by a postmaster.pid whose pid another process has now', async () => {
    const dataDir = join(home, 'data');
    const first = new Server(dataDir);
    await first.ready();
    await first.end('SIGTERM');
    // A process of PostgreSQL's own account: for that one PostgreSQL itself would refuse to start.
    const { uid, gid } = fs.statSync(join(dataDir, 'postgres'));
    const other = spawn('sleep', ['300'], { uid, gid, stdio: 'ignore' });
    children.push(other);
    fs.writeFileSync(join(dataDir, 'postgres', 'postmaster.pid'), `${other.pid}\n${dataDir}/postgres\n`);
    const next = new Server(dataDir);
    await next.ready();
    expect(other.exitCode).toBeNull();
    await next.end('SIGTERM');
  });

  it('OP3 starts though the killed postmaster is still a zombie that nobody has waited for', async (context) => {
    if (process.platform !== 'linux') context.skip('needs /proc');
    const dataDir = join(home, 'data');
    const first = new Server(dataDir);
    await first.ready();
    await first.end('SIGTERM');
    // The shell becomes `sleep`, which never waits for the child that the shell had.
    const { uid, gid } = fs.statSync(join(dataDir, 'postgres'));
    const parent = spawn('sh', ['-c', 'true & echo $!; exec sleep 300'], { uid, gid });
    children.push(parent);
    const zombie = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)));
    await eventually(() => fs.readFileSync(`/proc/${zombie}/stat`, 'utf8')).toContain(') Z ');
    fs.writeFileSync(join(dataDir, 'postgres', 'postmaster.pid'), `${zombie}\n${dataDir}/postgres\n`);
    const next = new Server(dataDir);
    expect(await query((await next.ready()).url, 'select 1 as n')).toEqual([1]);
    await next.end('SIGTERM');
  });

  it('OP4 restarts a killed postmaster behind the same URL', async () => {
    const server = new Server(join(home, 'data'));
    const { url, pid } = await server.ready();
    await remember(url);
    process.kill(pid, 'SIGKILL');
    await server.next((fact) => fact.state === 'down');
    await server.next((fact) => fact.state === 'ready');
    expect(await recall(url)).toEqual([42]);
    expect(await server.end('SIGTERM')).toBe(0);
    expect(fs.existsSync(join(home, 'data', 'postgres', 'postmaster.pid'))).toBe(false);
  });

  it('OP5 refuses a second server on the same data directory and leaves the first alone', async () => {
    const dataDir = join(home, 'data');
    const first = new Server(dataDir);
    const { url } = await first.ready();
    const second = new Server(dataDir);
    const failure = await second.failure();
    expect(failure).toMatchObject({ reason: 'in_use' });
    expect(failure.message).toContain(`pid ${first.child.pid}`);
    expect(failure.message).toContain(dataDir);
    expect(await query(url, 'select 1 as n')).toEqual([1]);
    await first.end('SIGTERM');
  });

  it('OP5 lets exactly one of several servers have a data directory that a killed one left', async () => {
    const dataDir = join(home, 'data');
    const killed = new Server(dataDir);
    await killed.ready();
    await killed.end('SIGKILL');
    const rivals = [new Server(dataDir), new Server(dataDir), new Server(dataDir)];
    const facts = await Promise.all(rivals.map((rival) => rival.next((f) => !!f.url || !!f.reason)));
    expect(facts.filter((fact) => fact.url)).toHaveLength(1);
    expect(facts.filter((fact) => fact.reason === 'in_use')).toHaveLength(2);
    await Promise.all(rivals.map((rival) => rival.end('SIGTERM')));
  });

  it('OP6 refuses data of another major version of PostgreSQL', async () => {
    const dataDir = join(home, 'data');
    fs.mkdirSync(join(dataDir, 'postgres'), { recursive: true });
    fs.writeFileSync(join(dataDir, 'postgres', 'PG_VERSION'), '15\n');
    const failure = await new Server(dataDir).failure();
    expect(failure).toMatchObject({ reason: 'foreign_version' });
    expect(failure.message).toContain('15');
    expect(fs.readFileSync(join(dataDir, 'postgres', 'PG_VERSION'), 'utf8')).toBe('15\n');
  });

  it('OP7 keeps the data elsewhere when PostgreSQL’s account cannot enter the data directory', async (context) => {
    if (!ROOT_USER) context.skip('only root runs PostgreSQL as another account');
    fs.chmodSync(home, 0o700);
    const dataDir = join(home, 'checkout', '.mesher');
    const server = new Server(dataDir);
    const { url } = await server.ready();
    const place = fs.readFileSync(join(dataDir, 'location'), 'utf8').trim();
    try {
      expect(place).toMatch(/^\/var\/lib\/mesher\/[0-9a-f]{16}\/postgres$/);
      expect(await query(url, 'show data_directory')).toEqual([place]);
      await remember(url);
      await server.end('SIGTERM');
      const again = new Server(dataDir);
      expect(await recall((await again.ready()).url)).toEqual([42]);
      await again.end('SIGTERM');
    } finally {
      fs.rmSync(dirname(place), { recursive: true, force: true });
    }
  });

  it('OP7 says that data kept elsewhere is gone, rather than to begin with an empty database', async () => {
    const dataDir = join(home, 'data');
    fs.mkdirSync(dataDir);
    fs.writeFileSync(join(dataDir, 'location'), `${home}/gone/postgres\n`);
    const failure = await new Server(dataDir).failure();
    expect(failure.message).toContain(`${home}/gone/postgres`);
    expect(failure.hint).toContain('location');
  });

  it('OP8 works for a normal user', async (context) => {
    if (!ROOT_USER) context.skip('the other tests run as a normal user already');
    const dataDir = join(home, 'data');
    fs.mkdirSync(dataDir);
    fs.chownSync(dataDir, NOBODY, NOBODY);
    const server = new Server(dataDir, { uid: NOBODY, gid: NOBODY });
    const { url, pid } = await server.ready();
    expect(fs.statSync(`/proc/${pid}`).uid).toBe(NOBODY);
    expect(await query(url, 'select 1 as n')).toEqual([1]);
    expect(await server.end('SIGTERM')).toBe(0);
  });

  it('OP9 says that a data directory cannot be written', async (context) => {
    if (!ROOT_USER) context.skip('needs a directory of another user');
    const failure = await new Server(join(home, 'data'), { uid: NOBODY, gid: NOBODY }).failure();
    expect(failure).toMatchObject({ reason: 'not_writable' });
    expect(failure.message).toContain(home);
  });

  it('OP9 says that the disk is full', async (context) => {
    const dataDir = join(home, 'small');
    fs.mkdirSync(dataDir);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16m,mode=0755', 'tmpfs', dataDir], {
        stdio: 'ignore',
      });
    } catch {
      context.skip('may not mount a small file system');
    }
    try {
      expect(await new Server(dataDir).failure()).toMatchObject({ reason: 'disk_full' });
    } finally {
      execFileSync('umount', [dataDir]);
    }
  });

  it('OP10 runs PostgreSQL in a process session of its own, so that Ctrl-C does not reach it', async (context) => {
    if (process.platform !== 'linux') context.skip('needs /proc');
    const server = new Server(join(home, 'data'));
    const { pid } = await server.ready();
    const session = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[3];
    expect(session).toBe(String(pid));
    await server.end('SIGTERM');
  });

  it('OP11 begins again when a crash interrupted the making of the cluster', async () => {
    const dataDir = join(home, 'data');
    fs.mkdirSync(join(dataDir, 'postgres.new', 'base'), { recursive: true });
    fs.writeFileSync(join(dataDir, 'postgres.new', 'PG_VERSION'), '18\n');
    const server = new Server(dataDir);
    expect(await query((await server.ready()).url, 'select 1 as n')).toEqual([1]);
    await server.end('SIGTERM');
  });
});
