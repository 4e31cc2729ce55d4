/**
 * API tokens: the library's API keys with our scopes as their permissions. A token is shown once; its SHA-256 is stored.
 * Made and verified here and not by the library: it writes in transactions of its own, without our audit entry, and its
 * verifyApiKey writes the row on each request and logs each wrong token as an error.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { defaultKeyHasher } from '@better-auth/api-key';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../log.ts';
import type { Actor, Scope } from '../viewer.ts';
import type { BetterAuth } from './better-auth.ts';
import { isScope } from './scopes.ts';

const LAST_USED_STEP_MS = 10 * 60 * 1000;
const DAY_MS = 24 * 60 * 60 * 1000;
const PREFIX = 'msh_';
const SHOWN_CHARACTERS = 8;
const MODEL = 'apikey';
/** The resource our scopes are stored under in the library's permissions. */
const RESOURCE = 'mesher';
const MAX_TOKEN_LENGTH = 256;

/** A part of a list; `next` leads on. */
export interface Page<T> {
  items: T[];
  next: string | null;
}

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
    by: Actor;
  }): Promise<TokenInfo & { token: string }>;
  /** Newest first. */
  list(userId: string, request: { cursor?: string; limit: number }): Promise<Page<TokenInfo>>;
  /** false: the user has no such token. */
  revoke(userId: string, id: string, by: Actor): Promise<boolean>;
  /** null: unknown, disabled or expired. */
  verify(token: string): Promise<(TokenInfo & { userId: string }) | null>;
}

export interface NewTokenRow {
  id: string;
  userId: string;
  name: string;
  prefix: string;
  /** First characters, to tell tokens apart. */
  start: string;
  hash: string;
  permissions: string;
  createdAt: number;
  expiresAt: number | null;
}

/** Changes write the audit entry in their transaction. */
export interface TokenPorts {
  listTokens(
    userId: string,
    request: { cursor?: string; limit: number },
  ): Promise<Page<Omit<TokenInfo, 'scopes'> & { permissions: string | null }>>;
  insertToken(token: NewTokenRow, scopes: readonly Scope[], by: Actor): Promise<void>;
  revokeToken(userId: string, id: string, by: Actor): Promise<boolean>;
}

export function createApiTokens(o: {
  betterAuth: BetterAuth;
  ports: TokenPorts;
  clock: Clock;
  log: Logger;
}): ApiTokens {
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
    async create({ userId, name, scopes, expiresInDays, by }) {
      const token = `${PREFIX}${randomBytes(36).toString('base64url')}`;
      const createdAt = o.clock.now();
      const expiresAt = expiresInDays === undefined ? null : createdAt + expiresInDays * DAY_MS;
      const id = randomUUID();
      await o.ports.insertToken(
        {
          id,
          userId,
          name,
          prefix: PREFIX,
          start: token.slice(0, SHOWN_CHARACTERS),
          hash: await defaultKeyHasher(token),
          permissions: JSON.stringify({ [RESOURCE]: scopes }),
          createdAt,
          expiresAt,
        },
        scopes,
        by,
      );
      return { id, name, scopes: [...scopes], createdAt, lastUsedAt: null, expiresAt, token };
    },
    async list(userId, request) {
      const { items, next } = await o.ports.listTokens(userId, request);
      return {
        items: items.map(({ permissions, ...token }) => ({ ...token, scopes: scopesOf(permissions) })),
        next,
      };
    },
    revoke: (userId, id, by) => o.ports.revokeToken(userId, id, by),
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
