/** Stream tokens: 256 random bits in base64url behind a prefix that tells them from API tokens; only hashes are kept. */
import { createHash, randomBytes } from 'node:crypto';
import type { Queryable } from './database.ts';
import { insertStreamToken, type NewStreamToken } from './sql/insert-stream-token.ts';
import { takeStreamToken, type TakenStreamToken } from './sql/take-stream-token.ts';

export interface StreamTokenStore {
  /** The token, to be shown once. */
  create: (token: NewStreamToken, nowMs: number) => Promise<string>;
  /** `repeats`: it may be taken again the same way until it expires. null: unknown, expired or used. */
  take: (token: string, repeats: boolean, nowMs: number) => Promise<TakenStreamToken | null>;
}

export function createStreamTokenStore(db: Queryable): StreamTokenStore {
  return {
    async create(token, nowMs) {
      const text = `mst_${randomBytes(32).toString('base64url')}`;
      await insertStreamToken(db, hashOf(text), token, nowMs);
      return text;
    },
    async take(token, repeats, nowMs) {
      return /^mst_[\w-]{43}$/.test(token) ? takeStreamToken(db, hashOf(token), repeats, nowMs) : null;
    },
  };
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
