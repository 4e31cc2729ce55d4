/**
 * API tokens: the library's API keys with our scopes as their permissions. A token is shown once; its SHA-256 is stored.
 * Verified here by that hash and not with the library's verifyApiKey, which writes the row on each request (each write
 * is a configuration change that every node hears of) and logs each wrong token as an error.
 */
import { defaultKeyHasher } from '@better-auth/api-key';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../log.ts';
import type { Scope } from '../viewer.ts';
import type { BetterAuth } from './better-auth.ts';
import { isScope } from './scopes.ts';

const LAST_USED_STEP_MS = 10 * 60 * 1000;
const DAY_S = 24 * 60 * 60;
const MODEL = 'apikey';
/** The resource our scopes are stored under in the library's permissions. */
const RESOURCE = 'mesher';
const MAX_TOKEN_LENGTH = 256;
const MAX_TOKENS = 100;

/** Times are epoch ms. */
export interface TokenInfo {
  id: string;
  name: string;
  scopes: Scope[];
  createdAt: number;
  /** To about ten minutes. */
  lastUsedAt: number | null;
  expiresAt: number | null;
}

interface KeyRow {
  id: string;
  name: string | null;
  referenceId: string;
  enabled: boolean | null;
  permissions: string | null;
  createdAt: Date;
  lastRequest: Date | null;
  expiresAt: Date | null;
}

export interface ApiTokens {
  create(o: {
    userId: string;
    name: string;
    scopes: readonly Scope[];
    expiresInDays?: number;
  }): Promise<TokenInfo & { token: string }>;
  /** Newest first, at most 100. */
  list(userId: string): Promise<TokenInfo[]>;
  /** false: the user has no such token. */
  revoke(userId: string, id: string): Promise<boolean>;
  /** null: unknown, disabled or expired. */
  verify(token: string): Promise<(TokenInfo & { userId: string }) | null>;
}

export function createApiTokens(o: { betterAuth: BetterAuth; clock: Clock; log: Logger }): ApiTokens {
  const adapter = async () => (await o.betterAuth.$context).adapter;

  async function touch(row: KeyRow): Promise<void> {
    const now = o.clock.now();
    if (row.lastRequest && now - row.lastRequest.getTime() < LAST_USED_STEP_MS) return;
    await (
      await adapter()
    ).update({
      model: MODEL,
      where: [{ field: 'id', value: row.id }],
      update: { lastRequest: new Date(now) },
    });
  }

  return {
    async create({ userId, name, scopes, expiresInDays }) {
      const created = await o.betterAuth.api.createApiKey({
        body: {
          userId,
          name,
          permissions: { [RESOURCE]: [...scopes] },
          ...(expiresInDays !== undefined && { expiresIn: expiresInDays * DAY_S }),
        },
      });
      return {
        id: created.id,
        name,
        scopes: [...scopes],
        createdAt: created.createdAt.getTime(),
        lastUsedAt: null,
        expiresAt: created.expiresAt?.getTime() ?? null,
        token: created.key,
      };
    },
    async list(userId) {
      const rows = await (
        await adapter()
      ).findMany<KeyRow>({
        model: MODEL,
        where: [{ field: 'referenceId', value: userId }],
        sortBy: { field: 'createdAt', direction: 'desc' },
        limit: MAX_TOKENS,
      });
      return rows.map(infoOf);
    },
    async revoke(userId, id) {
      const deleted = await (
        await adapter()
      ).deleteMany({
        model: MODEL,
        where: [
          { field: 'id', value: id },
          { field: 'referenceId', value: userId },
        ],
      });
      return deleted > 0;
    },
    async verify(token) {
      if (token === '' || token.length > MAX_TOKEN_LENGTH) return null;
      const row = await (
        await adapter()
      ).findOne<KeyRow>({
        model: MODEL,
        where: [{ field: 'key', value: await defaultKeyHasher(token) }],
      });
      if (!row || row.enabled === false) return null;
      if (row.expiresAt && row.expiresAt.getTime() <= o.clock.now()) return null;
      // Only a display value: not worth failing or delaying a request for.
      touch(row).catch((err: unknown) => o.log.warn({ err }, 'last use of a token not recorded'));
      return { ...infoOf(row), userId: row.referenceId };
    },
  };
}

function infoOf(row: KeyRow): TokenInfo {
  return {
    id: row.id,
    name: row.name ?? '',
    scopes: scopesOf(row.permissions),
    createdAt: row.createdAt.getTime(),
    lastUsedAt: row.lastRequest?.getTime() ?? null,
    expiresAt: row.expiresAt?.getTime() ?? null,
  };
}

/** Of the column `permissions` of an API key. */
export function scopesOf(permissions: string | null): Scope[] {
  if (permissions === null) return [];
  const parsed: unknown = JSON.parse(permissions);
  if (typeof parsed !== 'object' || parsed === null) return [];
  const scopes: unknown = Reflect.get(parsed, RESOURCE);
  return Array.isArray(scopes) ? scopes.filter(isScope) : [];
}
