/**
 * /api/auth/*: the endpoints of auth-endpoints.ts, given to the library with the fields that are allowed and nothing
 * else. Failures take our error body.
 */
import type { ErrorCode } from '../errors.ts';
import { errorTable } from '../errors.ts';
import type { Actor } from '../viewer.ts';
import type { Clock } from '../lib/clock.ts';
import { authEndpoints, safeNext, SSO_CALLBACK, VERIFY_TOTP, type AuthEndpoint } from './auth-endpoints.ts';
import { AUTH_PATH, CLIENT_IP_HEADER, type BetterAuth } from './better-auth.ts';
import { createSignInLimit, type SignInLimit } from './sign-in-limit.ts';

const MAX_BODY_CHARACTERS = 16 * 1024;
/** The library bounds the discovery with 10 s, what it asks the provider for afterwards not at all. */
const PROVIDER_MS = 15_000;
const PROVIDER_AWAY = 'The provider of single sign-on does not answer.';

export interface AuthHandlerDeps {
  betterAuth: BetterAuth;
  /** Public address, without a slash at the end. */
  baseUrl: string;
  singleSignOn: boolean;
  limit: SignInLimit;
  clock: Clock;
  onSignIn(by: Actor): Promise<void>;
  /** A password or code was wrong. */
  onRefused(o: { who: { email: string } | { challenge: string }; ip: string }): Promise<void>;
  /** false: the code was used before, and the session is gone again. */
  takeCode(o: { userId: string; sessionId: string; code: string; nowMs: number }): Promise<boolean>;
  /** Sessions may have ended: cached viewers must not outlive them. */
  onSessionsChanged(): void;
}

