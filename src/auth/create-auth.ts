/**
 * Who is asking, and how people and programs get to be someone. In: a cookie or a bearer token. Out: a Viewer.
 * Accounts and API keys are better-auth's; memberships are read by `store` in one statement.
 */
import type { Clock } from '../lib/clock.ts';
import type { Actor, AuthResult, ConfigChange, Role, Viewer } from '../viewer.ts';
import { createApiTokens, type ApiTokens, type TokenPorts } from './api-tokens.ts';
import { createAuthHandler } from './auth-handler.ts';
import { createBetterAuth, type AuthSettings } from './better-auth.ts';
import { createChangePassword, type ChangePassword, type PasswordPorts } from './change-password.ts';
import { prepareUser, type NewUser, type NewUserResult } from './new-user.ts';
import { createSignInLimit } from './sign-in-limit.ts';
import { createStreamTokens, type StreamTokenPorts, type StreamTokens } from './stream-tokens.ts';
import { createViewerCache } from './viewer-cache.ts';

/** A role change reaches every node by config_changes within a second; this bounds it if that fails. */
const VIEWER_TTL_MS = 3_000;
const MAX_CACHED_VIEWERS = 10_000;

export interface Memberships {
  email: string;
  name: string;
  isInstanceAdmin: boolean;
  twoFactor: boolean;
  organizations: { id: string; slug: string; name: string; role: Role }[];
}

export interface AuthDeps extends AuthSettings {
  clock: Clock;
  /** null: there is no such user. */
  loadMemberships(userId: string): Promise<Memberships | null>;
  /** Writes `user` and `account` in one transaction. */
  insertUser(user: NewUser): Promise<'created' | 'email_taken'>;
  streamTokens: StreamTokenPorts;
  credentials: TokenPorts & PasswordPorts & SignInPorts;
}

interface SignInPorts {
  recordSignIn(by: Actor): Promise<void>;
  recordRefusal(o: { who: { email: string } | { challenge: string }; ip: string }): Promise<void>;
  takeCode(o: { userId: string; sessionId: string; code: string; nowMs: number }): Promise<boolean>;
}

export type CreateUserResult =
  | { kind: 'created'; userId: string }
  | { kind: 'email_taken' }
  | Extract<NewUserResult, { kind: 'invalid' }>;

export interface Auth {
  /** Serves /api/auth/*. */
  handler(request: Request, env: { ip: string }): Promise<Response>;
  /** `authorization`, when there, decides alone: the cookie is not read. */
  authenticate(headers: {
    cookie?: string | undefined;
    authorization?: string | undefined;
  }): Promise<AuthResult>;
  authenticateToken(token: string): Promise<AuthResult>;
  /** For a caller that writes the rows in a transaction of its own (the set-up link). */
  prepareUser: typeof prepareUser;
  createUser(o: { email: string; password: string; name: string }): Promise<CreateUserResult>;
  changePassword: ChangePassword;
  createToken: ApiTokens['create'];
  listTokens: ApiTokens['list'];
  revokeToken: ApiTokens['revoke'];
  createStreamToken: StreamTokens['create'];
  redeemStreamToken: StreamTokens['redeem'];
  /** To be called with each change of access: forgets the viewers it concerns. */
  invalidate(change: Pick<ConfigChange, 'kind' | 'ref'>): void;
}

export function createAuth(deps: AuthDeps): Auth {
  const { clock, log } = deps;
  const betterAuth = createBetterAuth(deps);
  const tokens = createApiTokens({ betterAuth, ports: deps.credentials, clock, log });
  const cache = createViewerCache({ clock, ttlMs: VIEWER_TTL_MS, maxEntries: MAX_CACHED_VIEWERS });

  const streamTokens = createStreamTokens({ betterAuth, ports: deps.streamTokens, clock, viewerOf: viewer });

  async function viewer(
    userId: string,
    rest: Pick<Viewer, 'kind' | 'credentialId' | 'scopes' | 'expiresAt'>,
  ): Promise<AuthResult> {
    const found = await deps.loadMemberships(userId);
    if (!found) return unauthorized('This account is gone.');
    return {
      kind: 'viewer',
      viewer: {
        ...rest,
        userId,
        email: found.email,
        organizations: new Map(found.organizations.map(({ id, role }) => [id, role])),
        isInstanceAdmin: found.isInstanceAdmin,
      },
    };
  }

  async function bySession(cookie: string): Promise<AuthResult> {
    const found = await betterAuth.api.getSession({
      headers: new Headers({ cookie }),
      // Renewal writes the row and sets a cookie; that is left to GET /api/auth/get-session.
      query: { disableCookieCache: true, disableRefresh: true },
    });
    if (!found) return unauthorized('Your session has ended.');
    const { session } = found;
    return viewer(session.userId, {
      kind: 'session',
      credentialId: session.id,
      scopes: 'all',
      expiresAt: session.expiresAt.getTime(),
    });
  }

  async function byToken(token: string): Promise<AuthResult> {
    const found = await tokens.verify(token);
    if (!found) return unauthorized('The token is not valid.');
    return viewer(found.userId, {
      kind: 'token',
      credentialId: found.id,
      scopes: new Set(found.scopes),
      expiresAt: found.expiresAt,
    });
  }

  const authenticateToken = (token: string) => cache.get(`token ${token}`, () => byToken(token));

  const limit = createSignInLimit({ clock });
  const changePassword = createChangePassword({ limit, ports: deps.credentials });

  return {
    handler: createAuthHandler({
      betterAuth,
      baseUrl: deps.baseUrl,
      singleSignOn: deps.singleSignOn !== undefined,
      limit,
      clock,
      onSignIn: deps.credentials.recordSignIn,
      onRefused: deps.credentials.recordRefusal,
      takeCode: deps.credentials.takeCode,
      onSessionsChanged: () => cache.clear(),
    }),
    async authenticate({ cookie, authorization }) {
      if (authorization !== undefined) {
        const token = /^Bearer +(\S+)$/i.exec(authorization)?.[1];
        return token === undefined
          ? unauthorized('The Authorization header is not `Bearer <token>`.')
          : authenticateToken(token);
      }
      if (cookie === undefined || cookie === '') return unauthorized();
      return cache.get(`cookie ${cookie}`, () => bySession(cookie));
    },
    authenticateToken,
    prepareUser,
    async createUser(o) {
      const prepared = await prepareUser(o);
      if (prepared.kind === 'invalid') return prepared;
      const inserted = await deps.insertUser(prepared.user);
      return inserted === 'email_taken'
        ? { kind: 'email_taken' }
        : { kind: 'created', userId: prepared.user.id };
    },
    createToken: (o) => tokens.create(o),
    listTokens: (userId, request) => tokens.list(userId, request),
    async changePassword(o) {
      const result = await changePassword(o);
      // Here at once, on other nodes by the trigger on `session`.
      if (result.kind === 'done') cache.clear();
      return result;
    },
    async revokeToken(userId, id, by) {
      const revoked = await tokens.revoke(userId, id, by);
      if (revoked) cache.invalidate({ kind: 'apikey', ref: id });
      return revoked;
    },
    createStreamToken: (who, projectIds) => streamTokens.create(who, projectIds),
    redeemStreamToken: (token, use) => streamTokens.redeem(token, use),
    invalidate: (change) => cache.invalidate(change),
  };
}

function unauthorized(message = 'You are not signed in.'): AuthResult {
  return { kind: 'refused', code: 'unauthorized', message };
}
