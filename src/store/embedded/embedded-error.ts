/** What can go wrong with the embedded PostgreSQL that a person can put right: a reason, one clear line, a hint. */

export type EmbeddedFailure =
  | 'unsupported_platform'
  | 'foreign_version'
  | 'in_use'
  | 'not_writable'
  | 'disk_full'
  | 'failed';

export class EmbeddedPostgresError extends Error {
  readonly reason: EmbeddedFailure;
  readonly hint: string;

  constructor(reason: EmbeddedFailure, message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'EmbeddedPostgresError';
    this.reason = reason;
    this.hint = hint;
  }
}

/** Turns an error of the file system into one of ours; everything else is returned as it is. */
export function fromFileError(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('code' in error)) return error;
  if (isDiskFull(error)) return diskFull(path, error);
  switch (error.code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
      return new EmbeddedPostgresError(
        'not_writable',
        `The data directory ${path} cannot be written (${error.code}).`,
        'Give this user write access to it, or set MESHER_DATA_DIR to a directory of its own.',
        error,
      );
    default:
      return error;
  }
}

export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
}

export function diskFull(path: string, cause?: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    'disk_full',
    `The disk that holds ${path} is full.`,
    'Free some space; nothing that was accepted is lost, and Mesher goes on by itself while it is running.',
    cause,
  );
}

/**
 * Reads the last lines of PostgreSQL's own log for a cause we know. Its messages are English, because the
 * cluster is made with lc_messages=C.
 */
export function fromPostgresLog(lines: readonly string[], dataDir: string): EmbeddedPostgresError {
  const text = lines.join('\n');
  if (lines.some(saysFull)) return diskFull(dataDir);
  if (/not compatible with this version|incompatible with server/.test(text)) return foreignVersion(dataDir);
  if (/lock file "postmaster\.pid" already exists/.test(text)) {
    return new EmbeddedPostgresError(
      'in_use',
      `Another PostgreSQL works on ${dataDir}.`,
      'Stop it, or set MESHER_DATA_DIR to another directory.',
    );
  }
  if (/[Pp]ermission denied|has wrong ownership|has invalid permissions/.test(text)) {
    return new EmbeddedPostgresError(
      'not_writable',
      `PostgreSQL may not use ${dataDir}: ${lastFatal(lines)}`,
      'The directory belongs to another user; start Mesher as that user, or give it a new MESHER_DATA_DIR.',
    );
  }
  return new EmbeddedPostgresError(
    'failed',
    `The embedded PostgreSQL does not start: ${lastFatal(lines)}`,
    `Its log is ${dataDir}/postgres.log; DATABASE_URL uses a PostgreSQL of your own instead.`,
  );
}

export function foreignVersion(dataDir: string, found?: string, ours?: string): EmbeddedPostgresError {
  const which = found && ours ? ` (PostgreSQL ${found}; this Mesher brings ${ours})` : '';
  return new EmbeddedPostgresError(
    'foreign_version',
    `The data in ${dataDir} was made by another major version of PostgreSQL${which}.`,
    'Start the Mesher version that made it and run `mesher backup`, then `mesher restore` here into a new data directory.',
  );
}

/** Shared memory can run out too (/dev/shm has 64 MB in a container); that is no full disk. */
function saysFull(line: string): boolean {
  return /No space left on device|Disk quota exceeded/.test(line) && !line.includes('shared memory');
}

function lastFatal(lines: readonly string[]): string {
  const line = lines.findLast((l) => /FATAL|PANIC|ERROR|initdb: error/.test(l)) ?? lines.at(-1);
  return line?.replace(/^.*?(?:FATAL|PANIC|ERROR|error):\s*/, '') ?? 'it says nothing about why';
}