export function createAuthHandler(deps: AuthHandlerDeps) {
  const endpoints = authEndpoints(deps);
  // Not more than ten entries a minute for an account, and sixty in all: a flood of tries is no flood of the log.
  const refusals = createSignInLimit(deps);

  /** `env.ip`: the client's address as the listener sees it. */
  return async function handle(request: Request, env: { ip: string }): Promise<Response> {
    const url = new URL(request.url);
    const path = url.pathname.slice(AUTH_PATH.length);
    const endpoint = url.pathname.startsWith(`${AUTH_PATH}/`) ? endpoints.get(path) : undefined;
    if (endpoint === undefined) return refuse('not_found');
    const { method } = endpoint;
    if (request.method !== method) return refuse('method_not_allowed', undefined, { allow: method });

    const text = method === 'POST' ? await request.text() : '';
    if (text.length > MAX_BODY_CHARACTERS) return refuse('too_large');
    const given = objectIn(text);
    if (given === null) return refuse('bad_request', 'The body is not a JSON object.');
    if (endpoint.limited) {
      const email = typeof given['email'] === 'string' ? given['email'].slice(0, 254) : path;
      const verdict = deps.limit.take(env.ip, email);
      if (verdict.kind === 'limited')
        return refuse('rate_limited', 'Too many attempts to sign in.', {
          'retry-after': String(verdict.retryAfterS),
        });
    }
    const headers = new Headers(request.headers);
    headers.set(CLIENT_IP_HEADER, env.ip);
    headers.delete('content-length');
    // A bearer token is no session, and a request that carries one never reads the cookie.
    if (headers.has('authorization')) headers.delete('cookie');
    const body = method === 'POST' ? bodyFor(endpoint, given, deps.baseUrl) : undefined;
    const asked = deps.betterAuth.handler(
      new Request(`${deps.baseUrl}${AUTH_PATH}${path}${url.search}`, {
        method,
        headers,
        ...(body !== undefined && { body }),
      }),
    );
    const answer = await (endpoint.asksProvider ? withinTime(asked) : asked);
    // What the library does not know is a provider that it could not discover.
    if (answer === null || (endpoint.asksProvider && answer.status === 404))
      return path === SSO_CALLBACK
        ? Response.redirect(`${deps.baseUrl}/sign-in?error=provider_unavailable`, 302)
        : refuse('unavailable', PROVIDER_AWAY);
    if (method === 'POST' || path === SSO_CALLBACK) deps.onSessionsChanged();
    if (endpoint.signsIn) {
      const session = await sessionOf(answer);
      if (session === null && answer.status === 401) await tellRefusal(request, given, env.ip);
      if (session !== null && path === VERIFY_TOTP) {
        const code = String(given['code']);
        const nowMs = deps.clock.now();
        if (!(await deps.takeCode({ ...session, code, nowMs })))
          return refuse('unauthorized', 'This code was used before. Wait for the next one.');
      }
      if (session !== null) await tellSignIn(request, session, env.ip);
    }
    // The provider sends people back with their browser: the answer is where to go next.
    return answer.ok || (path === SSO_CALLBACK && answer.status === 302) ? answer : translate(answer);
  };

  /** A code that is checked within a session signs nobody in; single sign-on answers a cookie and no body. */
  async function tellSignIn(
    request: Request,
    { userId, email }: { userId: string; email: string },
    ip: string,
  ): Promise<void> {
    if (/session_token=/.test(request.headers.get('cookie') ?? '')) return;
    await deps.onSignIn({ userId, email, ip });
  }

  async function tellRefusal(request: Request, given: Record<string, unknown>, ip: string): Promise<void> {
    const challenge = challengeOf(request);
    const email = typeof given['email'] === 'string' ? given['email'].trim().toLowerCase() : null;
    const who = email !== null ? { email } : challenge !== null ? { challenge } : null;
    if (who === null || refusals.take('', email ?? challenge ?? '').kind === 'limited') return;
    await deps.onRefused({ who, ip });
  }

  /** The session that the answer starts. */
  async function sessionOf(
    answer: Response,
  ): Promise<{ userId: string; email: string; sessionId: string } | null> {
    const cookie = sessionCookieOf(answer);
    if (cookie === null) return null;
    const found = await deps.betterAuth.api.getSession({
      headers: new Headers({ cookie }),
      query: { disableCookieCache: true, disableRefresh: true },
    });
    return found && { userId: found.user.id, email: found.user.email, sessionId: found.session.id };
  }

  /** null: too late. What comes then is nobody's. */
  function withinTime(asked: Promise<Response>): Promise<Response | null> {
    return new Promise((resolve, reject) => {
      const timer = deps.clock.after(PROVIDER_MS, () => resolve(null));
      asked.then(resolve, reject).finally(() => timer.cancel());
    });
  }
}

function bodyFor(endpoint: AuthEndpoint, given: Record<string, unknown>, baseUrl: string): string {
  const fields = endpoint.fields.flatMap((field) =>
    typeof given[field] === 'string' ? [[field, given[field]] as const] : [],
  );
  const fixed = endpoint.fixed?.({ next: safeNext(given['next']) }, baseUrl);
  return JSON.stringify({ ...Object.fromEntries(fields), ...fixed });
}

/** Under what the library remembers that the password was right. Its signature is the library's business. */
function challengeOf(request: Request): string | null {
  const [, value] = /two_factor=([^;]+)/.exec(request.headers.get('cookie') ?? '') ?? [];
  if (value === undefined || !URL.canParse(`x:${value}`)) return null;
  return decodeURIComponent(value).split('.')[0] ?? null;
}

/** `name=value` of the session that the answer starts; null: none. */
function sessionCookieOf(answer: Response): string | null {
  const pair = answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0] ?? '')
    .findLast((cookie) => /session_token=/.test(cookie));
  return pair === undefined || pair.endsWith('=') ? null : pair;
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

/** null: neither empty nor a JSON object. */
function objectIn(text: string): Record<string, unknown> | null {
  if (text === '') return {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null;
    return Object.fromEntries(Object.entries(parsed));
  } catch {
    return null;
  }
}
