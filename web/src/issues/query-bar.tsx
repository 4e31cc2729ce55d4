/** The search of a list of issues, or of the stream of events: one text, completed at the cursor, with what is wrong underlined. Reports when typing has paused. */
import { Search } from 'lucide-react';
import { useEffect, useId, useImperativeHandle, useRef, useState, type KeyboardEvent, type Ref } from 'react';
import type { SearchScope } from '../../../src/protocol/filter-scope.ts';
import { readQuery } from '../live/judge-issue.ts';
import { classNames } from '../ui/class-names.ts';
import { complete, completionAt, suggestionsFor, type Suggestion } from './query-suggestions.ts';
import { QueryText } from './query-text.tsx';
import { SuggestionList } from './suggestion-list.tsx';
import { useKnownValues } from './use-known-values.ts';

/** Typing pauses this long before the list is asked for. */
const SETTLE_MS = 250;

interface Props {
  value: string;
  /** Id of the viewer, for `assigned:me`. */
  me: string | null;
  /** Only what can be read is reported. */
  onChange: (value: string) => void;
  focusRef: Ref<{ focus: () => void }>;
  scope?: Extract<SearchScope, 'issue_search' | 'events'>;
}

const WORDS = {
  issue_search: { label: 'Search issues', placeholder: 'Search: words, is:unresolved, level:error …' },
  events: { label: 'Search events', placeholder: 'Filter: words, level:error, environment:production …' },
};

export function QueryBar({ value, me, onChange, focusRef, scope = 'issue_search' }: Props) {
  const listId = useId();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(value);
  const [shownFor, setShownFor] = useState(value);
  const [cursor, setCursor] = useState<number | null>(null);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const [scroll, setScroll] = useState(0);
  if (value !== shownFor) {
    setShownFor(value);
    if (text.trim() !== value) setText(value);
  }

  const completion = open && cursor !== null ? completionAt(text, cursor) : null;
  const known = useKnownValues(completion);
  const suggestions = completion === null ? [] : suggestionsFor(completion, known, scope);
  const shown = open && suggestions.length > 0;
  const read = readQuery(text, me, scope);
  const problem = read.kind === 'invalid' ? read : null;
  const readable = problem === null;

  useImperativeHandle(focusRef, () => ({
    focus() {
      input.current?.focus();
    },
  }));
  useEffect(() => {
    if (!readable || text.trim() === value) return undefined;
    const timer = setTimeout(() => onChange(text.trim()), SETTLE_MS);
    return () => clearTimeout(timer);
  }, [text, value, readable, onChange]);

  const write = (next: string, at: number) => {
    setText(next);
    setCursor(at);
    setActive(-1);
    setOpen(true);
  };
  const take = (suggestion: Suggestion) => {
    if (completion === null) return;
    const done = complete(text, completion, suggestion);
    write(done.text, done.cursor);
    // The value is React's first; the cursor is set on what it wrote.
    requestAnimationFrame(() => {
      input.current?.focus();
      input.current?.setSelectionRange(done.cursor, done.cursor);
    });
  };
  const step = (by: number) => {
    setOpen(true);
    if (suggestions.length > 0)
      setActive((active + by + suggestions.length + (active < 0 && by < 0 ? 1 : 0)) % suggestions.length);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const chosen = shown ? suggestions[active] : undefined;
    switch (event.key) {
      case 'ArrowDown':
        step(1);
        break;
      case 'ArrowUp':
        step(-1);
        break;
      case 'Enter':
        if (chosen !== undefined) take(chosen);
        else if (readable) {
          setOpen(false);
          onChange(text.trim());
        }
        break;
      case 'Tab':
        if (chosen === undefined || event.shiftKey) return;
        take(chosen);
        break;
      case 'Escape':
        if (shown) setOpen(false);
        else event.currentTarget.blur();
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  return (
    <div className="relative min-w-0 flex-1 basis-full md:basis-48">
      <Search
        size={14}
        aria-hidden="true"
        className="pointer-events-none absolute top-2 left-2.5 z-10 text-faint"
      />
      <div
        className={classNames(
          'relative h-7.5 overflow-hidden rounded-md border bg-panel text-sm',
          readable
            ? 'border-line focus-within:border-accent hover:border-line-strong focus-within:hover:border-accent'
            : 'border-error',
        )}
      >
        <QueryText text={text} scroll={scroll} column={problem === null ? null : (problem.column ?? 1)} />
        <input
          ref={input}
          type="text"
          role="combobox"
          aria-label={WORDS[scope].label}
          aria-expanded={shown}
          aria-controls={listId}
          aria-autocomplete="list"
          aria-activedescendant={shown && active >= 0 ? `${listId}-${active}` : undefined}
          aria-invalid={!readable}
          aria-describedby={readable ? undefined : `${listId}-problem`}
          placeholder={WORDS[scope].placeholder}
          value={text}
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          onChange={({ currentTarget }) =>
            write(currentTarget.value, currentTarget.selectionStart ?? currentTarget.value.length)
          }
          onSelect={({ currentTarget }) => setCursor(currentTarget.selectionStart)}
          onScroll={({ currentTarget }) => setScroll(currentTarget.scrollLeft)}
          onKeyDown={onKeyDown}
          onPointerDown={() => setOpen(true)}
          onBlur={() => {
            setOpen(false);
            setActive(-1);
          }}
          className="absolute inset-0 size-full bg-transparent pr-9 pl-8 text-transparent caret-text outline-none placeholder:text-faint"
        />
        {text === '' && (
          <kbd className="pointer-events-none absolute top-1 right-1.5 rounded border border-line px-1.5 font-sans text-xs leading-5 text-faint pointer-coarse:hidden">
            /
          </kbd>
        )}
      </div>
      {problem !== null && (
        <p
          id={`${listId}-problem`}
          role="alert"
          className={classNames('mt-1 text-sm text-error', shown && 'sr-only')}
        >
          {sentence(problem.message)}
          {problem.hint !== undefined && <span className="text-muted"> {problem.hint}</span>}
        </p>
      )}
      <SuggestionList
        id={listId}
        open={shown}
        suggestions={suggestions}
        active={active}
        onTake={take}
        onPoint={setActive}
      />
    </div>
  );
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
