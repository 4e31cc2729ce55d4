/**
 * Single sign-on with one OpenID provider: code flow with PKCE, state and nonce, ID tokens verified against the
 * provider's keys. An identity is the issuer and the subject, never an e-mail: an account is linked from its own session
 * only, and a new one arises only for a verified e-mail of an allowed domain.
 */
import { genericOAuth, type GenericOAuthConfig } from 'better-auth/plugins';

export const SSO_PROVIDER = 'oidc';

export interface SingleSignOnSettings {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Lower case. Who has a verified e-mail of one gets an account; empty: nobody. */
  domains: readonly string[];
}

export interface NewPerson {
  id: string;
  email: string;
}

/** A discovery document of nothing, from nowhere. */
const NOTHING = 'data:application/json,{}';

/**
 * The provider is discovered when somebody signs in with it, within 10 s. At the start the library would wait for it
 * without a bound and every sign-in, by password too, for the library: so at the start there is nothing to be found.
 */
export function singleSignOnPlugin(settings: SingleSignOnSettings) {
  const config = providerConfig(settings);
  const { discoveryUrl } = config;
  config.discoveryUrl = NOTHING;
  const plugin = genericOAuth({ config: [config] });
  const { init } = plugin;
  return {
    ...plugin,
    async init(ctx: Parameters<typeof init>[0]) {
      const made = await init(ctx);
      config.discoveryUrl = discoveryUrl;
      return made;
    },
  };
}

function providerConfig({ issuer, clientId, clientSecret }: SingleSignOnSettings): GenericOAuthConfig {
  return {
    providerId: SSO_PROVIDER,
    discoveryUrl: `${issuer.replace(/\/+$/, '')}/.well-known/openid-configuration`,
    requireIdTokenVerification: true,
    clientId,
    clientSecret,
    scopes: ['openid', 'email', 'profile'],
    pkce: true,
    // Another issuer under the same settings is another identity, whatever its subjects are called.
    accountSubject: ({ profile }) => `${issuer}#${String(profile.sub ?? '')}`,
    mapProfileToUser: (profile) => ({ name: nameOf(profile) }),
  };
}

/** May the provider's word make an account for this e-mail? */
export function mayJoin(
  user: { email: string; emailVerified: boolean },
  settings: Pick<SingleSignOnSettings, 'domains'>,
): boolean {
  const domain = user.email.toLowerCase().split('@').at(-1) ?? '';
  return user.emailVerified && settings.domains.includes(domain);
}

function nameOf(profile: { name?: unknown; email?: unknown }): string {
  const name = typeof profile.name === 'string' ? profile.name.trim() : '';
  const email = typeof profile.email === 'string' ? profile.email : '';
  return (name === '' ? (email.split('@')[0] ?? '') : name).slice(0, 100) || 'Somebody';
}
