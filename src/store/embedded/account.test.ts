import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canReach } from './account.ts';

let dir = '';
beforeEach(() => {
  dir = fs.mkdtempSync(join(tmpdir(), 'mesher-account-'));
  fs.chmodSync(dir, 0o755);
});
afterEach(() => fs.rmSync(dir, { recursive: true, force: true }));

/** An account that owns nothing here. */
const stranger = { uid: 54321, gid: 54321, name: 'stranger' };

describe('canReach', () => {
  it('OP7 looks at every folder on the way, also at those above one that is still to be made', () => {
    expect(canReach(stranger, join(dir, 'a', 'b'))).toBe(true);
    fs.mkdirSync(join(dir, 'a'), { mode: 0o700 });
    expect(canReach(stranger, join(dir, 'a', 'b'))).toBe(false);
    fs.chmodSync(join(dir, 'a'), 0o711);
    expect(canReach(stranger, join(dir, 'a', 'b'))).toBe(true);
    fs.chmodSync(dir, 0o744);
    expect(canReach(stranger, join(dir, 'a', 'b'))).toBe(false);
  });

  it('OP7 counts the bits of the owner for the owner and of the group for its members', () => {
    const { uid, gid } = fs.statSync(dir);
    fs.chmodSync(dir, 0o701);
    expect(canReach({ uid, gid, name: 'owner' }, dir)).toBe(true);
    expect(canReach({ uid: 54321, gid, name: 'member' }, dir)).toBe(false);
    expect(canReach(stranger, dir)).toBe(true);
  });

  it('OP8 is always so for the user who runs the server', () => {
    fs.chmodSync(dir, 0o000);
    expect(canReach(null, dir)).toBe(true);
    fs.chmodSync(dir, 0o755);
  });
});
