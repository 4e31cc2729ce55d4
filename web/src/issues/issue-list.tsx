/** The rows: virtualised, keyboard-driven, selectable; what is new waits while somebody is at work in them. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowUp } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Issue } from '../../../src/protocol/rest.ts';
import { useLive, useWatch } from '../live/project-live.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { IssueColumns } from './issue-columns.tsx';
import { IssueRow, ROW_HEIGHT } from './issue-row.tsx';
import { useHeldOrder } from './use-held-order.ts';
import { useListKeys } from './use-list-keys.ts';
import { useSelection } from './use-selection.ts';
import type { IssueMatches } from './use-issue-commands.ts';

interface Props {
  issues: readonly Issue[];
  /** What the list was asked with, where it has more than is loaded. */
  matches: IssueMatches | null;
  /** The issue open beside the list; undefined: none can be. */
  openId: string | null | undefined;
  onOpen: (id: string) => void;
  onSearch: () => void;
  /** The end of what is loaded came into view. */
  onEnd: () => void;
}

/** Rows before the end of what is loaded at which more is asked for: two screens. */
const AHEAD = 40;

export function IssueList({ issues: sorted, matches, openId, onOpen, onSearch, onEnd }: Props) {
  const { project } = useLive();
  const beside = openId !== undefined;
  const scroller = useRef<HTMLDivElement>(null);
  const [hovered, setHovered] = useState(false);
  const [scrolled, setScrolled] = useState(false);
  const [cursor, setCursor] = useState<string | null>(null);
  const [picking, setPicking] = useState(false);
  const held = hovered || scrolled || cursor !== null || picking;
  const { issues, waiting, entered, release } = useHeldOrder(sorted, held);
  const { selected, toggle, all, clear } = useSelection(issues);
  if (picking !== selected.size > 0) setPicking(selected.size > 0);
  const activeId = cursor ?? openId ?? null;

  const rows = useVirtualizer({
    count: issues.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => issues[index]?.id ?? index,
    overscan: 8,
  });
  const visible = rows.getVirtualItems();
  useWatch(visible.flatMap(({ index }) => issues[index]?.id ?? []));
  const lastIndex = visible.at(-1)?.index ?? 0;
  useEffect(() => {
    if (lastIndex >= issues.length - AHEAD) onEnd();
  }, [lastIndex, issues.length, onEnd]);

  const showNew = () => {
    setCursor(null);
    release();
    rows.scrollToOffset(0);
  };
  useListKeys({
    issues,
    activeId,
    selected,
    setActive: (index) => {
      const id = issues[index]?.id ?? null;
      setCursor(id);
      if (id !== null) rows.scrollToIndex(index);
      if (beside && id !== null) onOpen(id);
    },
    toggle,
    all,
    leave: () => {
      clear();
      setCursor(null);
    },
    showNew,
    onSearch,
  });
  const select = useCallback((id: string, range: boolean) => toggle(id, range), [toggle]);

  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <IssueColumns
        beside={beside}
        checked={selected.size > 0 && (selected.size === issues.length || 'some')}
        onCheck={selected.size === 0 ? all : clear}
      />
      {/* Around the button too: on its way there the pointer must not let the rows in that it is about to ask for. */}
      <div
        className="relative min-h-0 flex-1"
        onPointerEnter={() => setHovered(true)}
        onPointerLeave={() => setHovered(false)}
      >
        {waiting > 0 && (
          <button
            type="button"
            onClick={showNew}
            className="absolute top-2.5 left-1/2 z-20 inline-flex -translate-x-1/2 animate-pop items-center gap-1.5 rounded-full bg-accent-solid px-3 py-1 text-sm font-medium text-on-accent shadow-pop hover:bg-accent-hover"
          >
            <ArrowUp size={14} aria-hidden="true" />
            {waiting} new
          </button>
        )}
        <div
          ref={scroller}
          className="h-full overflow-y-auto"
          onScroll={({ currentTarget }) => setScrolled(currentTarget.scrollTop > 0)}
        >
          <ul aria-label="Issues" className="relative" style={{ height: rows.getTotalSize() }}>
            {visible.map(({ index, key, start }) => {
              const issue = issues[index];
              if (issue === undefined) return null;
              return (
                <li
                  key={key}
                  data-issue-id={issue.id}
                  aria-setsize={matches === null ? issues.length : -1}
                  aria-posinset={index + 1}
                  className="absolute inset-x-0 top-0"
                  style={{ height: ROW_HEIGHT, transform: `translateY(${start}px)` }}
                >
                  <IssueRow
                    issue={issue}
                    slug={project.slug}
                    active={issue.id === activeId}
                    selected={selected.has(issue.id)}
                    entered={entered.has(issue.id)}
                    beside={beside}
                    onSelect={select}
                  />
                </li>
              );
            })}
          </ul>
        </div>
      </div>
      <BulkBar issues={issues} selected={selected} matches={matches} onClear={clear} />
    </div>
  );
}
