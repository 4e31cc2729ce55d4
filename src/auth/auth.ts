/**
 * Who may: better-auth for passwords, sessions and API keys, wrapped so that the rest of the program sees Viewers.
 * In: a cookie or a bearer token. Out: an AuthResult. A request that carries `Authorization` never uses its cookie.
 */
import type { Pool } from 'pg';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../log.ts';
import type { AuthResult, Role, Scope } from '../viewer.ts';
import { createBetterAuth, CLIENT_IP_HEADER } from './better-auth.ts';
import { isScope } from './scope.ts';
import { createViewerCache } from './viewer-cache.ts';
import { toViewer } from './to-viewer.ts';

/** A person as the store knows them. */
export interface Account {
  id: string;
  email: string;
  name: string;
  isInstanceAdmin: boolean;
  organizations: { id: string; slug: string; name: string; role: Role }[];
}

export interface AuthDeps {
  pool: Pool;
  baseUrl: string;
  trustedOrigins: string[];
  secret: string;
  secureCookies: boolean;
  log: Logger;
  clock: Clock;
  loadAccount(userId: string): Promise<Account | null>;
}

export interface Credentials {
  cookie?: string | undefined;
  authorization?: string | undefined;
}

export interface Auth {
  /** Answers /api/auth/*: sign in, sign out, session. `ip` is what sign-in attempts are limited by. */
  handle(request: Request, ip: string): Promise<Response>;
  authenticate(credentials: Credentials): Promise<AuthResult>;
  authenticateToken(token: string): Promise<AuthResult>;
  /** A hash for the account table; slow by design (scrypt). */
  hashPassword(password: string): Promise<string>;
  /** `token` is shown once: only its hash is kept. */
  createToken(o: {
    userId: string;
    name: string;
    scopes: Scope[];
    expiresInS?: number;
  }): Promise<{ id: string; token: string }>;
  /** Forgets every cached viewer: called on each change of access. */
  invalidate(): void;
}

const UNAUTHORIZED: AuthResult = { kind: 'refused', code: 'unauthorized', message: 'You are not signed in.' };
const BAD_TOKEN: AuthResult = {
  kind: 'refused',
  code: 'unauthorized',
  message: 'The token is unknown, expired or revoked.',
};

export function createAuth(deps: AuthDeps): Auth {
  const auth = createBetterAuth(deps);
  const viewers = createViewerCache(deps.clock);

  async function fromCookie(cookie: string): Promise<AuthResult> {
    const found = await auth.api.getSession({
      headers: new Headers({ cookie }),
      query: { disableRefresh: true },
    });
    if (!found) return UNAUTHORIZED;
    const account = await deps.loadAccount(found.user.id);
    if (!account) return UNAUTHORIZED;
    return {
      kind: 'viewer',
      viewer: toViewer(account, {
        kind: 'session',
        credentialId: found.session.id,
        scopes: 'all',
        expiresAt: found.session.expiresAt.getTime(),
      }),
    };
  }

  async function fromToken(token: string): Promise<AuthResult> {
    const found = await auth.api.verifyApiKey({ body: { key: token } });
    if (!found.valid || !found.key) return BAD_TOKEN;
    const account = await deps.loadAccount(found.key.referenceId);
    if (!account) return BAD_TOKEN;
    return {
      kind: 'viewer',
      viewer: toViewer(account, {
        kind: 'token',
        credentialId: found.key.id,
        scopes: new Set((found.key.permissions?.mesher ?? []).filter(isScope)),
        expiresAt: found.key.expiresAt === null ? null : new Date(found.key.expiresAt).getTime(),
      }),
    };
  }

  return {
    async handle(request, ip) {
      const headers = new Headers(request.headers);
      headers.set(CLIENT_IP_HEADER, ip);
      return auth.handler(new Request(request, { headers }));
    },
    authenticate({ cookie, authorization }) {
      if (authorization !== undefined) {
        const token = /^Bearer\s+(\S+)\s*$/i.exec(authorization)?.[1];
        return token === undefined ? Promise.resolve(BAD_TOKEN) : viewers.get('token', token, fromToken);
      }
      return cookie === undefined ? Promise.resolve(UNAUTHORIZED) : viewers.get('cookie', cookie, fromCookie);
    },
    authenticateToken: (token) => viewers.get('token', token, fromToken),
    hashPassword: async (password) => (await auth.$context).password.hash(password),
    async createToken({ userId, name, scopes, expiresInS }) {
      const created = await auth.api.createApiKey({
        body: {
          userId,
          name,
          permissions: { mesher: scopes },
          ...(expiresInS !== undefined && { expiresIn: expiresInS }),
        },
      });
      return { id: created.id, token: created.key };
    },
    invalidate: () => viewers.clear(),
  };
}
