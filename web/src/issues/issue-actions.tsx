/** What can be done with an issue: its status with all its ends, who works on it, how urgent it is, and its end. */
import { useNavigate } from '@tanstack/react-router';
import { Archive, Ban, ChevronDown, CircleCheck, CircleDot, Ellipsis, Merge, Trash2 } from 'lucide-react';
import { lazy, useState, type ReactNode } from 'react';
import type { IssuePriority } from '../../../src/protocol/change.ts';
import type { Issue, UntilRequest } from '../../../src/protocol/rest.ts';
import { useLive } from '../live/project-live.tsx';
import { Button, buttonClass } from '../ui/button.tsx';
import { ConfirmDialog, OnceOpened } from '../ui/lazy-dialog.tsx';
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx';
import { Select, type SelectOption } from '../ui/select.tsx';
import { AssigneePicker } from './assignee-picker.tsx';
import { lastList } from './list-search.ts';
import { useIssueCommands } from './use-issue-commands.ts';

const UntilDialog = lazy(async () => ({ default: (await import('./until-dialog.tsx')).UntilDialog }));
const MergeDialog = lazy(async () => ({ default: (await import('./merge-dialog.tsx')).MergeDialog }));

const PRIORITIES: readonly SelectOption<IssuePriority>[] = [
  { value: 'high', label: 'high' },
  { value: 'medium', label: 'medium' },
  { value: 'low', label: 'low' },
];
const DAY_MS = 86_400_000;
const inDays = (days: number): UntilRequest => ({
  kind: 'date',
  date: new Date(Date.now() + days * DAY_MS).toISOString(),
});

interface Ending {
  label: string;
  until: () => UntilRequest | undefined;
}
const RESOLVE: readonly Ending[] = [
  { label: 'Now', until: () => undefined },
  { label: 'In the next release', until: () => ({ kind: 'next_release' }) },
];
const ARCHIVE: readonly Ending[] = [
  { label: 'For ever', until: () => undefined },
  { label: 'Until it escalates', until: () => ({ kind: 'escalating' }) },
  { label: 'Until 10 more events', until: () => ({ kind: 'events', count: 10 }) },
  { label: 'Until 10 more users', until: () => ({ kind: 'users', count: 10 }) },
  { label: 'For a day', until: () => inDays(1) },
  { label: 'For a week', until: () => inDays(7) },
];

type Dialog = 'resolve' | 'archive' | 'merge' | 'delete' | 'discard';

