/**
 * better-auth as Mesher uses it: e-mail and password, no public sign-up, no cookie cache (a revoked session ends at
 * once), API keys. It gets the pool from `store`; its tables are migration 0001, its own migrations never run.
 */
import { apiKey } from '@better-auth/api-key';
import { betterAuth } from 'better-auth';
import { organization } from 'better-auth/plugins';
import type { AuthDeps } from './auth.ts';

/** Set by us on every request to better-auth, never taken from outside. */
export const CLIENT_IP_HEADER = 'x-mesher-client-ip';

const DAY_S = 86_400;

export function createBetterAuth(
  deps: Pick<AuthDeps, 'pool' | 'baseUrl' | 'trustedOrigins' | 'secret' | 'secureCookies' | 'log'>,
) {
  return betterAuth({
    appName: 'Mesher',
    database: deps.pool,
    baseURL: deps.baseUrl,
    basePath: '/api/auth',
    secret: deps.secret,
    trustedOrigins: deps.trustedOrigins,
    telemetry: { enabled: false },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 8, maxPasswordLength: 256 },
    user: {
      additionalFields: {
        isInstanceAdmin: { type: 'boolean', required: false, defaultValue: false, input: false },
      },
    },
    session: { expiresIn: 30 * DAY_S, updateAge: DAY_S, cookieCache: { enabled: false } },
    rateLimit: {
      enabled: true,
      window: 60,
      max: 300,
      customRules: { '/sign-in/email': { window: 60, max: 10 } },
    },
    plugins: [
      // Keys are checked on every request of a program: better-auth's own limit of 10 a day is for other uses.
      apiKey({
        rateLimit: { enabled: false },
        defaultPrefix: 'mesher_',
        requireName: true,
        keyExpiration: { minExpiresIn: 0 },
      }),
      // Organizations are made by the set-up and the command line only.
      organization({ allowUserToCreateOrganization: false }),
    ],
    advanced: {
      cookiePrefix: 'mesher',
      useSecureCookies: deps.secureCookies,
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax', path: '/' },
      ipAddress: { ipAddressHeaders: [CLIENT_IP_HEADER] },
    },
    logger: {
      level: 'warn',
      log: (level, message) =>
        deps.log[level === 'error' ? 'error' : 'warn']({ from: 'better-auth' }, message),
    },
  });
}
