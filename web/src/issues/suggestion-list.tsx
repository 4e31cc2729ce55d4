/** The list under the search. The input keeps the focus; a press on a row must not take it away. */
import { useEffect, useRef } from 'react';
import { classNames } from '../ui/class-names.ts';
import type { Suggestion } from './query-suggestions.ts';

interface Props {
  id: string;
  open: boolean;
  suggestions: readonly Suggestion[];
  active: number;
  onTake: (suggestion: Suggestion) => void;
  onPoint: (index: number) => void;
}

export function SuggestionList({ id, open, suggestions, active, onTake, onPoint }: Props) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);
  return (
    <div
      hidden={!open}
      className="absolute top-full left-0 z-40 mt-1.5 w-[min(30rem,calc(100vw-1.5rem))] animate-pop overflow-hidden rounded-lg bg-raised shadow-pop"
    >
      <ul ref={list} id={id} role="listbox" aria-label="Suggestions" className="max-h-72 overflow-y-auto p-1">
        {suggestions.map((suggestion, index) => (
          <li
            key={suggestion.text}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === active}
            onPointerDown={(event) => event.preventDefault()}
            onPointerMove={() => onPoint(index)}
            onClick={() => onTake(suggestion)}
            className={classNames(
              'flex items-baseline gap-3 rounded-md px-2.5 py-1.5',
              index === active && 'bg-hover',
            )}
          >
            <span className="max-w-[70%] truncate">
              {suggestion.label === suggestion.text.replace(/:$/, '') ? suggestion.text : suggestion.label}
            </span>
            <span className="min-w-0 flex-1 truncate text-right text-sm text-faint">{suggestion.note}</span>
          </li>
        ))}
      </ul>
      <p
        aria-hidden="true"
        className="border-t border-line px-3.5 py-1.5 text-xs text-faint pointer-coarse:hidden"
      >
        ↑ ↓ choose · Enter or Tab take · Esc close · ! not · a* begins with · OR and ( )
      </p>
    </div>
  );
}
