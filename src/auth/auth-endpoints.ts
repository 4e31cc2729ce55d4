/**
 * The endpoints of the library that people need, with the fields that may be given: everything else it could serve
 * (sign-up, organizations, API keys, sessions, passwords …) has its own routes with our rules.
 */
import { SSO_PROVIDER } from './single-sign-on.ts';

const SIGN_IN = '/sign-in/email';
export const VERIFY_TOTP = '/two-factor/verify-totp';
export const SSO_CALLBACK = `/callback/${SSO_PROVIDER}`;

export interface AuthEndpoint {
  method: 'GET' | 'POST';
  /** Of a JSON body; others do not reach the library. */
  fields: readonly string[];
  /** Counted as tries: it takes a password or a code. */
  limited: boolean;
  /** Its success makes a session. */
  signsIn: boolean;
  /** Waits for the provider of single sign-on. */
  asksProvider?: true;
  /** Set by us, whatever was given. */
  fixed?: (given: { next: string }, baseUrl: string) => Record<string, unknown>;
}

const post = { method: 'POST', fields: [], limited: false, signsIn: false } as const;
const withPassword = { ...post, fields: ['password'], limited: true } as const;
const secondFactor = { ...post, fields: ['code'], limited: true, signsIn: true } as const;
/** Where to go afterwards is a path of ours: no address can be given, not even one of ours. */
const redirecting = (to: string) => (given: { next: string }, baseUrl: string) => ({
  provider: SSO_PROVIDER,
  callbackURL: `${baseUrl}${to || given.next}`,
  errorCallbackURL: `${baseUrl}/sign-in`,
  disableRedirect: true,
});

const PASSWORD_ENDPOINTS: Readonly<Record<string, AuthEndpoint>> = {
  [SIGN_IN]: { ...post, fields: ['email', 'password'], limited: true, signsIn: true },
  '/sign-out': post,
  '/get-session': { method: 'GET', fields: [], limited: false, signsIn: false },
  '/two-factor/enable': withPassword,
  '/two-factor/disable': withPassword,
  '/two-factor/generate-backup-codes': withPassword,
  [VERIFY_TOTP]: secondFactor,
  '/two-factor/verify-backup-code': secondFactor,
};
const SSO_ENDPOINTS: Readonly<Record<string, AuthEndpoint>> = {
  '/sign-in/social': { ...post, limited: true, asksProvider: true, fixed: redirecting('') },
  '/link-social': { ...post, limited: true, asksProvider: true, fixed: redirecting('/') },
  [SSO_CALLBACK]: { method: 'GET', fields: [], limited: false, signsIn: true, asksProvider: true },
};

export function authEndpoints(o: { singleSignOn: boolean }): ReadonlyMap<string, AuthEndpoint> {
  return new Map(Object.entries({ ...PASSWORD_ENDPOINTS, ...(o.singleSignOn && SSO_ENDPOINTS) }));
}

/** The path to go to after signing in; anything that a browser could take for another site becomes `/`. */
export function safeNext(next: unknown): string {
  if (typeof next !== 'string' || next.length > 2000 || !/^\/[\w\-./?=&%~+,:@!]*$/.test(next)) return '/';
  return next.startsWith('//') ? '/' : next;
}
