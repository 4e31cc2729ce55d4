/**
 * /api/auth/*: the few endpoints of the library that people need; everything else it could serve (sign-up,
 * organizations, API keys, sessions, passwords …) has its own routes with our rules, so it is 404 here. Failures take our error body.
 */
import type { ErrorCode } from '../errors.ts';
import { errorTable } from '../errors.ts';
import type { Actor } from '../viewer.ts';
import { AUTH_PATH, CLIENT_IP_HEADER, type BetterAuth } from './better-auth.ts';
import type { SignInLimit } from './sign-in-limit.ts';

const SIGN_IN = '/sign-in/email';
const ENDPOINTS: Readonly<Record<string, 'GET' | 'POST'>> = {
  [SIGN_IN]: 'POST',
  '/sign-out': 'POST',
  '/get-session': 'GET',
};
const MAX_BODY_CHARACTERS = 16 * 1024;

export interface AuthHandlerDeps {
  betterAuth: BetterAuth;
  limit: SignInLimit;
  onSignIn(by: Actor): Promise<void>;
  /** Sessions may have ended: cached viewers must not outlive them. */
  onSessionsChanged(): void;
}

export function createAuthHandler(deps: AuthHandlerDeps) {
  /** `env.ip`: the client's address as the listener sees it. */
  return async function handle(request: Request, env: { ip: string }): Promise<Response> {
    const url = new URL(request.url);
    const endpoint = url.pathname.slice(AUTH_PATH.length);
    const method = Object.hasOwn(ENDPOINTS, endpoint) ? ENDPOINTS[endpoint] : undefined;
    if (!url.pathname.startsWith(`${AUTH_PATH}/`) || method === undefined) return refuse('not_found');
    if (request.method !== method) return refuse('method_not_allowed');

    const body = method === 'POST' ? await request.text() : null;
    if (body !== null && body.length > MAX_BODY_CHARACTERS) return refuse('too_large');
    if (endpoint === SIGN_IN) {
      const verdict = deps.limit.take(env.ip, emailIn(body ?? ''));
      if (verdict.kind === 'limited')
        return refuse('rate_limited', 'Too many attempts to sign in.', {
          'retry-after': String(verdict.retryAfterS),
        });
    }
    const headers = new Headers(request.headers);
    headers.set(CLIENT_IP_HEADER, env.ip);
    // A bearer token is no session, and a request that carries one never reads the cookie.
    if (headers.has('authorization')) headers.delete('cookie');
    const answer = await deps.betterAuth.handler(
      new Request(request.url, { method, headers, ...(body !== null && { body }) }),
    );
    if (method === 'POST') deps.onSessionsChanged();
    if (!answer.ok) return translate(answer);
    if (endpoint === SIGN_IN) {
      const user = await userIn(answer);
      if (user !== null) await deps.onSignIn({ ...user, ip: env.ip });
    }
    return answer;
  };
}

/** The library's `{message, code}` in our shape, with its cookies (a dead session's cookie is cleared). */
async function translate(answer: Response): Promise<Response> {
  const code = codeOf(answer.status);
  const body: unknown = await answer.json().catch(() => null);
  const said = typeof body === 'object' && body !== null ? Reflect.get(body, 'message') : undefined;
  const message = code !== 'internal' && typeof said === 'string' && said !== '' ? said : undefined;
  const refusal = refuse(code, message);
  for (const cookie of answer.headers.getSetCookie()) refusal.headers.append('set-cookie', cookie);
  return refusal;
}

function codeOf(status: number): ErrorCode {
  switch (status) {
    case 401:
      return 'unauthorized';
    case 403:
      return 'forbidden';
    case 404:
      return 'not_found';
    case 415:
      return 'unsupported_media_type';
    case 429:
      return 'rate_limited';
    default:
      return status >= 500 ? 'internal' : 'bad_request';
  }
}

function refuse(code: ErrorCode, message?: string, headers: Record<string, string> = {}): Response {
  const row = errorTable[code];
  const error = { code, message: message ?? row.message, hint: row.hint };
  return Response.json(
    { error },
    { status: row.status, headers: { ...headers, 'cache-control': 'no-store' } },
  );
}

/** Who signed in; null: not yet, a second factor is asked for. */
async function userIn(answer: Response): Promise<{ userId: string; email: string } | null> {
  const body: unknown = await answer.clone().json();
  const user: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'user') : null;
  if (typeof user !== 'object' || user === null) return null;
  return { userId: String(Reflect.get(user, 'id')), email: String(Reflect.get(user, 'email')) };
}

function emailIn(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    const email: unknown = typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, 'email') : '';
    return typeof email === 'string' ? email.slice(0, 254) : '';
  } catch {
    return '';
  }
}
