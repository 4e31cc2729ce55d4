/** Query keys and options of the settings pages. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from './api.ts';

export const projectSettingsQuery = (project: string) =>
  queryOptions({ queryKey: ['project-settings', project], queryFn: () => api.settings(project) });

export const projectStorageQuery = (project: string) =>
  queryOptions({ queryKey: ['project-storage', project], queryFn: () => api.storage(project) });

export const invitationsQuery = (organization: string) =>
  queryOptions({
    queryKey: ['invitations', organization],
    queryFn: () => api.invitations(organization),
    select: (page) => page.items,
  });

export const auditLogQuery = (organization: string) =>
  infiniteQueryOptions({
    queryKey: ['audit-log', organization],
    queryFn: ({ pageParam }) => api.auditLog(organization, { limit: 50, cursor: pageParam }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });

export const sessionsQuery = queryOptions({
  queryKey: ['sessions'],
  queryFn: api.sessions,
  select: (page) => page.items,
});

const WATCHED_MS = 5_000;

export const instanceQuery = queryOptions({ queryKey: ['instance'], queryFn: api.instance });
export const instanceStorageQuery = queryOptions({
  queryKey: ['instance-storage'],
  queryFn: api.instanceStorage,
  refetchInterval: 60_000,
});
export const readinessQuery = queryOptions({
  queryKey: ['readiness'],
  queryFn: api.readiness,
  refetchInterval: WATCHED_MS,
});
export const metricsQuery = queryOptions({
  queryKey: ['metrics'],
  queryFn: api.metrics,
  // Where it is closed it stays so.
  refetchInterval: ({ state }) => (state.data?.kind === 'closed' ? false : WATCHED_MS),
});
