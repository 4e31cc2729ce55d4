/** Search and filters above the issue list. */
import { Search } from 'lucide-react';
import { useEffect, useState, type Ref } from 'react';
import { LEVELS } from '../../../src/event.ts';
import type { IssueFilter } from '../live/issue-filter.ts';
import { Select, type SelectOption } from '../ui/select.tsx';

const STATUS_OPTIONS: readonly SelectOption<IssueFilter['status']>[] = [
  { value: 'unresolved', label: 'Unresolved' },
  { value: 'resolved', label: 'Resolved' },
  { value: 'archived', label: 'Archived' },
  { value: 'all', label: 'All' },
];
const LEVEL_OPTIONS: readonly SelectOption<IssueFilter['level']>[] = [
  { value: 'all', label: 'Any' },
  ...LEVELS.toReversed().map((level) => ({ value: level, label: level })),
];
const SORT_OPTIONS: readonly SelectOption<IssueFilter['sort']>[] = [
  { value: 'last_seen', label: 'Last seen' },
  { value: 'first_seen', label: 'First seen' },
  { value: 'events', label: 'Events' },
  { value: 'users', label: 'Users' },
];
/** Typing pauses this long before the list is asked for. */
const SETTLE_MS = 250;

interface Props {
  filter: IssueFilter;
  onChange: (change: Partial<IssueFilter>) => void;
  searchRef: Ref<HTMLInputElement>;
}

export function IssueFilters({ filter, onChange, searchRef }: Props) {
  return (
    <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2.5 sm:px-5 md:flex-nowrap">
      <SettledInput
        label="Search issues"
        placeholder="Search titles, messages, culprits  ( / )"
        value={filter.q}
        onChange={(q) => onChange({ q })}
        inputRef={searchRef}
        className="basis-full md:flex-1 md:basis-48"
        icon
      />
      <div className="flex min-w-0 gap-2 overflow-x-auto [scrollbar-width:none]">
        <Select
          label="Status"
          value={filter.status}
          options={STATUS_OPTIONS}
          onChange={(status) => onChange({ status })}
        />
        <Select
          label="Level"
          value={filter.level}
          options={LEVEL_OPTIONS}
          onChange={(level) => onChange({ level })}
        />
        <SettledInput
          label="Environment"
          placeholder="Environment"
          value={filter.environment}
          onChange={(environment) => onChange({ environment })}
          className="w-32 shrink-0"
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

interface SettledProps {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
  inputRef?: Ref<HTMLInputElement>;
  className: string;
  icon?: boolean;
}

/** A text input that reports when typing has paused; Escape gives the focus back to the page. */
export function SettledInput({
  label,
  placeholder,
  value,
  onChange,
  inputRef,
  className,
  icon = false,
}: SettledProps) {
  const [text, setText] = useState(value);
  const [shownFor, setShownFor] = useState(value);
  if (value !== shownFor) {
    setShownFor(value);
    setText(value);
  }
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => onChange(text.trim()), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <div className={`relative ${className}`}>
      {icon && (
        <Search
          size={14}
          aria-hidden="true"
          className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-faint"
        />
      )}
      <input
        ref={inputRef}
        type="search"
        aria-label={label}
        placeholder={placeholder}
        value={text}
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
          if (event.key === 'Enter') onChange(text.trim());
        }}
        className={`h-7.5 w-full rounded-md border border-line bg-panel pr-2.5 text-sm placeholder:text-faint hover:border-line-strong focus-visible:border-accent focus-visible:outline-none ${icon ? 'pl-8' : 'pl-2.5'}`}
      />
    </div>
  );
}
