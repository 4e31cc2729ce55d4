/** Single sign-on as it is set up, and what people get who come by it for the first time: membership, in the audit log. */
import type { NewPerson, SingleSignOnSettings } from './auth/single-sign-on.ts';
import type { Config } from './config.ts';
import { MesherError } from './errors.ts';
import type { AccountStore } from './store/accounts.ts';
import { writeAudit } from './store/audit.ts';
import type { Database } from './store/database.ts';

/** undefined: none. Settings that are there in part are refused. */
export function singleSignOnOf(
  config: Pick<Config, 'oidcIssuer' | 'oidcClientId' | 'oidcClientSecret' | 'oidcDomains'>,
): SingleSignOnSettings | undefined {
  const { oidcIssuer: issuer, oidcClientId: clientId, oidcClientSecret: clientSecret } = config;
  if (issuer === undefined && clientId === undefined && clientSecret === undefined) return undefined;
  if (issuer === undefined || clientId === undefined || clientSecret === undefined)
    throw new MesherError(
      'bad_request',
      'MESHER_OIDC_ISSUER, MESHER_OIDC_CLIENT_ID and MESHER_OIDC_CLIENT_SECRET belong together.',
      { hint: 'Set all three, or none.' },
    );
  const domains = config.oidcDomains.split(',').map((domain) => domain.trim().toLowerCase());
  return { issuer, clientId, clientSecret, domains: domains.filter((domain) => domain !== '') };
}

export function createAutoJoin(deps: {
  db: Database;
  accounts: Pick<AccountStore, 'findOrganization' | 'addMember'>;
  organization: string | undefined;
}): (person: NewPerson) => Promise<void> {
  return async ({ id, email }) => {
    const organization = await deps.accounts.findOrganization(deps.organization);
    const by = { userId: id, email, ip: null };
    await deps.db.transaction(async (tx) => {
      const data = { email, by: 'single sign-on' };
      await writeAudit(tx, by, { action: 'user.create', organizations: null, target: id, data });
      if (!organization) return;
      const role = 'member';
      await deps.accounts.addMember({ organizationId: organization.id, userId: id, role }, tx);
      await writeAudit(tx, by, {
        action: 'member.add',
        organizations: [organization.id],
        target: id,
        data: { role },
      });
    });
  };
}
