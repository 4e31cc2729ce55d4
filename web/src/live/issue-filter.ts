/** What an issue list is asked with: one search text, a time range, an order. All of it stands in the URL. */
import { LEVELS } from '../../../src/event.ts';
import type { IssueData } from '../../../src/protocol/change.ts';

const ISSUE_SORTS = ['last_seen', 'first_seen', 'events', 'users', 'trend'] as const;
export type IssueSort = (typeof ISSUE_SORTS)[number];

export interface IssueFilter {
  /** The search syntax: `is:unresolved level:error`. */
  q: string;
  sort: IssueSort;
  /** Back from now (`24h`) or ISO 8601. */
  since: string;
  /** ISO 8601; empty: now. */
  until: string;
}

export const DEFAULT_FILTER: IssueFilter = {
  q: 'is:unresolved',
  sort: 'last_seen',
  // Older ones have no events any more.
  since: '90d',
  until: '',
};

const STATUSES = ['unresolved', 'resolved', 'archived'] as const;

/** The router reads `?q=42` as a number. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? `${value}` : undefined;
}

function timeOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  return /^\d{1,5}[mhdw]$/.test(value) || (/^\d{4}-\d\d-\d\d/.test(value) && !Number.isNaN(Date.parse(value)))
    ? value
    : undefined;
}

/** From a URL's search part: anything unknown falls back to the default. */
export function parseIssueFilter(search: Record<string, unknown>): IssueFilter {
  return {
    q: textOf(search['q']) ?? queryOfTerms(search) ?? DEFAULT_FILTER.q,
    sort: ISSUE_SORTS.find((sort) => sort === search['sort']) ?? DEFAULT_FILTER.sort,
    since: timeOf(search['since']) ?? DEFAULT_FILTER.since,
    until: timeOf(search['until']) ?? DEFAULT_FILTER.until,
  };
}

/** Links may name the common terms apart, as the REST API does: `?status=resolved&level=error`. */
function queryOfTerms({ status, level, environment }: Record<string, unknown>): string | undefined {
  if (status === undefined && level === undefined && environment === undefined) return undefined;
  const terms: string[] = [];
  const knownStatus = STATUSES.find((one) => one === status);
  if (status === undefined) terms.push(DEFAULT_FILTER.q);
  else if (knownStatus !== undefined) terms.push(`is:${knownStatus}`);
  const knownLevel = LEVELS.find((one) => one === level);
  if (knownLevel !== undefined) terms.push(`level:${knownLevel}`);
  if (typeof environment === 'string' && environment !== '') terms.push(`environment:${quoted(environment)}`);
  return terms.join(' ');
}

/** A value as it stands in a search text. */
export function quoted(value: string): string {
  return /^[^\s"()[\],!*\\<>=]+$/.test(value) ? value : `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}

type Ordered = Pick<IssueData, 'id' | 'last_seen' | 'first_seen' | 'event_count' | 'user_count'>;

function sortKey(sort: Exclude<IssueSort, 'trend'>, issue: Ordered): string | number {
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

/** Descending by the key, then by id descending, as the server's keyset pages are. The trend only the server knows. */
export function compareIssues(sort: IssueSort): (a: Ordered, b: Ordered) => number {
  if (sort === 'trend') return () => 0;
  return (a, b) => {
    const x = sortKey(sort, a);
    const y = sortKey(sort, b);
    if (x !== y) return x < y ? 1 : -1;
    return Number(b.id) - Number(a.id);
  };
}
