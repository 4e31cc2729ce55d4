/** Search, status, level, time range and order above the issue list: each a part of the URL. */
import { type ReactNode, type Ref } from 'react';
import { LEVELS } from '../../../src/event.ts';
import { type IssueFilter, type IssueSort } from '../live/issue-filter.ts';
import { Select, type SelectOption } from '../ui/select.tsx';
import { QueryBar } from './query-bar.tsx';
import { valueOf, withTerm } from './query-terms.ts';

const STATUSES = ['unresolved', 'resolved', 'archived'];
const ALL = 'all';
const STATUS_OPTIONS: readonly SelectOption<string>[] = [
  { value: 'unresolved', label: 'Unresolved' },
  { value: 'resolved', label: 'Resolved' },
  { value: 'archived', label: 'Archived' },
  { value: ALL, label: 'All' },
];
const LEVEL_OPTIONS: readonly SelectOption<string>[] = [
  { value: ALL, label: 'Any' },
  ...LEVELS.toReversed().map((level) => ({ value: level, label: level })),
];
const RANGE_OPTIONS: readonly SelectOption<string>[] = [
  { value: '1h', label: '1 hour' },
  { value: '24h', label: '24 hours' },
  { value: '7d', label: '7 days' },
  { value: '14d', label: '14 days' },
  { value: '30d', label: '30 days' },
  { value: '90d', label: '90 days' },
];
const SORT_OPTIONS: readonly SelectOption<IssueSort>[] = [
  { value: 'last_seen', label: 'Last seen' },
  { value: 'first_seen', label: 'First seen' },
  { value: 'events', label: 'Events' },
  { value: 'users', label: 'Users' },
  { value: 'trend', label: 'Trend' },
];

interface Props {
  filter: IssueFilter;
  me: string | null;
  onChange: (change: Partial<IssueFilter>) => void;
  focusRef: Ref<{ focus: () => void }>;
  onQuery: (q: string) => void;
  /** Beside the query. */
  children?: ReactNode;
}

export function IssueFilters({ filter, me, onChange, focusRef, onQuery, children }: Props) {
  const term = (key: string, among?: readonly string[]) => ({
    value: valueOf(filter.q, key, among) ?? ALL,
    onChange: (value: string) => onQuery(withTerm(filter.q, key, value === ALL ? null : value, among)),
  });
  return (
    <div className="flex flex-wrap items-start gap-2 border-b border-line px-3 py-2.5 sm:px-5 lg:flex-nowrap">
      <QueryBar value={filter.q} me={me} onChange={onQuery} focusRef={focusRef} />
      {children}
      <div className="flex min-w-0 gap-2 overflow-x-auto [scrollbar-width:none]">
        <Select label="Status" options={STATUS_OPTIONS} {...term('is', STATUSES)} />
        <Select label="Level" options={LEVEL_OPTIONS} {...term('level')} />
        <Select
          label="Seen"
          value={filter.until === '' ? filter.since : spanWords(filter)}
          options={RANGE_OPTIONS}
          onChange={(since) => onChange({ since, until: '' })}
        />
        <Select
          label="Sort"
          value={filter.sort}
          options={SORT_OPTIONS}
          onChange={(sort) => onChange({ sort })}
        />
      </div>
    </div>
  );
}

const SHORT = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

/** A range with an end, as a chart gives it. */
function spanWords({ since, until }: IssueFilter): string {
  const from = Date.parse(since);
  return `${Number.isNaN(from) ? since : SHORT.format(from)} – ${SHORT.format(Date.parse(until))}`;
}
