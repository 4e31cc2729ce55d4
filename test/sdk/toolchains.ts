/**
 * What the programs of the SDK tests are built and run with. Each is prepared once, under .cache/sdks
 * of the checkout, from exact versions; a tool that this machine does not have is `missing`, with a notice.
 */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../support/server-process.ts';

const SOURCES = join(ROOT, 'test/sdk');
const CACHE = join(ROOT, '.cache/sdks');
const exec = promisify(execFile);

/** `command` is the program and the arguments that come before those of the sample program. */
export type Toolchain =
  | { kind: 'ready'; folder: string; command: readonly string[]; version: string }
  | { kind: 'missing'; notice: string };

export type ToolchainName = keyof typeof TOOLCHAINS;

const prepared = new Map<ToolchainName, Promise<Toolchain>>();

export function prepare(name: ToolchainName): Promise<Toolchain> {
  const started = prepared.get(name) ?? TOOLCHAINS[name]();
  prepared.set(name, started);
  return started;
}

const TOOLCHAINS = {
  /** The packages of the repository itself. */
  async node(): Promise<Toolchain> {
    return {
      kind: 'ready',
      folder: join(SOURCES, 'node'),
      command: [process.execPath],
      version: process.version,
    };
  },
  async npm(): Promise<Toolchain> {
    if (!(await versionOf('npm'))) return missing('npm');
    const folder = copyOf('npm');
    await onceFor(folder, 'package-lock.json', () =>
      build(folder, 'npm', 'ci', '--ignore-scripts', '--loglevel=error'),
    );
    return { kind: 'ready', folder, command: [process.execPath], version: process.version };
  },
  async python(): Promise<Toolchain> {
    const version = await versionOf('python3');
    if (!version) return missing('python3 (with venv and pip)');
    const folder = copyOf('python');
    const python = join(folder, 'venv/bin/python');
    await onceFor(folder, 'requirements.txt', async () => {
      await build(folder, 'python3', '-m', 'venv', '--clear', 'venv');
      await build(folder, python, '-m', 'pip', 'install', '--quiet', '-r', 'requirements.txt');
    });
    return { kind: 'ready', folder, command: [python], version };
  },
  async debianPython(): Promise<Toolchain> {
    const version = await versionOf('/usr/bin/python3', '-c', 'import sentry_sdk, sys; print(sys.version)');
    if (!version) return missing('Debian’s python3-sentry-sdk');
    return { kind: 'ready', folder: join(SOURCES, 'python'), command: ['/usr/bin/python3'], version };
  },
  ruby: () => debianRuby('sentry-ruby', 'ruby-sentry-ruby'),
  rubyRaven: () => debianRuby('raven', 'ruby-sentry-raven'),
  async go(): Promise<Toolchain> {
    const version = await versionOf('go', 'version');
    if (!version) return missing('go');
    const folder = copyOf('go');
    await build(folder, 'go', 'build', '-o', 'shop', '.');
    return { kind: 'ready', folder, command: [join(folder, 'shop')], version };
  },
  async rust(): Promise<Toolchain> {
    const version = await versionOf('cargo');
    if (!version) return missing('cargo');
    const folder = copyOf('rust');
    await build(folder, 'cargo', 'build', '--quiet');
    return { kind: 'ready', folder, command: [join(folder, 'target/debug/shop')], version };
  },
  async java(): Promise<Toolchain> {
    const version = await versionOf('javac');
    if (!version || !(await versionOf('mvn'))) return missing('javac and mvn');
    const folder = copyOf('java');
    await build(folder, 'mvn', '--batch-mode', '--quiet', 'process-classes');
    const classes = ['target/classes', 'target/dependency/*'].map((path) => join(folder, path)).join(':');
    return { kind: 'ready', folder, command: ['java', '-cp', classes, 'shop.Shop'], version };
  },
};

async function debianRuby(library: string, debianPackage: string): Promise<Toolchain> {
  const version = await versionOf('ruby', '-r', library, '-e', 'puts RUBY_DESCRIPTION');
  if (!version) return missing(`ruby with ${library} (Debian’s ruby and ${debianPackage})`);
  return { kind: 'ready', folder: join(SOURCES, 'ruby'), command: ['ruby'], version };
}

function missing(what: string): Toolchain {
  const notice = `this machine does not have ${what}`;
  console.warn(`NOTICE: skipped, ${notice}`);
  return { kind: 'missing', notice };
}

/** First line of what the command prints; null when it cannot be run. */
async function versionOf(file: string, ...args: string[]): Promise<string | null> {
  try {
    const { stdout } = await exec(file, args.length > 0 ? args : ['--version']);
    return stdout.split('\n')[0] ?? '';
  } catch {
    return null;
  }
}

/** The sources beside what was built of them last time. */
function copyOf(language: string): string {
  const folder = join(CACHE, language);
  mkdirSync(folder, { recursive: true });
  cpSync(join(SOURCES, language), folder, { recursive: true });
  return folder;
}

/** Installs again only when the list of packages is another than last time. */
async function onceFor(folder: string, list: string, install: () => Promise<void>): Promise<void> {
  const stamp = join(folder, '.installed');
  const wanted = readFileSync(join(folder, list), 'utf8');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  await install();
  writeFileSync(stamp, wanted);
}

async function build(cwd: string, file: string, ...args: string[]): Promise<void> {
  await exec(file, args, { cwd, env: { ...process.env, GOTOOLCHAIN: 'local' }, maxBuffer: 2 ** 26 });
}
