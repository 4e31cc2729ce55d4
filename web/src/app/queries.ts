/** Query keys and options, so that pages, commands and the live updates name the same cache entries. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { Interval } from '../../../src/protocol/rest.ts';
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
        sort: filter.sort,
        since: filter.since,
        until: filter.until,
        limit: 100,
        cursor: pageParam,
      }),
    initialPageParam: '',
    getNextPageParam: (page) => page.next,
  });

export const savedSearchesQuery = (projectId: string) =>
  queryOptions({
    queryKey: ['saved-searches', projectId],
    queryFn: () => api.savedSearches(projectId),
    select: (page) => page.items,
    // The stream tells of changes.
    staleTime: 60_000,
  });

const MOVING_MS = 1000;

export const issueQuery = (id: string) =>
  queryOptions({
    queryKey: ['issue', id],
    queryFn: () => api.issue(id),
    // How far a merge is, is in no message.
    refetchInterval: ({ state }) => (state.data?.moving ? MOVING_MS : false),
  });

export const timelineKey = (id: string) => ['timeline', id] as const;

/** `since`: back from now, `7d`. */
export const timelineQuery = (id: string, since: string, interval: Interval) =>
  queryOptions({
    queryKey: [...timelineKey(id), since, interval],
    queryFn: () => api.timeline(id, { since, interval }),
  });

export const issueTagsQuery = (id: string) =>
  queryOptions({
    queryKey: ['issue-tags', id],
    queryFn: () => api.issueTags(id),
    select: (page) => page.items,
  });

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

/** What the completion of a search offers: names and values of the last 90 days. */
const MONTHS = { since: '90d' };
const HINTS_STALE_MS = 60_000;

export const environmentsQuery = (project: string) =>
  queryOptions({
    queryKey: ['environments', project],
    queryFn: () => api.sums(project, 'environments', MONTHS),
    select: (page) => page.items.flatMap(({ name }) => name ?? []),
    staleTime: HINTS_STALE_MS,
  });

export const releasesQuery = (project: string) =>
  queryOptions({
    queryKey: ['releases', project],
    queryFn: () => api.releaseSums(project, MONTHS),
    select: (page) => page.items.map(({ release }) => release),
    staleTime: HINTS_STALE_MS,
  });

export const tagSumsQuery = (project: string, key: string | null) =>
  queryOptions({
    queryKey: ['tag-sums', project, key],
    queryFn: () => api.tagSums(project, { ...MONTHS, key }),
    select: (page) => page.items,
    staleTime: HINTS_STALE_MS,
  });

export const eventQuery = (project: string, id: string) =>
  queryOptions({
    queryKey: ['event', project, id],
    queryFn: () => api.event(project, id),
    staleTime: 60_000,
  });

export const attachmentsQuery = (project: string, eventId: string) =>
  queryOptions({
    queryKey: ['attachments', project, eventId],
    queryFn: () => api.attachments(project, eventId),
    select: (page) => page.items,
    staleTime: 60_000,
  });

export const eventFeedbackQuery = (project: string, eventId: string) =>
  queryOptions({
    queryKey: ['event-feedback', project, eventId],
    queryFn: () => api.eventFeedback(project, eventId),
    select: (page) => page.items,
    staleTime: 60_000,
  });

/** The first event the issue page shows: `last_event_id` where the server knows it, else the newest of the list. */
export const latestEventQuery = (issueId: string) =>
  queryOptions({
    queryKey: ['latest-event', issueId],
    queryFn: async () => (await api.issueEvents(issueId, { limit: 1 })).items[0]?.id ?? null,
  });
