/**
 * Mesher as a user runs it: its own process on a free port with a data dir of its own (embedded PostgreSQL) or an
 * external database. Knows how to wait until it serves, to sign in, and to end it.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../..');

export interface ServerProcess {
  port: number;
  url: string;
  pid: number;
  dataDir: string;
  /** What the server printed so far, stdout and stderr. */
  output(): string;
  /** Sends the signal and resolves with the exit code (null: ended by a signal). */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

export async function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === 'object' && address ? done(address.port) : fail(new Error('no port')),
      );
    });
  });
}

export function makeDataDir(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'mesher-data-'));
  // As root PostgreSQL runs as another user: it must be able to walk in, or the data is kept elsewhere.
  chmodSync(path, 0o711);
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Resolves when /readyz answers 200. Rejects with the output when the process ends first. */
export async function startServerProcess(options: {
  dataDir: string;
  port?: number;
  env?: Record<string, string>;
  /** Instead of the checkout's. */
  program?: readonly [file: string, ...args: string[]];
  cwd?: string;
}): Promise<ServerProcess> {
  const port = options.port ?? (await freePort());
  const [file, ...args] = options.program ?? [
    process.execPath,
    '--max-semi-space-size=8',
    'src/main.ts',
    'start',
  ];
  const child: ChildProcess = spawn(file, args, {
    cwd: options.cwd ?? ROOT,
    env: {
      ...withoutTestSettings(process.env),
      MESHER_PORT: String(port),
      MESHER_DATA_DIR: options.dataDir,
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const exited = new Promise<number | null>((done) => child.once('exit', (code) => done(code)));
  const url = `http://127.0.0.1:${port}`;
  let gone = false;
  void exited.then(() => (gone = true));
  const deadline = Date.now() + 60_000;
  for (;;) {
    if (gone) throw new Error(`the server ended before it served:\n${output}`);
    if (Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`the server did not serve within 60 s:\n${output}`);
    }
    try {
      if ((await fetch(`${url}/readyz`)).status === 200) break;
    } catch {
      // Not listening yet.
    }
    await pause(25);
  }
  return {
    port,
    url,
    pid: child.pid ?? -1,
    dataDir: options.dataDir,
    output: () => output,
    end(signal) {
      if (!gone) child.kill(signal);
      return exited;
    },
  };
}

/** Polls until `probe` gives a value; the timeout is an error with `what` in it. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 20_000,
  intervalMs = 20,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await probe();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms for: ${what}`);
    await pause(intervalMs);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

export interface FirstRun {
  dsn: string;
  publicKey: string;
  projectId: string;
  /** `Cookie` header of the signed-in first admin. */
  cookie: string;
}

/** Redeems the set-up link that the first start printed, and signs in. */
export async function redeemSetup(
  server: ServerProcess,
  account = { email: 'admin@example.com', password: 'correct horse battery' },
): Promise<FirstRun> {
  // Ready is a moment before printed.
  const printed = async (pattern: RegExp) =>
    until('the set-up link and DSN', () => pattern.exec(server.output()) ?? undefined, 5000).catch(
      () => null,
    );
  const link = (await printed(/\/setup\/([\w-]+)/))?.[1];
  const dsn = await printed(/http:\/\/([0-9a-f]{32})@[^\s/]+\/(\d+)/);
  if (!link || !dsn) throw new Error(`no set-up link or DSN in:\n${server.output()}`);
  const answer = await fetch(`${server.url}/api/v1/setup/${link}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: server.url },
    body: JSON.stringify({ ...account, name: 'Ada Admin', organization: 'Acme' }),
  });
  if (!answer.ok) throw new Error(`set-up answered ${answer.status}: ${await answer.text()}`);
  const signIn = await fetch(`${server.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: server.url },
    body: JSON.stringify(account),
  });
  if (!signIn.ok) throw new Error(`sign-in answered ${signIn.status}: ${await signIn.text()}`);
  const cookie = signIn.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  return {
    dsn: dsn[0].replace('localhost', '127.0.0.1'),
    publicKey: dsn[1] ?? '',
    projectId: dsn[2] ?? '',
    cookie,
  };
}

/** GET on the REST API as the signed-in user; throws on anything but 2xx. */
export async function getJson<T>(
  server: Pick<ServerProcess, 'url'>,
  cookie: string,
  path: string,
): Promise<T> {
  const answer = await fetch(`${server.url}/api/v1${path}`, { headers: { Cookie: cookie } });
  if (!answer.ok) throw new Error(`GET ${path} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** POST (or another method) with the cookie, the Origin and a JSON body. */
export async function sendJson<T>(
  server: Pick<ServerProcess, 'url'>,
  cookie: string,
  path: string,
  body: unknown,
  method = 'POST',
): Promise<T> {
  const answer = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: { Cookie: cookie, Origin: server.url, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** Settings of the test run are no settings of the server, which refuses names it does not know. */
export function withoutTestSettings(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { MESHER_CORPUS: _corpus, MESHER_SDKS: _sdks, ...rest } = env;
  return rest;
}
