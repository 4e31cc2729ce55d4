/** What the overview asks for. It is kept up to date by the stream, and asked for again once a minute to be exact. */
import { queryOptions } from '@tanstack/react-query';
import type { Interval, Volume } from '../../../src/protocol/rest.ts';
import type { FreshIssue } from '../live/write-overview.ts';
import { api } from './api.ts';

interface Range {
  since: string;
  until?: string;
}

const refetchInterval = 60_000;
const FRESH = 6;

export const overviewKey = (project: string) => ['overview', project] as const;

export const volumeQuery = (project: string, request: Range & { interval: Interval; by: Volume['by'] }) =>
  queryOptions({
    queryKey: [...overviewKey(project), 'volume', request],
    queryFn: () => api.volume(project, { ...request }),
    refetchInterval,
  });

export const releaseSumsQuery = (project: string, range: Range) =>
  queryOptions({
    queryKey: [...overviewKey(project), 'releases', range],
    queryFn: () => api.releaseSums(project, { ...range, limit: 20 }),
    select: (page) => page.items,
    refetchInterval,
  });

export const topIssuesQuery = (project: string, range: Range) =>
  queryOptions({
    queryKey: [...overviewKey(project), 'top-issues', range],
    queryFn: async () => (await api.topIssues(project, { ...range, limit: 8 })).items,
    refetchInterval,
  });

export const healthQuery = (project: string) =>
  queryOptions({
    queryKey: [...overviewKey(project), 'health'],
    queryFn: () => api.health(project),
    refetchInterval,
  });

/** `today`: when it began. */
export const newTodayQuery = (project: string, today: string) =>
  queryOptions({
    queryKey: [...overviewKey(project), 'new', today],
    queryFn: async (): Promise<FreshIssue[]> => {
      const { items } = await api.issues(project, { since: today, sort: 'first_seen', limit: FRESH });
      return items
        .filter(({ first_seen }) => first_seen >= today)
        .map(({ id, title, level, first_seen: at }) => ({ id, title, level, at }));
    },
  });

export const regressedTodayQuery = (project: string, today: string) =>
  queryOptions({
    queryKey: [...overviewKey(project), 'regressed', today],
    queryFn: async (): Promise<FreshIssue[]> => {
      const { items } = await api.events(project, { query: 'is_regression:true', since: today, limit: 50 });
      const byIssue = new Map(items.toReversed().map((event) => [event.issue_id, event]));
      return [...byIssue.values()]
        .map(({ issue_id: id, title, level, timestamp: at }) => ({ id, title, level, at }))
        .toSorted((a, b) => (a.at < b.at ? 1 : -1))
        .slice(0, FRESH);
    },
  });