export function IssueActions({ issue }: { issue: Issue }) {
  const commands = useIssueCommands();
  const navigate = useNavigate();
  const { project } = useLive();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const during = (name: Dialog) => ({
    open: dialog === name,
    onOpenChange: (open: boolean) => setDialog(open ? name : null),
  });
  // First away from it: this page would ask for what is gone.
  const leave = async (command: () => Promise<void>) => {
    const search = { ...lastList(project.slug), open: undefined, event: undefined };
    await navigate({ to: '/projects/$slug/issues', params: { slug: project.slug }, search });
    await command();
  };
  const set = (command: 'resolve' | 'archive', until?: UntilRequest) =>
    void commands.setStatus([issue], command, until);

  return (
    <div role="toolbar" aria-label="Issue actions" className="flex flex-wrap items-center gap-2">
      {issue.status !== 'resolved' && (
        <WithMenu
          kind={issue.status === 'unresolved' ? 'primary' : 'secondary'}
          label="Resolve"
          icon={<CircleCheck size={15} aria-hidden="true" />}
          onClick={() => set('resolve')}
          menu="Resolve how"
        >
          {RESOLVE.map(({ label, until }) => (
            <MenuItem key={label} onSelect={() => set('resolve', until())}>
              {label}
            </MenuItem>
          ))}
          {issue.last_release !== null && (
            <MenuItem
              onSelect={() => set('resolve', { kind: 'in_release', release: issue.last_release ?? '' })}
            >
              In {issue.last_release}, the last one seen
            </MenuItem>
          )}
          <MenuItem onSelect={() => setDialog('resolve')}>In another release…</MenuItem>
        </WithMenu>
      )}
      {issue.status !== 'unresolved' && (
        <Button onClick={() => void commands.setStatus([issue], 'unresolve')}>
          <CircleDot size={15} aria-hidden="true" />
          Unresolve
        </Button>
      )}
      {issue.status !== 'archived' && (
        <WithMenu
          kind="secondary"
          label="Archive"
          icon={<Archive size={15} aria-hidden="true" />}
          onClick={() => set('archive')}
          menu="Archive how"
        >
          {ARCHIVE.map(({ label, until }) => (
            <MenuItem key={label} onSelect={() => set('archive', until())}>
              {label}
            </MenuItem>
          ))}
          <MenuItem onSelect={() => setDialog('archive')}>Until something else…</MenuItem>
        </WithMenu>
      )}
      <AssigneePicker issue={issue} />
      <Select
        label="Priority"
        value={issue.priority}
        options={PRIORITIES}
        onChange={(priority) => void commands.prioritize([issue], priority)}
        size="md"
      />
      <Menu
        label="More actions"
        align="end"
        triggerClassName={buttonClass('secondary', 'icon')}
        trigger={<Ellipsis size={16} aria-hidden="true" />}
      >
        <MenuItem onSelect={() => setDialog('merge')}>
          <Merge size={15} aria-hidden="true" />
          Merge with another…
        </MenuItem>
        <MenuSeparator />
        <MenuItem danger onSelect={() => setDialog('delete')}>
          <Trash2 size={15} aria-hidden="true" />
          Delete…
        </MenuItem>
        <MenuItem danger onSelect={() => setDialog('discard')}>
          <Ban size={15} aria-hidden="true" />
          Delete and discard…
        </MenuItem>
      </Menu>
      <OnceOpened open={dialog === 'resolve'}>
        <UntilDialog command="resolve" {...during('resolve')} onChoose={(until) => set('resolve', until)} />
      </OnceOpened>
      <OnceOpened open={dialog === 'archive'}>
        <UntilDialog command="archive" {...during('archive')} onChoose={(until) => set('archive', until)} />
      </OnceOpened>
      <OnceOpened open={dialog === 'merge'}>
        <MergeDialog issue={issue} {...during('merge')} />
      </OnceOpened>
      <ConfirmDialog
        {...during('delete')}
        title="Delete this issue?"
        description="The issue and its events are deleted. The next event like it makes a new issue. This cannot be undone."
        confirm="Delete"
        onConfirm={() => void leave(() => commands.remove(issue))}
      />
      <ConfirmDialog
        {...during('discard')}
        title="Delete and discard this issue?"
        description="The issue and its events are deleted, and events like it are refused from now on. This cannot be undone."
        confirm="Discard"
        onConfirm={() => void leave(() => commands.discard([issue]))}
      />
    </div>
  );
}

interface WithMenuProps {
  kind: 'primary' | 'secondary';
  label: string;
  icon: ReactNode;
  onClick: () => void;
  /** Name of the menu's button. */
  menu: string;
  children: ReactNode;
}

/** A button that does the usual thing, and beside it the other ways to do it. */
function WithMenu({ kind, label, icon, onClick, menu, children }: WithMenuProps) {
  return (
    <div className="flex">
      <Button kind={kind} className="rounded-r-none" onClick={onClick}>
        {icon}
        {label}
      </Button>
      <Menu
        label={menu}
        triggerClassName={`${buttonClass(kind)} rounded-l-none px-1.5! ${kind === 'primary' ? 'border-l border-on-accent/25' : 'border-l-0'}`}
        trigger={<ChevronDown size={14} aria-hidden="true" />}
      >
        {children}
      </Menu>
    </div>
  );
}
