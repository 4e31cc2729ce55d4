/** The rows: virtualised, keyboard-driven, selectable; a bar of bulk actions while something is selected. */
import { useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { Issue } from '../../../src/protocol/rest.ts';
import { useHotkeys } from '../app/hotkeys.ts';
import { useLive, useWatch } from '../live/project-live.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { IssueRow, ROW_HEIGHT } from './issue-row.tsx';
import { useHeldOrder } from './use-held-order.ts';
import { useIssueCommands } from './use-issue-commands.ts';
import { useSelection } from './use-selection.ts';

interface Props {
  issues: readonly Issue[];
  onSearch: () => void;
  /** The end of what is loaded came into view. */
  onEnd: () => void;
}

export function IssueList({ issues: sorted, onSearch, onEnd }: Props) {
  const { project } = useLive();
  const navigate = useNavigate();
  const commands = useIssueCommands();
  const scroller = useRef<HTMLDivElement>(null);
  const [hovered, setHovered] = useState(false);
  const [activeId, setActiveId] = useState<string | null>(null);
  const { issues, entered } = useHeldOrder(sorted, hovered || activeId !== null);
  const { selected, toggle, clear } = useSelection(issues);

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
    if (lastIndex >= issues.length - 5) onEnd();
  }, [lastIndex, issues.length, onEnd]);

  const activeIndex = issues.findIndex((issue) => issue.id === activeId);
  const move = (step: number) => {
    const next = Math.min(issues.length - 1, Math.max(0, activeIndex + step));
    setActiveId(issues[next]?.id ?? null);
    rows.scrollToIndex(next);
  };
  const open = () => {
    if (activeId === null) return;
    void navigate({
      to: '/projects/$slug/issues/$issueId',
      params: { slug: project.slug, issueId: activeId },
    });
  };
  const targets = () => {
    const chosen = issues.filter((issue) => selected.has(issue.id));
    return chosen.length > 0 ? chosen : issues.filter((issue) => issue.id === activeId);
  };
  const change = (command: 'resolve' | 'archive') => {
    const chosen = targets();
    // The cursor stays at its place: the row below moves up under it.
    const stay = issues.slice(Math.max(0, activeIndex)).find((issue) => !chosen.includes(issue));
    setActiveId(stay?.id ?? null);
    clear();
    void commands.setStatus(chosen, command);
  };
  useHotkeys({
    j: () => move(1),
    ArrowDown: () => move(1),
    k: () => move(-1),
    ArrowUp: () => move(-1),
    Enter: open,
    o: open,
    x: () => activeId !== null && toggle(activeId, false),
    e: () => change('resolve'),
    a: () => change('archive'),
    '/': onSearch,
    Escape: () => {
      clear();
      setActiveId(null);
    },
  });
  const select = useCallback((id: string, range: boolean) => toggle(id, range), [toggle]);

  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <Columns />
      <div
        ref={scroller}
        className="min-h-0 flex-1 overflow-y-auto"
        onPointerEnter={() => setHovered(true)}
        onPointerLeave={() => setHovered(false)}
      >
        <ul aria-label="Issues" className="relative" style={{ height: rows.getTotalSize() }}>
          {visible.map(({ index, key, start }) => {
            const issue = issues[index];
            if (issue === undefined) return null;
            return (
              <li
                key={key}
                data-issue-id={issue.id}
                aria-setsize={issues.length}
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
                  onSelect={select}
                />
              </li>
            );
          })}
        </ul>
      </div>
      <BulkBar issues={issues} selected={selected} onClear={clear} />
    </div>
  );
}

/** Names of the columns; the widths are those of `IssueRow`. */
function Columns() {
  return (
    <div
      aria-hidden="true"
      className="hidden h-7 shrink-0 items-center gap-3 border-b border-line bg-sunken/50 pr-5 pl-4 text-xs text-faint sm:flex"
    >
      <span className="flex-1 pl-15">Issue</span>
      <span className="hidden w-30 lg:block">Last 24 hours</span>
      <span className="w-16 text-right">Events</span>
      <span className="hidden w-14 text-right md:block">Users</span>
      <span className="w-24 text-right">Seen · first</span>
    </div>
  );
}
