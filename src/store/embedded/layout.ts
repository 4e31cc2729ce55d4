/**
 * Which folders and programs an embedded PostgreSQL uses. In: the data directory. Out: the cluster's folder, the
 * programs and the account, all reachable for that account: what it cannot reach is staged under /var/lib/mesher
 * and `<dataDir>/location` says so.
 */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Logger } from '../../log.ts';
import { canReach, chooseAccount, type Account } from './account.ts';
import { locateBinaries, makeLinks, type Binaries } from './binaries.ts';
import { EmbeddedPostgresError, foreignVersion, fromFileError } from './embedded-error.ts';

export interface Layout {
  /** Absolute and without symbolic links. */
  readonly dataDir: string;
  /** PostgreSQL's own data directory. */
  readonly pgData: string;
  readonly binaries: Binaries;
  readonly account: Account;
}

/** Owned by root and entered by PostgreSQL's account. A constant, because it outlives every data directory. */
const STAGE = '/var/lib/mesher';

/** Makes the data directory if it is missing and returns its real path. */
export function makeDataDir(dataDir: string): string {
  try {
    if (fs.mkdirSync(dataDir, { recursive: true }) !== undefined) {
      // As root another account has to pass through; it cannot list, and the files in it have their own modes.
      fs.chmodSync(dataDir, process.getuid?.() === 0 ? 0o711 : 0o700);
    }
    fs.accessSync(dataDir, fs.constants.W_OK | fs.constants.X_OK);
    return fs.realpathSync(dataDir);
  } catch (error) {
    throw fromFileError(error, dataDir);
  }
}

/** Call it while holding the data lock: it may stage and write. */
export function prepareLayout(dataDir: string, log: Logger): Layout {
  try {
    const found = locateBinaries();
    const { pgData, account } = choosePlace(dataDir, log);
    refuseForeignVersion(pgData, dataDir, found.major);
    return { dataDir, pgData, account, binaries: reachablePrograms(found, account, dataDir, log) };
  } catch (error) {
    throw fromFileError(error, dataDir);
  }
}

function choosePlace(dataDir: string, log: Logger): { pgData: string; account: Account } {
  const inPlace = join(dataDir, 'postgres');
  const locationFile = join(dataDir, 'location');
  if (fs.existsSync(locationFile)) {
    const pgData = fs.readFileSync(locationFile, 'utf8').trim();
    if (!fs.existsSync(dirname(pgData))) {
      throw new EmbeddedPostgresError(
        'failed',
        `The data of ${dataDir} is kept in ${pgData}, which is gone.`,
        `Put it back, or write its new path into ${locationFile}; delete that file to begin with an empty database.`,
      );
    }
    return { pgData, account: chooseAccount(pgData) };
  }
  const account = chooseAccount(inPlace);
  if (canReach(account, dataDir)) return { pgData: inPlace, account };
  if (fs.existsSync(inPlace)) {
    throw new EmbeddedPostgresError(
      'not_writable',
      `The account ${account?.name ?? ''} that PostgreSQL runs as can no longer enter ${dataDir}.`,
      `Let others pass through its parent folders again (chmod o+x), or run Mesher as the data's owner.`,
    );
  }
  return { pgData: stageData(dataDir, locationFile, log), account };
}

function stageData(dataDir: string, locationFile: string, log: Logger): string {
  const home = join(STAGE, createHash('sha256').update(dataDir).digest('hex').slice(0, 16));
  // Data of a data directory that was deleted: not ours to use, not ours to delete.
  if (fs.existsSync(join(home, 'postgres'))) {
    const aside = `${home}.old-${fs.statSync(join(home, 'postgres')).mtimeMs.toFixed(0)}`;
    fs.renameSync(home, aside);
    log.warn({ from: home, to: aside }, 'data of a deleted data directory was set aside');
  }
  makePassable(STAGE);
  makePassable(home);
  const pgData = join(home, 'postgres');
  fs.writeFileSync(locationFile, `${pgData}\n`);
  log.info(
    { dataDir, pgData },
    'the data is kept elsewhere, because PostgreSQL cannot enter the data directory',
  );
  return pgData;
}

function refuseForeignVersion(pgData: string, dataDir: string, ours: string): void {
  const file = join(pgData, 'PG_VERSION');
  if (!fs.existsSync(file)) return;
  const found = fs.readFileSync(file, 'utf8').trim();
  if (found !== ours) throw foreignVersion(dataDir, found, ours);
}

function reachablePrograms(found: Binaries, account: Account, dataDir: string, log: Logger): Binaries {
  const readable = canReach(account, join(found.native, 'bin', 'postgres'));
  if (readable && makeLinks(found.native)) return found;
  const base = account ? STAGE : dataDir;
  const native = join(base, 'programs', `${found.version}-${process.platform}-${process.arch}`);
  if (!fs.existsSync(native)) {
    makePassable(base);
    makePassable(join(base, 'programs'));
    const draft = `${native}.${process.pid}`;
    try {
      copyTree(found.native, draft);
      makeLinks(draft);
      fs.renameSync(draft, native);
    } finally {
      fs.rmSync(draft, { recursive: true, force: true });
    }
    log.info(
      { from: found.native, to: native },
      'the programs of PostgreSQL were copied to where it can run them',
    );
  }
  return { ...found, native };
}

function makePassable(path: string): void {
  if (fs.mkdirSync(path, { recursive: true }) !== undefined) fs.chmodSync(path, 0o711);
}

/** A copy, not hard links: a checkout made with umask 077 has modes that the account cannot read. */
function copyTree(from: string, to: string): void {
  fs.mkdirSync(to);
  fs.chmodSync(to, 0o755);
  for (const entry of fs.readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) copyTree(source, target);
    else if (entry.isSymbolicLink()) fs.symlinkSync(fs.readlinkSync(source), target);
    else {
      fs.copyFileSync(source, target, fs.constants.COPYFILE_FICLONE);
      fs.chmodSync(target, (fs.statSync(source).mode & 0o100) === 0 ? 0o644 : 0o755);
    }
  }
}

/**
 * A new folder of mode 0700 for the socket. A socket's path has to fit 107 bytes (103 on macOS), so it cannot lie
 * in the data directory, whose path may be long.
 */
export function makeSocketDir(account: Account): string {
  const bases = [process.env['XDG_RUNTIME_DIR'], tmpdir(), '/tmp'];
  for (const base of bases) {
    if (!base || !base.startsWith('/') || Buffer.byteLength(base) > 70) continue;
    if (!fs.existsSync(base) || !canReach(account, base)) continue;
    try {
      const dir = fs.mkdtempSync(join(base, 'mesher-'));
      if (account) fs.chownSync(dir, account.uid, account.gid);
      return dir;
    } catch {
      continue; // Not writable for us: the next one.
    }
  }
  throw new EmbeddedPostgresError(
    'not_writable',
    `There is no place for PostgreSQL's socket in ${bases.filter(Boolean).join(', ')}.`,
    'Set TMPDIR to a folder with a path below 70 characters that this user can write.',
  );
}
