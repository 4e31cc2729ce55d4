/**
 * A forgotten password: a link by mail to whoever asks, or from an admin of the instance. Asking tells nobody whether
 * there is such an account: the answer is the same and does not wait for the mail.
 */
import type { PasswordResetPorts } from './api/api-deps.ts';
import { hashPassword, passwordProblem } from './auth/new-user.ts';
import type { Clock } from './lib/clock.ts';
import type { Logger } from './log.ts';
import type { Mailer } from './mail/mailer.ts';
import type { AccountStore } from './store/accounts.ts';
import type { PasswordLinkStore } from './store/password-links.ts';

const MAILED_LIFE_MS = 60 * 60 * 1000;
const HANDED_LIFE_MS = 24 * 60 * 60 * 1000;

export interface PasswordResetDeps {
  accounts: Pick<AccountStore, 'findUser'>;
  links: PasswordLinkStore;
  mailer: Mailer | null;
  /** The instance's public address: links never come from a request's Host. */
  url: string;
  /** Sessions have ended. */
  onReset(userId: string): void;
  clock: Clock;
  log: Logger;
}

export function createPasswordReset(deps: PasswordResetDeps): PasswordResetPorts {
  const { accounts, clock, links, mailer } = deps;
  const linkOf = (token: string) => `${deps.url}/reset-password/${token}`;

  async function mailLink(email: string, ip: string): Promise<void> {
    const user = await accounts.findUser(email);
    if (!user || !mailer) return;
    const by = { userId: null, email: null, ip };
    const made = await links.create({ userId: user.id, lifeMs: MAILED_LIFE_MS, by, nowMs: clock.now() });
    if (!made) return;
    const text = `Somebody, probably you, asked for a new password for ${user.email} at ${deps.url}.

Set it here within an hour:
${linkOf(made.token)}

If it was not you, there is nothing to do: your password stays as it is.
`;
    await mailer.send({ to: user.email, subject: 'A new password for Mesher', text });
  }

  return {
    async request(email, ip) {
      if (mailer === null) return 'no_mail';
      mailLink(email, ip).catch((err: unknown) => deps.log.error({ err }, 'password link not made'));
      return 'accepted';
    },
    async createLink(userId, by) {
      const made = await links.create({ userId, lifeMs: HANDED_LIFE_MS, by, nowMs: clock.now() });
      return made && { link: linkOf(made.token), expiresAt: made.expiresAt };
    },
    find: (token) => links.find(token, clock.now()),
    async redeem(token, password, ip) {
      // Asked first, so that nobody without a link can make the server hash passwords.
      const found = await links.find(token, clock.now());
      if (!found) return { kind: 'invalid_link' };
      const problem = await passwordProblem(password, [found.email, found.name]);
      if (problem !== null) return { kind: 'invalid', message: problem };
      const passwordHash = await hashPassword(password);
      const done = await links.redeem({ token, passwordHash, ip, nowMs: clock.now() });
      if (done) deps.onReset(found.userId);
      return { kind: done ? 'done' : 'invalid_link' };
    },
  };
}
