/** The filter of an issue list, and whether an issue that changed belongs on it. */
import { LEVELS, type Level } from '../../../src/event.ts';
import type { IssueData, IssueStatus } from '../../../src/protocol/change.ts';

export type IssueSort = 'last_seen' | 'first_seen' | 'events' | 'users';

export interface IssueFilter {
  status: IssueStatus | 'all';
  level: Level | 'all';
  environment: string;
  q: string;
  sort: IssueSort;
}

export const DEFAULT_FILTER: IssueFilter = {
  status: 'unresolved',
  level: 'all',
  environment: '',
  q: '',
  sort: 'last_seen',
};

const STATUSES: readonly string[] = ['unresolved', 'resolved', 'archived', 'all'];
const SORTS: readonly string[] = ['last_seen', 'first_seen', 'events', 'users'];

function oneOf<T extends string>(value: unknown, allowed: readonly string[], fallback: T): T {
  return typeof value === 'string' && allowed.includes(value) ? (value as T) : fallback;
}

/** The router reads `?q=42` as a number. */
function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? `${value}` : '';
}

/** From a URL's search part: anything unknown falls back to the default. */
export function parseIssueFilter(search: Record<string, unknown>): IssueFilter {
  return {
    status: oneOf(search['status'], STATUSES, DEFAULT_FILTER.status),
    level: oneOf(search['level'], [...LEVELS, 'all'], DEFAULT_FILTER.level),
    environment: typeof search['environment'] === 'string' ? search['environment'] : '',
    q: textOf(search['q']),
    sort: oneOf(search['sort'], SORTS, DEFAULT_FILTER.sort),
  };
}

/** `unknown`: only the server can tell (environments and search terms are not on the issue), so ask it again. */
export type Verdict = 'in' | 'out' | 'unknown';

export function judge(filter: IssueFilter, issue: Pick<IssueData, 'status' | 'level'>): Verdict {
  if (filter.status !== 'all' && issue.status !== filter.status) return 'out';
  if (filter.level !== 'all' && issue.level !== filter.level) return 'out';
  return filter.environment === '' && filter.q === '' ? 'in' : 'unknown';
}

type Ordered = Pick<IssueData, 'id' | 'last_seen' | 'first_seen' | 'event_count' | 'user_count'>;

function sortKey(sort: IssueSort, issue: Ordered): string | number {
  switch (sort) {
    case 'last_seen':
      return issue.last_seen;
    case 'first_seen':
      return issue.first_seen;
    case 'events':
      return issue.event_count;
    case 'users':
      return issue.user_count;
  }
}

/** Descending by the key, then by id descending, as the server's keyset pages are. */
export function compareIssues(sort: IssueSort): (a: Ordered, b: Ordered) => number {
  return (a, b) => {
    const x = sortKey(sort, a);
    const y = sortKey(sort, b);
    if (x !== y) return x < y ? 1 : -1;
    return Number(b.id) - Number(a.id);
  };
}
