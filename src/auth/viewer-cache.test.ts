import { describe, expect, it } from 'vitest';
import type { AuthResult, Viewer } from '../viewer.ts';
import { createViewerCache } from './viewer-cache.ts';

let now = 0;
const timer = { cancel: () => undefined };
const clock = { now: () => now, monotonic: () => now, after: () => timer, every: () => timer };

function viewer(over: Partial<Viewer> = {}): Viewer {
  return {
    kind: 'session',
    userId: 'u1',
    email: 'a@example.com',
    credentialId: 's1',
    organizations: new Map([['o1', 'member']]),
    isInstanceAdmin: false,
    scopes: 'all',
    expiresAt: null,
    ...over,
  };
}

function setup(maxEntries = 10) {
  let loads = 0;
  const cache = createViewerCache({ clock, ttlMs: 3_000, maxEntries });
  const get = (credential: string, over?: Partial<Viewer>) =>
    cache.get(credential, async () => {
      loads++;
      return { kind: 'viewer', viewer: viewer(over) };
    });
  return { cache, get, loads: () => loads };
}

describe('viewer cache', () => {
  it('AU6 loads once for concurrent and soon repeated requests, again after its time', async () => {
    const { get, loads } = setup();
    await Promise.all([get('a'), get('a')]);
    await get('a');
    expect(loads()).toBe(1);
    now += 3_000;
    await get('a');
    expect(loads()).toBe(2);
  });

  it('AU6 never keeps a viewer beyond its expiry', async () => {
    const { get, loads } = setup();
    await get('a', { expiresAt: now + 10 });
    now += 10;
    await get('a');
    expect(loads()).toBe(2);
  });

  it('AU6 forgets whom a change concerns, and nobody else', async () => {
    const changes = [
      { kind: 'session', ref: 's1' },
      { kind: 'apikey', ref: 's1' },
      { kind: 'user', ref: 'u1' },
      { kind: 'member', ref: 'u1' },
      { kind: 'organization', ref: 'o1' },
    ] as const;
    for (const change of changes) {
      const { cache, get } = setup();
      await get('a');
      await get('b', { userId: 'u2', credentialId: 's2', organizations: new Map() });
      cache.invalidate(change);
      expect(cache.size).toBe(1);
    }
  });

  it('AU6 does not keep what was being read when a change came', async () => {
    const { cache } = setup();
    let finish: (result: AuthResult) => void = () => undefined;
    const pending = cache.get('a', () => new Promise((resolve) => (finish = resolve)));
    cache.invalidate({ kind: 'member', ref: 'u1' });
    finish({ kind: 'viewer', viewer: viewer() });
    await pending;
    expect(cache.size).toBe(0);
  });

  it('AU6 keeps no refusal, and no more than its limit', async () => {
    const { cache, get } = setup(2);
    await cache.get('x', async () => ({ kind: 'refused', code: 'unauthorized', message: '' }));
    expect(cache.size).toBe(0);
    for (const credential of ['a', 'b', 'c']) await get(credential);
    expect(cache.size).toBe(2);
  });
});
