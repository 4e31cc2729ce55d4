/** What the URL of the issue list holds: the filter, and the issue that is open beside it. */
import { DEFAULT_SPAN, spanOf, type Span } from './time-spans.ts';
import { DEFAULT_FILTER, parseIssueFilter, type IssueFilter } from '../live/issue-filter.ts';

export interface ListSearch extends IssueFilter {
  /** List on the left, issue on the right. */
  split?: true | undefined;
  open?: string | undefined;
  event?: string | undefined;
  /** Of the open issue's chart. */
  span?: Span | undefined;
}

export function parseListSearch(search: Record<string, unknown>): ListSearch {
  const { split, open, event, span } = search;
  return {
    ...parseIssueFilter(search),
    ...(split === true && { split }),
    // The router reads `?open=42` as a number.
    ...((typeof open === 'string' || typeof open === 'number') && { open: String(open) }),
    ...(typeof event === 'string' && { event }),
    ...(spanOf(span) !== DEFAULT_SPAN && { span: spanOf(span) }),
  };
}

let last: { slug: string; search: ListSearch } | null = null;

/** The way back from an issue leads to the list as it was left. */
export function rememberList(slug: string, search: ListSearch): void {
  last = { slug, search };
}

export function lastList(slug: string): ListSearch {
  return last?.slug === slug ? last.search : DEFAULT_FILTER;
}
