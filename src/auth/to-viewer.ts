/** A person and the credential they came with, as the rest of the program sees them. */
import type { Viewer } from '../viewer.ts';
import type { Account } from './auth.ts';

export function toViewer(
  account: Account,
  credential: Pick<Viewer, 'kind' | 'credentialId' | 'scopes' | 'expiresAt'>,
): Viewer {
  return {
    ...credential,
    userId: account.id,
    email: account.email,
    organizations: new Map(account.organizations.map(({ id, role }) => [id, role])),
    isInstanceAdmin: account.isInstanceAdmin,
  };
}
