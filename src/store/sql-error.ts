/** What a failed statement means: bad data, a lost race, or a database that cannot serve right now. */

export type Failure =
  /** These rows cannot be stored, however often it is tried. */
  | 'data'
  /** Deadlock or serialisation: the same transaction will pass. */
  | 'race'
  /** The day has no partition yet. */
  | 'partition'
  /** Connection, disk, memory, shutdown. */
  | 'unavailable'
  /** Our own mistake, e.g. a syntax error. */
  | 'bug';

/** SQLSTATE of a write that found no room. */
export const DISK_FULL = '53100';

/** The five-character code of an error that PostgreSQL itself answered; null for any other error. */
export function sqlStateOf(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || !('severity' in error)) return null;
  return typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : null;
}

export function classifyFailure(error: unknown): Failure {
  const state = sqlStateOf(error);
  // Not answered by PostgreSQL: the socket, a timeout, name resolution.
  if (state === null) return isProgrammingError(error) ? 'bug' : 'unavailable';
  if (state === '40P01' || state === '40001' || state === '55P03') return 'race';
  if (state === '23514' && error instanceof Error && error.message.includes('no partition of relation'))
    return 'partition';
  switch (state.slice(0, 2)) {
    case '22':
    case '23':
    case '54':
      return 'data';
    case '08':
    case '53':
    case '57':
    case '58':
    case '25': // read-only: the server is a standby now
      return 'unavailable';
    default:
      return 'bug';
  }
}

function isProgrammingError(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
}
