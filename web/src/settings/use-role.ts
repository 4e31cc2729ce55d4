/** What the viewer may do in the project's organization. The server decides; this only spares a refusal. */
import { useQuery } from '@tanstack/react-query';
import type { Organization } from '../../../src/protocol/rest.ts';
import { meQuery } from '../app/queries.ts';

export function useRole(organizationSlug: string): Organization['role'] | null {
  const { data: me } = useQuery(meQuery);
  return me?.organizations.find(({ slug }) => slug === organizationSlug)?.role ?? null;
}

export function mayAdminister(role: Organization['role'] | null): boolean {
  return role === 'admin' || role === 'owner';
}
