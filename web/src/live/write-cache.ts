/** Writes a frame's worth of live messages of one project into the query cache: the only place that does. */
import { hashKey, type QueryClient, type QueryKey } from '@tanstack/react-query';
import type { Issue, Me, Page, Project, Timeline } from '../../../src/protocol/rest.ts';
import {
  issueListKey,
  issueQuery,
  meQuery,
  projectsQuery,
  savedSearchesQuery,
  timelineKey,
} from '../app/queries.ts';
import { api } from '../app/api.ts';
import {
  applyAnswer,
  applyStats,
  applyStatsToList,
  applyToIssue,
  applyToIssueList,
  findIssue,
  type Applied,
  type IssuePages,
} from './apply.ts';
import type { IssueFilter } from './issue-filter.ts';
import { judgeIssue } from './judge-issue.ts';
import { isIssueMessage, type IssueMessage, type StreamMessage } from './messages.ts';
import { writeIssueToOverview, writeStatsToOverview } from './write-overview.ts';

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
        if (isIssueMessage(message)) {
          writeIssue(client, project, message);
          writeIssueToOverview(client, project.slug, message);
        }
        break;
      case 'issue_count':
        writeUnresolved(client, project, message.count);
        break;
      case 'snapshot':
        writeUnresolved(client, project, message.issue_count);
        break;
      case 'issue_stats':
        writeStats(client, project, message.items);
        writeStatsToOverview(client, project.slug, message.items);
        break;
      case 'resync':
        refetchProject(client, project.slug);
        break;
      case 'subscribed':
        if (!message.recovered) void client.invalidateQueries({ queryKey: issueListKey(project.slug) });
        break;
      case 'config':
        void client.invalidateQueries({ queryKey: savedSearchesQuery(project.id).queryKey });
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
  void client.invalidateQueries({ queryKey: ['overview', slug] });
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

/** Storms of changes ask the server once a second, not once a change. */
const ASK_EVERY_MS = 1000;
const asking = new Map<string, { ids: Set<string>; timer: ReturnType<typeof setTimeout> }>();
/** The limits of a search: values of one term, characters. */
const MAX_ASKED = 50;
const MAX_QUERY = 1000;

function soon(hash: string, id: string, run: (ids: string[]) => void): void {
  const waiting = asking.get(hash);
  if (waiting !== undefined) {
    waiting.ids.add(id);
    return;
  }
  const ids = new Set([id]);
  const timer = setTimeout(() => {
    asking.delete(hash);
    run([...ids]);
  }, ASK_EVERY_MS);
  asking.set(hash, { ids, timer });
}

function refetchSoon(client: QueryClient, key: QueryKey): void {
  soon(hashKey(key), '', () => void client.invalidateQueries({ queryKey: key, exact: true }));
}

/** Whether these issues belong on a list only the server knows: it is asked about them alone, not for all pages again. */
function askSoon(client: QueryClient, slug: string, key: QueryKey, id: string): void {
  soon(hashKey(key), id, (ids) => {
    void ask(client, slug, key, ids).catch(() => client.invalidateQueries({ queryKey: key, exact: true }));
  });
}

async function ask(client: QueryClient, slug: string, key: QueryKey, ids: readonly string[]): Promise<void> {
  const filter = filterOf(key);
  for (let from = 0; from < ids.length; from += MAX_ASKED) {
    const list = client.getQueryData<IssuePages>(key);
    if (list === undefined) return;
    const asked = ids.slice(from, from + MAX_ASKED).map((id) => ({ id, rev: findIssue(list, id)?.rev ?? 0 }));
    const these = `issue_id:[${asked.map(({ id }) => id).join(',')}]`;
    const query = filter.q === '' ? these : `(${filter.q}) ${these}`;
    if (query.length > MAX_QUERY) throw new Error('too long to ask');
    const { since, until } = filter;
    const answer = await api.issues(slug, { query, since, until, limit: MAX_ASKED });
    client.setQueryData<IssuePages>(key, (now) =>
      now === undefined ? undefined : applyAnswer(now, asked, answer.items, filter),
    );
  }
}

/** Counters come only while an issue is watched: what changed before is asked for once. */
export function refetchNewlyWatched(client: QueryClient, slug: string, ids: readonly string[]): void {
  for (const [key, list] of client.getQueriesData<IssuePages>({
    queryKey: issueListKey(slug),
    type: 'active',
  })) {
    for (const id of ids)
      if (list !== undefined && findIssue(list, id) !== undefined) askSoon(client, slug, key, id);
  }
  for (const id of ids) {
    const { queryKey } = issueQuery(id);
    if (client.getQueryCache().find({ queryKey, type: 'active' }) !== undefined)
      refetchSoon(client, queryKey);
  }
}

/** A list's key ends with the filter it was asked with. */
function filterOf(key: QueryKey): IssueFilter {
  return key.at(-1) as IssueFilter;
}

/** Runs `change` over every cached list of the project, each with the filter it was asked with; gives those that are stale. */
function changeLists(
  client: QueryClient,
  slug: string,
  change: (list: IssuePages, filter: IssueFilter) => Applied<IssuePages>,
): QueryKey[] {
  const staleKeys: QueryKey[] = [];
  for (const [key, list] of client.getQueriesData<IssuePages>({ queryKey: issueListKey(slug) })) {
    if (list === undefined) continue;
    const { data, stale } = change(list, filterOf(key));
    if (data !== list) client.setQueryData(key, data);
    if (stale) staleKeys.push(key);
  }
  return staleKeys;
}

function viewerId(client: QueryClient): string | null {
  return client.getQueryData<Me>(meQuery.queryKey)?.id ?? null;
}

function writeIssue(client: QueryClient, project: LiveProject, message: IssueMessage): void {
  patchIssue(client, project, message);
  void client.invalidateQueries({ queryKey: ['activity', message.issue_id] });
  // What is still on its way is not in the message, and an unmerge takes from counters, which otherwise never go back.
  if (message.action === 'merged' || message.action === 'unmerged')
    refetchSoon(client, issueQuery(message.issue_id).queryKey);
}

function patchIssue(client: QueryClient, project: LiveProject, message: IssueMessage): void {
  const owner = { projectId: project.id, me: viewerId(client) };
  const stale = changeLists(client, project.slug, (list, filter) =>
    applyToIssueList(list, message, filter, owner),
  );
  for (const key of stale) askSoon(client, project.slug, key, message.issue_id);
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
      client.setQueriesData<Timeline>({ queryKey: timelineKey(issue.id) }, (timeline) =>
        addToTimeline(timeline, more),
      );
    }
  }
}

function addToTimeline(timeline: Timeline | undefined, more: number): Timeline | undefined {
  if (timeline === undefined || timeline.events.length === 0) return timeline;
  return { ...timeline, events: [...timeline.events.slice(0, -1), (timeline.events.at(-1) ?? 0) + more] };
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
  const me = viewerId(client);
  const now = Date.now();
  changeLists(client, project.slug, (list, filter) => ({
    data: {
      ...list,
      pages: list.pages.map((page) => ({
        ...page,
        items: page.items
          .map((issue) => (changed.has(issue.id) ? { ...issue, ...change } : issue))
          .filter((issue) => !changed.has(issue.id) || judgeIssue(filter, issue, me, now) !== 'out'),
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
