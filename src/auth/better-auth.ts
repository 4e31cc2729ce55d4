/**
 * The one place that configures better-auth: e-mail and password, a second factor, single sign-on, organizations, API
 * keys, no public sign-up.
 * In: the pool of `store` and the instance's address. Out: the library's instance. It never touches the schema:
 * its tables are store/migrations/0001-accounts.sql, and a test asks it for pending migrations.
 */
import { apiKey } from '@better-auth/api-key';
import { betterAuth, type BetterAuthOptions } from 'better-auth';
import { organization, twoFactor } from 'better-auth/plugins';
import type { Logger } from '../log.ts';
import { mayJoin, singleSignOnPlugin, type NewPerson, type SingleSignOnSettings } from './single-sign-on.ts';

export const AUTH_PATH = '/api/auth';
export const PASSWORD_MIN = 8;
export const PASSWORD_MAX = 128;
/** Set by our own code on the request given to the library, never taken from a client. */
export const CLIENT_IP_HEADER = 'x-mesher-client-ip';
const DAY_S = 24 * 60 * 60;

export interface AuthSettings {
  /** A `pg.Pool` with the driver's own type parsers: the library expects Date. */
  pool: NonNullable<BetterAuthOptions['database']>;
  /** Public URL of the instance. */
  baseUrl: string;
  /** Origins beside that of `baseUrl` from which cookies may write. */
  trustedOrigins: readonly string[];
  /** At least 32 characters; signs the session cookie. */
  secret: string;
  secureCookies: boolean;
  log: Logger;
  singleSignOn?: SingleSignOnSettings | undefined;
  /** Somebody new came by single sign-on: gives them their memberships. */
  onJoined?: ((person: NewPerson) => Promise<void>) | undefined;
}

export type BetterAuth = ReturnType<typeof createBetterAuth>;

export function createBetterAuth(settings: AuthSettings) {
  return betterAuth(betterAuthOptions(settings));
}

export function betterAuthOptions(settings: AuthSettings) {
  const { log, singleSignOn } = settings;
  return {
    appName: 'Mesher',
    baseURL: settings.baseUrl,
    basePath: AUTH_PATH,
    secret: settings.secret,
    trustedOrigins: [...settings.trustedOrigins],
    database: settings.pool,
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: PASSWORD_MIN,
      maxPasswordLength: PASSWORD_MAX,
      revokeSessionsOnPasswordReset: true,
    },
    user: { additionalFields: { isInstanceAdmin: { type: 'boolean', required: false, input: false } } },
    session: {
      expiresIn: 30 * DAY_S,
      updateAge: DAY_S,
      // A cached session would outlive its revocation.
      cookieCache: { enabled: false },
    },
    account: {
      // From the session of the account only; an e-mail that is the same proves nothing about who owns the account.
      accountLinking: { enabled: true, disableImplicitLinking: true, allowDifferentEmails: true },
      updateAccountOnSignIn: false,
    },
    databaseHooks: {
      // The library makes users for single sign-on only: sign-up is off, the rest is written by `store`.
      user: {
        create: {
          before: async (user) => singleSignOn !== undefined && mayJoin(user, singleSignOn),
          after: async ({ id, email }) => settings.onJoined?.({ id, email }),
        },
      },
      // What the provider's tokens open is none of our business.
      account: {
        create: {
          before: async (account) => ({
            data: { ...account, accessToken: null, refreshToken: null, idToken: null },
          }),
        },
      },
    },
    // sign-in-limit.ts counts by address and e-mail together, which the library's limiter cannot.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    advanced: {
      cookiePrefix: 'mesher',
      useSecureCookies: settings.secureCookies,
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax' },
      ipAddress: { ipAddressHeaders: [CLIENT_IP_HEADER] },
    },
    logger: {
      level: 'debug',
      // The library reports every wrong password as an error; only a thrown Error is one for the operator.
      log(level, message, ...args: unknown[]) {
        const err = args.find((arg) => arg instanceof Error && arg.name !== 'APIError');
        if (level === 'error' && err) log.error({ err }, 'account library failed');
        else log.debug({ note: message }, 'account library');
      },
    },
    plugins: [
      organization({ allowUserToCreateOrganization: false }),
      twoFactor({ issuer: 'Mesher' }),
      ...(singleSignOn === undefined ? [] : [singleSignOnPlugin(singleSignOn)]),
      apiKey({
        defaultPrefix: 'msh_',
        defaultKeyLength: 48,
        maximumNameLength: 100,
        keyExpiration: { minExpiresIn: 1, maxExpiresIn: 3650 },
        startingCharactersConfig: { shouldStore: true, charactersLength: 8 },
        rateLimit: { enabled: false },
      }),
    ],
  } satisfies BetterAuthOptions;
}
