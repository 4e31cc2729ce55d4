/**
 * Live messages onto cached lists and issues: pure. In: what the cache holds and one message; out: the new
 * value, or the same reference when nothing changed (so nothing renders). `rev` orders changes of an issue.
 */
import type { IssueStats } from '../../../src/protocol/change.ts';
import type { Issue, Page } from '../../../src/protocol/rest.ts';
import { compareIssues, type IssueFilter } from './issue-filter.ts';
import { judgeIssue } from './judge-issue.ts';
import type { IssueMessage } from './messages.ts';

/** The shape of TanStack Query's infinite data. */
export interface IssuePages {
  pages: Page<Issue>[];
  pageParams: unknown[];
}

export interface Applied<T> {
  data: T;
  /** true: only the server can say whether this issue belongs on the list, or all that is to be shown of it. */
  stale: boolean;
}

/** Whose list it is. */
export interface ListOwner {
  projectId: string;
  /** Id of the viewer, for `assigned:me`. */
  me: string | null;
}

/** An issue the list has never seen, made of what the message carries. */
function issueFromMessage(message: IssueMessage, projectId: string): Issue {
  const { type, value } = splitTitle(message.data.title);
  return {
    ...message.data,
    project_id: projectId,
    rev: message.rev,
    last_event_id: null,
    type,
    value,
    // The past of an issue that comes back is not in the message; a new one has none.
    ...(message.action === 'new' ? { hours: hoursWithNow(message.data.event_count) } : {}),
  };
}

/** A fresh issue's counts all lie in the current hour. */
function hoursWithNow(count: number): number[] {
  const hours = Array.from({ length: 24 }, () => 0);
  hours[23] = count;
  return hours;
}

export function splitTitle(title: string): { type: string | null; value: string | null } {
  const match = /^([\w.$:]+): (.+)$/s.exec(title);
  return match === null ? { type: null, value: title } : { type: match[1] ?? null, value: match[2] ?? null };
}

function updated(issue: Issue, message: IssueMessage): Issue {
  const { data } = message;
  return {
    ...issue,
    ...data,
    rev: message.rev,
    // Counters also come by `issue_stats`; whichever is ahead is right.
    event_count: Math.max(issue.event_count, data.event_count),
    user_count: Math.max(issue.user_count, data.user_count),
    last_seen: issue.last_seen > data.last_seen ? issue.last_seen : data.last_seen,
  };
}

export function applyToIssue(issue: Issue, message: IssueMessage): Issue {
  if (issue.id !== message.issue_id || message.rev <= issue.rev) return issue;
  return updated(issue, message);
}

const GONE: ReadonlySet<string> = new Set(['deleted', 'discarded']);

/** Enter, update or leave. Rows stay in the pages they came in; a new row joins the first page. */
export function applyToIssueList(
  list: IssuePages,
  message: IssueMessage,
  filter: IssueFilter,
  { projectId, me }: ListOwner,
  now = Date.now(),
): Applied<IssuePages> {
  const known = findIssue(list, message.issue_id);
  if (known !== undefined && message.rev <= known.rev) return { data: list, stale: false };
  if (GONE.has(message.action)) return { data: without(list, message.issue_id), stale: false };

  if (known !== undefined) {
    const fresh = updated(known, message);
    const verdict = message.match ? judgeIssue(filter, fresh, me, now) : 'out';
    if (verdict === 'out') return { data: without(list, message.issue_id), stale: false };
    return { data: replaceIssue(list, message.issue_id, () => fresh), stale: verdict === 'unknown' };
  }
  const verdict = message.match ? judgeIssue(filter, message.data, me, now) : 'out';
  if (verdict === 'out') return { data: list, stale: false };
  if (verdict === 'unknown') return { data: list, stale: true };
  const data = insert(list, issueFromMessage(message, projectId), filter);
  return { data, stale: data !== list && message.action !== 'new' };
}

/** The server was asked about these issues: those it named belong on the list, the others do not. */
export function applyAnswer(
  list: IssuePages,
  asked: readonly { id: string; rev: number }[],
  answer: readonly Issue[],
  filter: IssueFilter,
): IssuePages {
  const named = new Set(answer.map((issue) => issue.id));
  let data = list;
  for (const { id, rev } of asked) {
    const known = findIssue(data, id);
    // Changed since: that change asks for itself.
    if (!named.has(id) && known !== undefined && known.rev <= rev) data = without(data, id);
  }
  for (const issue of answer) {
    const known = findIssue(data, issue.id);
    if (known === undefined) data = insert(data, issue, filter);
    else if (issue.rev >= known.rev) data = replaceIssue(data, issue.id, () => ahead(issue, known));
  }
  return data;
}

