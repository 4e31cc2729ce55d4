/**
 * A search and what it finds, in groups: type, move with the arrows, Enter. The focus stays in the search; the pointer
 * chooses only when it moves, not when the list moves under it.
 */
import { Search } from 'lucide-react';
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { classNames } from './class-names.ts';
import { Skeleton } from './states.tsx';

export interface PickItem {
  id: string;
  label: string;
  icon?: ReactNode;
  /** On the right: a key, a count, a tick. */
  aside?: ReactNode;
  run: () => void;
}

export interface PickGroup {
  title: string;
  items: readonly PickItem[];
}

interface Props {
  label: string;
  placeholder: string;
  text: string;
  onText: (text: string) => void;
  groups: readonly PickGroup[];
  /** Said when there is nothing. */
  empty: string;
  /** More is on its way. */
  busy?: boolean;
}

export function PickList({ label, placeholder, text, onText, groups, empty, busy = false }: Props) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const [activeId, setActiveId] = useState<string | null>(null);
  const items = groups.flatMap((group) => group.items);
  const found = items.findIndex((item) => item.id === activeId);
  const activeIndex = found === -1 ? 0 : found;
  const active = items[activeIndex];
  const optionId = (item: PickItem) => `${id}-${items.indexOf(item)}`;

  const shown = active?.id;
  useEffect(() => {
    if (shown !== undefined)
      list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [shown]);

  const move = (step: number) =>
    setActiveId(items[(activeIndex + step + items.length) % items.length]?.id ?? null);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp') move(-1);
    else if (event.key === 'Enter') active?.run();
    else return;
    event.preventDefault();
  };

  return (
    <div className="flex min-h-0 flex-col">
      <div className="relative shrink-0 border-b border-line">
        <Search
          size={15}
          aria-hidden="true"
          className="absolute top-1/2 left-4 -translate-y-1/2 text-faint"
        />
        <input
          role="combobox"
          aria-label={label}
          aria-expanded={items.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={active === undefined ? undefined : optionId(active)}
          aria-autocomplete="list"
          autoComplete="off"
          spellCheck={false}
          placeholder={placeholder}
          value={text}
          onChange={(event) => {
            setActiveId(null);
            onText(event.target.value);
          }}
          onKeyDown={onKeyDown}
          className="h-11 w-full bg-transparent pr-4 pl-10.5 outline-none placeholder:text-faint"
        />
      </div>
      <div
        ref={list}
        id={`${id}-list`}
        role="listbox"
        aria-label={label}
        className="min-h-0 overflow-y-auto overscroll-contain p-1.5"
      >
        {groups.map(
          (group) =>
            group.items.length > 0 && (
              <div key={group.title} role="group" aria-label={group.title}>
                <div aria-hidden="true" className="px-2.5 pt-2 pb-1 text-xs font-medium text-faint">
                  {group.title}
                </div>
                {group.items.map((item) => (
                  <div
                    key={item.id}
                    id={optionId(item)}
                    role="option"
                    aria-selected={item.id === active?.id}
                    onPointerMove={() => setActiveId(item.id)}
                    onClick={item.run}
                    className={classNames(
                      'flex min-h-8.5 items-center gap-2.5 rounded-md px-2.5 py-1 select-none max-md:min-h-11',
                      item.id === active?.id && 'bg-active',
                    )}
                  >
                    {item.icon}
                    <span className="min-w-0 flex-1 truncate">{item.label}</span>
                    {item.aside}
                  </div>
                ))}
              </div>
            ),
        )}
      </div>
      {busy && (
        <div className="space-y-2 px-4 pb-4" role="status" aria-label="Searching">
          <Skeleton className="h-4 w-3/5" />
          <Skeleton className="h-4 w-2/5" />
        </div>
      )}
      {!busy && items.length === 0 && (
        <p role="status" className="px-4 pb-5 text-center text-muted">
          {empty}
        </p>
      )}
    </div>
  );
}
