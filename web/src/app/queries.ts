/** Query keys and options, so that pages, commands and the live updates name the same cache entries. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from './api.ts';
import type { IssueFilter } from '../live/issue-filter.ts';

export const meQuery = queryOptions({ queryKey: ['me'], queryFn: api.me, staleTime: 300_000 });

export const projectsQuery = queryOptions({
  queryKey: ['projects'],
  queryFn: api.projects,
  select: (page) => page.items,
});

export const keysQuery = (project: string) =>
  queryOptions({
    queryKey: ['keys', project],
    queryFn: () => api.keys(project),
    select: (page) => page.items,
  });

export const tokensQuery = queryOptions({
  queryKey: ['tokens'],
  queryFn: api.tokens,
  select: (page) => page.items,
});

export const membersQuery = (organization: string) =>
  queryOptions({
    queryKey: ['members', organization],
    queryFn: () => api.members(organization),
    select: (page) => page.items,
  });

export const issueListKey = (project: string) => ['issues', project] as const;

export const issuesQuery = (project: string, filter: IssueFilter) =>
  infiniteQueryOptions({
    queryKey: [...issueListKey(project), filter],
    queryFn: ({ pageParam }) =>
      api.issues(project, {
        query: filter.q,
        status: filter.status === 'all' ? null : filter.status,
        level: filter.level === 'all' ? null : filter.level,
        environment: filter.environment,
        sort: filter.sort,
        // Older ones have no events any more.
        since: '90d',
        limit: 50,
        cursor: pageParam,
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });

export const issueQuery = (id: string) =>
  queryOptions({ queryKey: ['issue', id], queryFn: () => api.issue(id) });

export const timelineQuery = (id: string) =>
  queryOptions({ queryKey: ['timeline', id], queryFn: () => api.timeline(id) });

export const projectGroupingQuery = (project: string) =>
  queryOptions({ queryKey: ['project-grouping', project], queryFn: () => api.projectGrouping(project) });

export const groupingQuery = (id: string) =>
  queryOptions({ queryKey: ['grouping', id], queryFn: () => api.grouping(id), staleTime: 60_000 });

export const similarQuery = (id: string) =>
  queryOptions({
    queryKey: ['similar', id],
    queryFn: () => api.similar(id),
    select: (page) => page.items,
    staleTime: 60_000,
  });

export const activityQuery = (id: string) =>
  queryOptions({
    queryKey: ['activity', id],
    queryFn: () => api.activity(id),
    select: (page) => page.items,
  });

export const eventQuery = (project: string, id: string) =>
  queryOptions({
    queryKey: ['event', project, id],
    queryFn: () => api.event(project, id),
    staleTime: 60_000,
  });

/** The first event the issue page shows: `last_event_id` where the server knows it, else the newest of the list. */
export const latestEventQuery = (issueId: string) =>
  queryOptions({
    queryKey: ['latest-event', issueId],
    queryFn: async () => (await api.issueEvents(issueId, { limit: 1 })).items[0]?.id ?? null,
  });
