/** Writes a frame's worth of live messages of one project into the query cache: the only place that does. */
import { hashKey, type QueryClient, type QueryKey } from '@tanstack/react-query';
import type { Issue, Page, Project, Timeline } from '../../../src/protocol/rest.ts';
import { issueListKey, issueQuery, projectsQuery } from '../app/queries.ts';
import {
  applyStats,
  applyStatsToList,
  applyToIssue,
  applyToIssueList,
  type Applied,
  type IssuePages,
} from './apply.ts';
import type { IssueFilter } from './issue-filter.ts';
import { isIssueMessage, type IssueMessage, type StreamMessage } from './messages.ts';

interface LiveProject {
  id: string;
  slug: string;
}

export function writeCache(
  client: QueryClient,
  project: LiveProject,
  messages: readonly StreamMessage[],
): void {
  for (const message of messages) {
    switch (message.type) {
      case 'issue':
        if (isIssueMessage(message)) writeIssue(client, project, message);
        break;
      case 'issue_count':
        writeUnresolved(client, project, message.count);
        break;
      case 'snapshot':
        writeUnresolved(client, project, message.issue_count);
        break;
      case 'issue_stats':
        writeStats(client, project, message.items);
        break;
      case 'resync':
        refetchProject(client, project.slug);
        break;
      case 'subscribed':
        if (!message.recovered) void client.invalidateQueries({ queryKey: issueListKey(project.slug) });
        break;
      case 'event':
      case 'dropped':
      case 'hello':
      case 'rates':
      case 'mark':
      case 'unsubscribed':
      case 'error':
      case 'goodbye':
      case 'authed':
      case 'pong':
        break;
    }
  }
}

/** Lists, open issues and the unresolved counts, all again. */
export function refetchProject(client: QueryClient, slug: string): void {
  void client.invalidateQueries({ queryKey: issueListKey(slug) });
  void client.invalidateQueries({ queryKey: ['issue'] });
  void client.invalidateQueries({ queryKey: projectsQuery.queryKey });
}

/** Applies `changes()` to each answer that arrives from the server; returns how to stop. */
export function keepFresh(
  client: QueryClient,
  project: LiveProject,
  changes: () => readonly IssueMessage[],
): () => void {
  return client.getQueryCache().subscribe((event) => {
    if (event.type !== 'updated' || event.action.type !== 'success' || event.action.manual === true) return;
    const [kind, slug] = event.query.queryKey;
    if (kind !== 'issue' && !(kind === 'issues' && slug === project.slug)) return;
    // After the answer is in the cache, and before it is painted.
    queueMicrotask(() => {
      for (const message of changes()) patchIssue(client, project, message);
    });
  });
}

const REFETCH_EVERY_MS = 1000;
const refetches = new Map<string, ReturnType<typeof setTimeout>>();

/** A storm of changes that only the server can judge asks it once a second, not once a change. */
function refetchSoon(client: QueryClient, key: QueryKey): void {
  const hash = hashKey(key);
  if (refetches.has(hash)) return;
  const timer = setTimeout(() => {
    refetches.delete(hash);
    void client.invalidateQueries({ queryKey: key, exact: true });
  }, REFETCH_EVERY_MS);
  refetches.set(hash, timer);
}

/** Counters come only while an issue is watched: what changed before is asked for once. */
export function refetchNewlyWatched(client: QueryClient, slug: string, ids: readonly string[]): void {
  for (const [key] of client.getQueriesData<IssuePages>({ queryKey: issueListKey(slug), type: 'active' }))
    refetchSoon(client, key);
  for (const id of ids) {
    const { queryKey } = issueQuery(id);
    if (client.getQueryCache().find({ queryKey, type: 'active' }) !== undefined)
      refetchSoon(client, queryKey);
  }
}

/** Runs `change` over every cached list of the project, each with the filter it was asked with. */
function changeLists(
  client: QueryClient,
  slug: string,
  change: (list: IssuePages, filter: IssueFilter) => Applied<IssuePages>,
): void {
  const prefix = issueListKey(slug);
  for (const [key, list] of client.getQueriesData<IssuePages>({ queryKey: prefix })) {
    if (list === undefined) continue;
    const filter = key[prefix.length] as IssueFilter;
    const { data, stale } = change(list, filter);
    if (data !== list) client.setQueryData(key, data);
    if (stale) refetchSoon(client, key);
  }
}

function writeIssue(client: QueryClient, project: LiveProject, message: IssueMessage): void {
  patchIssue(client, project, message);
  void client.invalidateQueries({ queryKey: ['activity', message.issue_id] });
}

function patchIssue(client: QueryClient, project: LiveProject, message: IssueMessage): void {
  changeLists(client, project.slug, (list, filter) => applyToIssueList(list, message, filter, project.id));
  client.setQueryData<Issue>(issueQuery(message.issue_id).queryKey, (issue) =>
    issue === undefined ? undefined : applyToIssue(issue, message),
  );
}

function writeUnresolved(client: QueryClient, project: LiveProject, count: number): void {
  client.setQueryData<Page<Project>>(projectsQuery.queryKey, (page) =>
    page === undefined
      ? undefined
      : {
          ...page,
          items: page.items.map((item) => (item.id === project.id ? { ...item, unresolved: count } : item)),
        },
  );
}

function writeStats(
  client: QueryClient,
  project: LiveProject,
  items: Extract<StreamMessage, { type: 'issue_stats' }>['items'],
): void {
  changeLists(client, project.slug, (list) => ({ data: applyStatsToList(list, items), stale: false }));
  for (const stats of items) {
    const issue = client.getQueryData<Issue>(issueQuery(stats.issue_id).queryKey);
    if (issue === undefined) continue;
    const fresh = applyStats(issue, stats);
    if (fresh === issue) continue;
    client.setQueryData(issueQuery(issue.id).queryKey, fresh);
    const more = fresh.event_count - issue.event_count;
    if (more > 0) {
      client.setQueryData<Timeline>(['timeline', issue.id], (timeline) => addToTimeline(timeline, more));
    }
  }
}

function addToTimeline(timeline: Timeline | undefined, more: number): Timeline | undefined {
  if (timeline === undefined || timeline.hours.length === 0) return timeline;
  return { ...timeline, hours: [...timeline.hours.slice(0, -1), (timeline.hours.at(-1) ?? 0) + more] };
}

/** A command's answer is shown before its live message comes: same change, `rev` untouched. */
export function writeIssueNow(
  client: QueryClient,
  project: LiveProject,
  ids: readonly string[],
  change: Partial<Pick<Issue, 'status' | 'assigned_to' | 'priority'>>,
): void {
  for (const id of ids) {
    client.setQueryData<Issue>(issueQuery(id).queryKey, (issue) =>
      issue === undefined ? undefined : { ...issue, ...change },
    );
  }
  const changed = new Set(ids);
  changeLists(client, project.slug, (list, filter) => ({
    data: {
      ...list,
      pages: list.pages.map((page) => ({
        ...page,
        items: page.items
          .map((issue) => (changed.has(issue.id) ? { ...issue, ...change } : issue))
          .filter(
            (issue) => !changed.has(issue.id) || filter.status === 'all' || issue.status === filter.status,
          ),
      })),
    },
    stale: false,
  }));
}

export function removeIssuesNow(client: QueryClient, project: LiveProject, ids: readonly string[]): void {
  const gone = new Set(ids);
  changeLists(client, project.slug, (list) => ({
    data: {
      ...list,
      pages: list.pages.map((page) => ({
        ...page,
        items: page.items.filter((issue) => !gone.has(issue.id)),
      })),
    },
    stale: false,
  }));
}
