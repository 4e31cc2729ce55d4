import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBoundedLog } from './bounded-log.ts';

let dir = '';
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'mesher-log-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe('bounded log', () => {
  it('OP16 keeps the file and one predecessor below their size, over restarts too', () => {
    const path = join(dir, 'postgres.log');
    for (let run = 0; run < 3; run++) {
      const log = createBoundedLog(path, 1_000);
      for (let i = 0; i < 50; i++) log.append(`${'x'.repeat(99)}\n`);
    }
    expect(statSync(path).size).toBeLessThanOrEqual(1_100);
    expect(statSync(`${path}.1`).size).toBeLessThanOrEqual(1_100);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('OP16 has the last lines whole, whatever way the pipe cut them', () => {
    const log = createBoundedLog(join(dir, 'postgres.log'));
    for (const part of ['LOG:  a\nFAT', 'AL:  b\nLOG', ':  c']) log.append(part);
    expect(log.lastLines()).toEqual(['LOG:  a', 'FATAL:  b', 'LOG:  c']);
    expect(readFileSync(join(dir, 'postgres.log'), 'utf8')).toBe('LOG:  a\nFATAL:  b\nLOG:  c');
    log.forget();
    expect(log.lastLines()).toEqual([]);
  });

  it('OP16 survives a place that cannot be written', () => {
    const log = createBoundedLog(join(dir, 'missing', 'postgres.log'));
    log.append('FATAL:  disk\n');
    expect(log.lastLines()).toEqual(['FATAL:  disk']);
  });
});
