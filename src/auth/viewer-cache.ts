/**
 * Viewers by hash of their credential, for a few seconds: a page of the web asks for a dozen resources at once.
 * Concurrent loads of one credential are one load. Refusals are not kept, so nobody can fill it with guesses.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../lib/clock.ts';
import type { AuthResult, ConfigChange, Viewer } from '../viewer.ts';

export interface ViewerCache {
  get(credential: string, load: () => Promise<AuthResult>): Promise<AuthResult>;
  /** Forgets whom the change may concern; a load under way is not kept. */
  invalidate(change: Pick<ConfigChange, 'kind' | 'ref'>): void;
  clear(): void;
  readonly size: number;
}

interface Entry {
  viewer: Viewer;
  until: number;
}

export function createViewerCache(o: { clock: Clock; ttlMs: number; maxEntries: number }): ViewerCache {
  const entries = new Map<string, Entry>();
  const loading = new Map<string, Promise<AuthResult>>();

  async function load(key: string, run: () => Promise<AuthResult>): Promise<AuthResult> {
    const promise = run();
    loading.set(key, promise);
    try {
      const result = await promise;
      // Gone from `loading` = something changed while we read: the answer may be of before.
      if (loading.get(key) === promise && result.kind === 'viewer') keep(key, result.viewer);
      return result;
    } finally {
      if (loading.get(key) === promise) loading.delete(key);
    }
  }

  function keep(key: string, viewer: Viewer): void {
    const oldest = entries.size >= o.maxEntries ? entries.keys().next().value : undefined;
    if (oldest !== undefined) entries.delete(oldest);
    const until = Math.min(o.clock.now() + o.ttlMs, viewer.expiresAt ?? Infinity);
    entries.set(key, { viewer, until });
  }

  return {
    async get(credential, run) {
      const key = createHash('sha256').update(credential).digest('base64');
      const entry = entries.get(key);
      if (entry && o.clock.now() < entry.until) return { kind: 'viewer', viewer: entry.viewer };
      entries.delete(key);
      return loading.get(key) ?? load(key, run);
    },
    invalidate(change) {
      loading.clear();
      for (const [key, { viewer }] of entries) if (concerns(change, viewer)) entries.delete(key);
    },
    clear() {
      loading.clear();
      entries.clear();
    },
    get size() {
      return entries.size;
    },
  };
}

function concerns({ kind, ref }: Pick<ConfigChange, 'kind' | 'ref'>, viewer: Viewer): boolean {
  switch (kind) {
    case 'session':
    case 'apikey':
      return viewer.credentialId === ref;
    case 'user':
    case 'member':
      return viewer.userId === ref;
    case 'organization':
      return viewer.organizations.has(ref);
    case 'project':
    case 'project_key':
    case 'settings':
    case 'stream_token':
    case 'saved_searches':
      return false;
  }
}
