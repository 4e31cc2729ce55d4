/** better-auth for a command on the server's own machine: it hashes passwords and makes tokens beside the server. */
import { createAuth, type Auth } from '../auth/create-auth.ts';
import type { Config } from '../config.ts';
import { systemClock } from '../lib/clock.ts';
import type { Logger } from '../log.ts';
import { instanceSecret } from '../instance-secret.ts';
import { createAccountStore } from '../store/accounts.ts';
import { createCredentialStore } from '../store/credentials.ts';
import { createStreamTokenStore } from '../store/stream-tokens.ts';
import type { Database } from '../store/database.ts';
import { baseUrl } from './command.ts';

export function localAuth(db: Database, config: Config, log: Logger): Auth {
  const accounts = createAccountStore(db);
  return createAuth({
    pool: db.pool,
    baseUrl: baseUrl(config),
    trustedOrigins: [],
    secret: instanceSecret(config),
    secureCookies: false,
    log,
    clock: systemClock,
    loadMemberships: (id) => accounts.loadMemberships(id),
    insertUser: (user) => accounts.insertUser(user),
    streamTokens: createStreamTokenStore(db),
    credentials: createCredentialStore(db),
  });
}
