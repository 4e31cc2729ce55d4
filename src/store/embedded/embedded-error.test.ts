import { describe, expect, it } from 'vitest';
import { fromFileError, fromPostgresLog } from './embedded-error.ts';

const failed = (code: string) => fromFileError(Object.assign(new Error('x'), { code }), '/data');

describe('embedded errors', () => {
  it.each([
    ['disk_full', 'PANIC:  could not write to file "pg_wal/xlogtemp.1": No space left on device'],
    ['disk_full', 'FATAL:  could not extend file "base/5/1259": Disk quota exceeded'],
    ['foreign_version', 'FATAL:  database files are incompatible with server'],
    ['in_use', 'FATAL:  lock file "postmaster.pid" already exists'],
    ['not_writable', 'FATAL:  data directory "/x" has wrong ownership'],
    ['not_writable', 'initdb: error: could not access directory "/x": Permission denied'],
    ['failed', 'FATAL:  could not resize shared memory segment "/PostgreSQL.1": No space left on device'],
    ['failed', 'FATAL:  something new'],
  ])('OP9 reads %s from "%s"', (reason, line) => {
    expect(fromPostgresLog(['LOG:  starting', line, 'LOG:  shut down'], '/data')).toMatchObject({ reason });
  });

  it('OP9 quotes the last fatal line of a cause it does not know, and names the log', () => {
    const lines = ['2026-01-01 [7] LOG:  starting', '2026-01-01 [7] FATAL:  something new', '[7] LOG:  end'];
    const error = fromPostgresLog(lines, '/data');
    expect(error.message).toBe('The embedded PostgreSQL does not start: something new');
    expect(error.hint).toContain('/data/postgres.log');
    expect(fromPostgresLog([], '/data').message).toContain('it says nothing about why');
  });

  it('OP9 translates errors of the file system and leaves others alone', () => {
    expect(failed('EACCES')).toMatchObject({ reason: 'not_writable' });
    expect(failed('EROFS')).toMatchObject({ reason: 'not_writable' });
    expect(failed('ENOSPC')).toMatchObject({ reason: 'disk_full' });
    const bug = new TypeError('bug');
    expect(fromFileError(bug, '/data')).toBe(bug);
  });
});