/** Counters may have gone on while the answer was on its way. */
function ahead(issue: Issue, known: Issue): Issue {
  if (known.event_count <= issue.event_count && known.last_seen <= issue.last_seen) return issue;
  const { event_count, user_count, last_seen } = known;
  return applyStats(issue, {
    issue_id: issue.id,
    rev: issue.rev,
    events: event_count,
    users: user_count,
    last_seen,
  });
}

/** Counters never go back: a gauge that was overtaken by a newer message changes nothing. */
export function applyStats(issue: Issue, stats: IssueStats): Issue {
  const events = Math.max(issue.event_count, stats.events);
  const users = Math.max(issue.user_count, stats.users);
  const lastSeen = stats.last_seen > issue.last_seen ? stats.last_seen : issue.last_seen;
  if (events === issue.event_count && users === issue.user_count && lastSeen === issue.last_seen) {
    return issue;
  }
  return {
    ...issue,
    event_count: events,
    user_count: users,
    last_seen: lastSeen,
    ...(issue.hours === undefined ? {} : { hours: addToLastHour(issue.hours, events - issue.event_count) }),
  };
}

function addToLastHour(hours: number[], more: number): number[] {
  return more === 0 ? hours : [...hours.slice(0, -1), (hours.at(-1) ?? 0) + more];
}

export function applyStatsToList(list: IssuePages, items: readonly IssueStats[]): IssuePages {
  const byId = new Map(items.map((item) => [item.issue_id, item]));
  let changed = false;
  const pages = list.pages.map((page) => {
    let pageChanged = false;
    const next = page.items.map((issue) => {
      const stats = byId.get(issue.id);
      const fresh = stats === undefined ? issue : applyStats(issue, stats);
      if (fresh !== issue) pageChanged = true;
      return fresh;
    });
    if (!pageChanged) return page;
    changed = true;
    return { ...page, items: next };
  });
  return changed ? { ...list, pages } : list;
}

/** All rows of all pages in the list's order, each once (a row may be on two pages after it moved). */
export function flattenIssues(list: IssuePages, filter: IssueFilter): Issue[] {
  const byId = new Map<string, Issue>();
  for (const page of list.pages) {
    for (const issue of page.items) {
      const seen = byId.get(issue.id);
      if (seen === undefined || issue.rev > seen.rev) byId.set(issue.id, issue);
    }
  }
  return [...byId.values()].toSorted(compareIssues(filter.sort));
}

/** A list may have 10,000 rows, and a frame hundreds of messages: each page is searched through once. */
const indexes = new WeakMap<Page<Issue>, ReadonlyMap<string, Issue>>();

function indexOf(page: Page<Issue>): ReadonlyMap<string, Issue> {
  let index = indexes.get(page);
  if (index === undefined) {
    index = new Map(page.items.map((issue) => [issue.id, issue]));
    indexes.set(page, index);
  }
  return index;
}

export function findIssue(list: IssuePages, id: string): Issue | undefined {
  for (const page of list.pages) {
    const found = indexOf(page).get(id);
    if (found !== undefined) return found;
  }
  return undefined;
}

function replaceIssue(list: IssuePages, id: string, change: (issue: Issue) => Issue): IssuePages {
  const pages = list.pages.map((page) =>
    indexOf(page).has(id)
      ? { ...page, items: page.items.map((issue) => (issue.id === id ? change(issue) : issue)) }
      : page,
  );
  return { ...list, pages };
}

function without(list: IssuePages, id: string): IssuePages {
  if (findIssue(list, id) === undefined) return list;
  const pages = list.pages.map((page) =>
    indexOf(page).has(id) ? { ...page, items: page.items.filter((issue) => issue.id !== id) } : page,
  );
  return { ...list, pages };
}

/** A row that sorts behind the last one loaded belongs to a page not loaded yet: it comes with that page. */
function insert(list: IssuePages, issue: Issue, filter: IssueFilter): IssuePages {
  const [first, ...rest] = list.pages;
  if (first === undefined) return list;
  const last = list.pages.at(-1);
  const tail = last?.items.at(-1);
  if (last?.next !== null && tail !== undefined && compareIssues(filter.sort)(issue, tail) > 0) return list;
  return { ...list, pages: [{ ...first, items: [issue, ...first.items] }, ...rest] };
}
