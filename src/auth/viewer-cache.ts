/**
 * Remembers for seconds what a credential resolved to: a page asks ten times in one burst. A revocation does not
 * wait for the entry to age, it clears the cache (`config_changes`).
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../lib/clock.ts';
import type { AuthResult } from '../viewer.ts';

type Load = (credential: string) => Promise<AuthResult>;

const TTL_MS = 5_000;
const MAX_ENTRIES = 10_000;

export interface ViewerCache {
  get(kind: 'token' | 'cookie', credential: string, load: Load): Promise<AuthResult>;
  clear(): void;
}

export function createViewerCache(clock: Clock): ViewerCache {
  let entries = new Map<string, { value: Promise<AuthResult>; until: number }>();
  return {
    get(kind, credential, load) {
      // Keyed by a hash: a dump of memory does not read as a list of credentials.
      const key = `${kind}:${createHash('sha256').update(credential).digest('base64url')}`;
      const now = clock.monotonic();
      const known = entries.get(key);
      if (known && known.until > now) return known.value;

      const generation = entries;
      const value = load(credential);
      generation.delete(key);
      generation.set(key, { value, until: now + TTL_MS });
      value.then(
        // Refusals are not kept: somebody who was just given access must not wait.
        (result) => void (result.kind === 'refused' && generation.delete(key)),
        () => void generation.delete(key),
      );
      if (generation.size > MAX_ENTRIES) {
        const oldest = generation.keys().next();
        if (!oldest.done) generation.delete(oldest.value);
      }
      return value;
    },
    clear() {
      entries = new Map();
    },
  };
}
