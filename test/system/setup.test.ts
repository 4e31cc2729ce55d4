/** scripts/setup.mjs in small checkouts of its own, with the real npm and without a network. */
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const SCRIPT = join(import.meta.dirname, '..', '..', 'scripts', 'setup.mjs');

let root = '';

beforeEach(() => {
  root = fs.realpathSync(fs.mkdtempSync(join(tmpdir(), 'mesher-setup-')));
  fs.mkdirSync(join(root, 'scripts'));
  fs.copyFileSync(SCRIPT, join(root, 'scripts', 'setup.mjs'));
  writeLockfile({});
});

afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

function writeLockfile(dependencies: Record<string, string>, version = '1.0.0'): void {
  const own = {
    name: 'checkout',
    version,
    ...(Object.keys(dependencies).length > 0 ? { dependencies } : {}),
  };
  const installed = Object.entries(dependencies).map(([name, v]) => [`node_modules/${name}`, { version: v }]);
  const lock = { ...own, lockfileVersion: 3, packages: { '': own, ...Object.fromEntries(installed) } };
  fs.writeFileSync(join(root, 'package.json'), JSON.stringify(own));
  fs.writeFileSync(join(root, 'package-lock.json'), JSON.stringify(lock));
}

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

function setUp(env: Record<string, string> = {}): Promise<Ended> {
  const child = spawn(process.execPath, [join(root, 'scripts', 'setup.mjs'), 'start'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: root,
      npm_config_cache: join(root, 'npm-cache'),
      DATABASE_URL: 'postgres://elsewhere/db',
      ...env,
    },
  });
  const ended: Ended = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (ended.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (ended.stderr += chunk.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ ...ended, code })));
}

describe('set-up', () => {
  it('SU1 installs with visible progress on stderr, and is silent when nothing changed', async () => {
    const first = await setUp();
    expect(first).toMatchObject({ code: 0, stdout: '' });
    expect(first.stderr).toMatch(/^Installing dependencies …\n(.*\n)*Installing dependencies: done after /);
    expect(await setUp()).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  it('SU1 installs again when the lockfile changed or an installation was interrupted', async () => {
    await setUp();
    writeLockfile({}, '1.0.1');
    fs.rmSync(join(root, 'node_modules', '.package-lock.json'), { force: true });
    expect((await setUp()).stderr).toContain('Installing dependencies: done');
    fs.rmSync(join(root, 'node_modules'), { recursive: true });
    expect((await setUp()).stderr).toContain('Installing dependencies: done');
  });

  it('SU2 takes an installation that npm made by hand as it is', async () => {
    const installed = join(root, 'node_modules', 'left-pad', 'package.json');
    writeLockfile({ 'left-pad': '1.3.0' });
    fs.mkdirSync(join(installed, '..'), { recursive: true });
    fs.writeFileSync(installed, '{}');
    const record = { packages: { 'node_modules/left-pad': { version: '1.3.0' } } };
    fs.writeFileSync(join(root, 'node_modules', '.package-lock.json'), JSON.stringify(record));
    expect(await setUp({ npm_config_registry: 'http://127.0.0.1:9' })).toEqual({
      code: 0,
      stdout: '',
      stderr: '',
    });
    expect(fs.existsSync(installed)).toBe(true);
  });

  it('SU3 says in one line that the registry cannot be reached, with a hint', async () => {
    writeLockfile({ 'left-pad': '1.3.0' });
    const port = await unusedPort();
    const ended = await setUp({
      npm_config_registry: `http://127.0.0.1:${port}`,
      npm_config_fetch_retries: '0',
    });
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr.trim().split('\n').slice(-2)).toEqual([
      'Set-up failed: npm cannot reach its registry, so the dependencies cannot be installed.',
      expect.stringContaining('npm config set registry'),
    ]);
  });

  it('SU4 says what to do where there is no embedded PostgreSQL', async () => {
    const ended = await setUp({ DATABASE_URL: '' });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/There is no embedded PostgreSQL for .*\n {2}Set DATABASE_URL/);
  });

  it('SU5 lets one of two at once do the work, and the other wait for it', async () => {
    const [a, b] = await Promise.all([setUp(), setUp()]);
    expect([a.code, b.code]).toEqual([0, 0]);
    const all = a.stderr + b.stderr;
    expect(all.match(/Installing dependencies: done/g)).toHaveLength(1);
    expect(fs.readdirSync(join(root, '.cache'))).toEqual([]);
  });

  it('SU5 does not wait for a set-up that was killed', async () => {
    fs.mkdirSync(join(root, '.cache'));
    const dead = spawn(process.execPath, ['-e', '']);
    await new Promise((resolve) => dead.once('close', resolve));
    fs.writeFileSync(join(root, '.cache', 'setup.lock'), String(dead.pid));
    expect(await setUp()).toMatchObject({ code: 0 });
  });

  it('SU6 runs npm with a Node outside of node_modules, which npm deletes', async () => {
    // The checkout's own Node is the only one on PATH, as for `npm run` on a machine where npm runs on it.
    const bin = join(root, 'node_modules', '.bin');
    fs.mkdirSync(bin, { recursive: true });
    fs.copyFileSync(process.execPath, join(bin, 'node'));
    const npmCli = fs.realpathSync(findOnPath('npm'));
    const child = spawn(join(bin, 'node'), [join(root, 'scripts', 'setup.mjs'), 'start'], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        PATH: bin,
        HOME: root,
        TMPDIR: root,
        npm_config_cache: join(root, 'npm-cache'),
        npm_execpath: npmCli,
        npm_node_execpath: join(bin, 'node'),
        DATABASE_URL: 'postgres://elsewhere/db',
      },
    });
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(stderr).toContain('Installing dependencies: done');
    expect(code).toBe(0);
    expect(fs.readdirSync(root).filter((name) => name.startsWith('mesher-node-'))).toEqual([]);
  });
});

function findOnPath(program: string): string {
  const dirs = (process.env['PATH'] ?? '').split(':');
  const found = dirs.map((dir) => join(dir, program)).find((file) => fs.existsSync(file));
  if (!found) throw new Error(`${program} is not on PATH`);
  return found;
}

/** A port that nothing listens on: one that was free a moment ago. */
function unusedPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 9));
    });
  });
}
