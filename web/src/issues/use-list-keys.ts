/** The keyboard of the issue list: move, select, and act on what is selected or, with nothing selected, under the cursor. */
import { useNavigate } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import type { Issue } from '../../../src/protocol/rest.ts';
import { useHotkeys } from '../app/hotkeys.ts';
import { meQuery } from '../app/queries.ts';
import { useLive } from '../live/project-live.tsx';
import { useIssueCommands } from './use-issue-commands.ts';

interface ListKeys {
  issues: readonly Issue[];
  activeId: string | null;
  selected: ReadonlySet<string>;
  /** -1: nowhere. */
  setActive: (index: number) => void;
  toggle: (id: string, range: boolean) => void;
  all: () => void;
  leave: () => void;
  showNew: () => void;
  onSearch: () => void;
}

export function useListKeys(o: ListKeys): void {
  const { issues, activeId, selected } = o;
  const { project } = useLive();
  const navigate = useNavigate();
  const commands = useIssueCommands();
  const { data: me } = useQuery(meQuery);
  const at = issues.findIndex((issue) => issue.id === activeId);

  const move = (step: number, extend: boolean) => {
    const next = Math.min(issues.length - 1, Math.max(0, at + step));
    const to = issues[next];
    if (extend && activeId !== null && to !== undefined) {
      if (!selected.has(activeId)) o.toggle(activeId, false);
      o.toggle(to.id, true);
    }
    o.setActive(next);
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
    const chosen = new Set(targets());
    if (chosen.size === 0) return;
    // The cursor stays at its place: the row below moves up under it.
    const stay = issues.findIndex((issue, index) => index >= at && !chosen.has(issue));
    o.leave();
    if (activeId !== null) o.setActive(stay);
    void commands.setStatus([...chosen], command);
  };
  const down = (event: KeyboardEvent) => move(1, event.shiftKey);
  const up = (event: KeyboardEvent) => move(-1, event.shiftKey);

  useHotkeys({
    j: down,
    J: down,
    ArrowDown: down,
    k: up,
    K: up,
    ArrowUp: up,
    Enter: open,
    o: open,
    x: () => activeId !== null && o.toggle(activeId, false),
    X: () => activeId !== null && o.toggle(activeId, true),
    e: () => change('resolve'),
    a: () => change('archive'),
    m: () => me !== undefined && void commands.assign(targets(), me.id),
    '*': o.all,
    '.': o.showNew,
    '/': o.onSearch,
    Escape: o.leave,
  });
}
