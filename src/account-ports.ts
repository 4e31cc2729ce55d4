/** People and organizations as the REST API asks for them: the store's commands with this instance's clock and links. */
import type {
  AuditPorts,
  InvitationPorts,
  OrganizationPorts,
  PasswordResetPorts,
  SessionPorts,
  UserPorts,
} from './api/api-deps.ts';
import type { Auth } from './auth/create-auth.ts';
import type { Clock } from './lib/clock.ts';
import type { Logger } from './log.ts';
import type { Mailer } from './mail/mailer.ts';
import { createPasswordReset } from './password-reset.ts';
import { createAccountStore } from './store/accounts.ts';
import { createAuditReader } from './store/audit.ts';
import { createCredentialStore } from './store/credentials.ts';
import type { Database } from './store/database.ts';
import { createInvitationStore } from './store/invitations.ts';
import { createMemberStore } from './store/members.ts';
import { createPasswordLinkStore } from './store/password-links.ts';
import { createUserStore } from './store/users.ts';

export interface AccountPortDeps {
  db: Database;
  auth: Pick<Auth, 'invalidate'>;
  /** The instance's public address: links never come from a request's Host. */
  url: string;
  mailer: Mailer | null;
  /** What its button says; null: there is none. */
  singleSignOn: string | null;
  clock: Clock;
  log: Logger;
}

export function createAccountPorts({ db, auth, url, mailer, singleSignOn, clock, log }: AccountPortDeps): {
  organizations: OrganizationPorts;
  invitations: InvitationPorts;
  sessions: SessionPorts;
  users: UserPorts;
  audit: AuditPorts;
  passwordReset: PasswordResetPorts;
  sendsMail: boolean;
  singleSignOn: string | null;
} {
  const members = createMemberStore(db);
  const invitations = createInvitationStore(db);
  const credentials = createCredentialStore(db);
  const users = createUserStore(db);

  return {
    organizations: {
      ...members,
      // Here at once; on other nodes when the trigger's row is read.
      createOrganization: async (o) => {
        const made = await members.createOrganization(o);
        if (o.by.userId !== null) auth.invalidate({ kind: 'member', ref: o.by.userId });
        return made;
      },
      setMemberRole: async (organizationId, userId, role, by) => {
        const change = await members.setMemberRole(organizationId, userId, role, by);
        auth.invalidate({ kind: 'member', ref: userId });
        return change;
      },
      removeMember: async (organizationId, userId, by) => {
        const change = await members.removeMember(organizationId, userId, by);
        auth.invalidate({ kind: 'member', ref: userId });
        return change;
      },
    },
    invitations: {
      async create({ organization, email, role, by }) {
        const made = await invitations.create({
          organizationId: organization.id,
          email,
          role,
          by,
          nowMs: clock.now(),
        });
        if (made.kind !== 'created') return made;
        const { id, expiresAt, token } = made;
        const link = `${url}/invitations/${token}`;
        const text = `${by.email ?? 'Somebody'} invites you to ${organization.name} on Mesher.

Accept within seven days:
${link}
`;
        const subject = `Invitation to ${organization.name} on Mesher`;
        const mailed = mailer !== null && (await mailer.send({ to: email, subject, text }));
        return { kind: 'created', id, expiresAt, link, mailed };
      },
      list: (organizationId, request) => invitations.list(organizationId, { ...request, nowMs: clock.now() }),
      revoke: invitations.revoke,
      find: (token) => invitations.find(token, clock.now()),
      acceptAsNew: (token, user, ip) => invitations.acceptAsNew(token, user, { ip, nowMs: clock.now() }),
      acceptAs: async (token, by) => {
        const result = await invitations.acceptAs(token, by, clock.now());
        auth.invalidate({ kind: 'member', ref: by.userId });
        return result;
      },
    },
    sessions: {
      list: (userId, request) => credentials.listSessions(userId, { ...request, nowMs: clock.now() }),
      async end(userId, id, by) {
        const ended = await credentials.endSession(userId, id, by);
        auth.invalidate({ kind: 'session', ref: id });
        return ended;
      },
      async endOthers(userId, keep, by) {
        await credentials.endOtherSessions(userId, keep, by);
        auth.invalidate({ kind: 'user', ref: userId });
      },
    },
    users: {
      list: users.list,
      async setInstanceAdmin(userId, isAdmin, by) {
        const change = await users.setInstanceAdmin(userId, isAdmin, by);
        auth.invalidate({ kind: 'user', ref: userId });
        return change;
      },
      async resetTwoFactor(userId, by) {
        const change = await users.resetTwoFactor(userId, by);
        auth.invalidate({ kind: 'user', ref: userId });
        return change;
      },
      async remove(userId, by) {
        const change = await users.remove(userId, by);
        auth.invalidate({ kind: 'user', ref: userId });
        return change;
      },
    },
    singleSignOn,
    audit: createAuditReader(db),
    passwordReset: createPasswordReset({
      accounts: createAccountStore(db),
      links: createPasswordLinkStore(db),
      mailer,
      url,
      onReset: (userId) => auth.invalidate({ kind: 'user', ref: userId }),
      clock,
      log,
    }),
    sendsMail: mailer !== null,
  };
}
