import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { locateBinaries, makeLinks } from './binaries.ts';

let native = '';
beforeEach(() => {
  native = fs.mkdtempSync(join(tmpdir(), 'mesher-native-'));
  fs.mkdirSync(join(native, 'lib'));
  fs.writeFileSync(join(native, 'lib', 'libpq.so.5.18'), 'library');
  const links = ['libpq.so', 'libpq.so.5'].map((name) => ({
    source: 'native/lib/libpq.so.5.18',
    target: `native/lib/${name}`,
  }));
  fs.writeFileSync(join(native, 'pg-symlinks.json'), JSON.stringify(links));
});
afterEach(() => fs.rmSync(native, { recursive: true, force: true }));

describe('binaries', () => {
  it('OP9 names the platform that has no package, and what to do', () => {
    expect(() => locateBinaries('sunos-sparc')).toThrow(
      expect.objectContaining({
        reason: 'unsupported_platform',
        message: expect.stringContaining('sunos-sparc'),
        hint: expect.stringContaining('DATABASE_URL'),
      }),
    );
  });

  it('OP17 makes the library links that an install without scripts lacks, whatever the folder is called', () => {
    expect(makeLinks(native)).toBe(true);
    expect(fs.readFileSync(join(native, 'lib', 'libpq.so.5'), 'utf8')).toBe('library');
    expect(fs.readlinkSync(join(native, 'lib', 'libpq.so'))).toBe('libpq.so.5.18');
    expect(makeLinks(native)).toBe(true);
  });
});
