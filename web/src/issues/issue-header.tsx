/** Title, status, counts and actions of an issue. */
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import {
  Archive,
  Ban,
  ChevronLeft,
  CircleCheck,
  CircleDot,
  Ellipsis,
  Flag,
  Trash2,
  UserMinus,
  UserPlus,
} from 'lucide-react';
import { useState } from 'react';
import type { Issue, UntilRequest } from '../../../src/protocol/rest.ts';
import { meQuery, membersQuery } from '../app/queries.ts';
import { DEFAULT_FILTER } from '../live/issue-filter.ts';
import { useLive } from '../live/project-live.tsx';
import { Button, buttonClass } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/lazy-dialog.tsx';
import { LevelBadge } from '../ui/level.tsx';
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx';
import { Time } from '../ui/time.tsx';
import { headline } from './issue-row.tsx';
import { StatusBadge } from './status-badge.tsx';
import { untilWords } from './until-words.ts';
import { useIssueCommands } from './use-issue-commands.ts';

export function IssueHeader({ issue }: { issue: Issue }) {
  const { project } = useLive();
  const { strong, rest } = headline(issue);
  return (
    <header className="border-b border-line px-3 pt-3 pb-4 sm:px-5">
      <div className="flex items-center gap-2">
        <Link
          to="/projects/$slug/issues"
          params={{ slug: project.slug }}
          search={DEFAULT_FILTER}
          className="-ml-1 inline-flex items-center gap-1 rounded text-sm text-muted hover:text-text"
        >
          <ChevronLeft size={15} aria-hidden="true" />
          Issues
        </Link>
        <span className="text-sm text-faint">#{issue.id}</span>
        <div className="ml-auto hidden sm:block">
          <IssueActions issue={issue} />
        </div>
      </div>
      <h1
        className="mt-2 text-xl leading-snug font-semibold tracking-[-0.015em] break-words"
        aria-label={issue.title}
      >
        {strong}
        {rest !== '' && (
          <span className="block text-base font-normal tracking-normal text-muted">{rest}</span>
        )}
      </h1>
      <p className="mt-1 font-mono text-[0.78rem] break-all text-faint">{issue.culprit}</p>
      <div className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-2">
        <StatusBadge status={issue.status} />
        {issue.status !== 'unresolved' && issue.until && (
          <span className="text-sm text-muted">{untilWords(issue.until)}</span>
        )}
        <LevelBadge level={issue.level} />
        <span className="text-sm text-muted">
          priority <span className="font-medium text-text">{issue.priority}</span>
        </span>
        <span className="text-sm text-muted">{issue.platform}</span>
        {issue.assigned_to !== null && <Assignee userId={issue.assigned_to} />}
      </div>
      {issue.moving && <Moving moving={issue.moving} />}
      <div className="mt-4 sm:hidden">
        <IssueActions issue={issue} />
      </div>
    </header>
  );
}

/** The issue is what it will be; only rows are still to be moved. */
function Moving({ moving: { kind, done, total } }: { moving: NonNullable<Issue['moving']> }) {
  const number = (value: number) => value.toLocaleString('en');
  return (
    <p data-testid="moving" className="mt-2 text-sm text-muted tabular-nums">
      {kind === 'merge' ? 'Merging' : 'Taking apart'}: {number(Math.min(done, total))} of {number(total)}{' '}
      events
    </p>
  );
}

function Assignee({ userId }: { userId: string }) {
  const { project } = useLive();
  const { data: me } = useQuery(meQuery);
  const { data: members } = useQuery({
    ...membersQuery(project.organization_slug),
    enabled: me !== undefined && me.id !== userId,
  });
  const name =
    me?.id === userId ? 'you' : (members?.find((member) => member.user_id === userId)?.name ?? 'someone');
  return (
    <span className="text-sm text-muted">
      assigned to <span className="font-medium text-text">{name}</span>
    </span>
  );
}

const PRIORITIES = ['high', 'medium', 'low'] as const;
const WEEK_MS = 7 * 86_400_000;
/** States with an end; what the plain buttons do has none. */
const LATER: readonly { label: string; command: 'resolve' | 'archive'; until: () => UntilRequest }[] = [
  { label: 'Resolve in the next release', command: 'resolve', until: () => ({ kind: 'next_release' }) },
  { label: 'Archive until it escalates', command: 'archive', until: () => ({ kind: 'escalating' }) },
  { label: 'Archive until 10 more events', command: 'archive', until: () => ({ kind: 'events', count: 10 }) },
  {
    label: 'Archive for a week',
    command: 'archive',
    until: () => ({ kind: 'date', date: new Date(Date.now() + WEEK_MS).toISOString() }),
  },
];

function IssueActions({ issue }: { issue: Issue }) {
  const commands = useIssueCommands();
  const navigate = useNavigate();
  const { project } = useLive();
  const { data: me } = useQuery(meQuery);
  const [confirming, setConfirming] = useState<'delete' | 'discard' | null>(null);
  const mine = me !== undefined && issue.assigned_to === me.id;
  // First away from it: this page would ask for what is gone.
  const leave = async (command: () => Promise<void>) => {
    await navigate({ to: '/projects/$slug/issues', params: { slug: project.slug }, search: DEFAULT_FILTER });
    await command();
  };
  return (
    <div role="toolbar" aria-label="Issue actions" className="flex items-center gap-2">
      {issue.status === 'unresolved' ? (
        <Button kind="primary" onClick={() => void commands.setStatus([issue], 'resolve')}>
          <CircleCheck size={15} aria-hidden="true" />
          Resolve
        </Button>
      ) : (
        <Button onClick={() => void commands.setStatus([issue], 'unresolve')}>
          <CircleDot size={15} aria-hidden="true" />
          Unresolve
        </Button>
      )}
      {issue.status !== 'archived' && (
        <Button onClick={() => void commands.setStatus([issue], 'archive')}>
          <Archive size={15} aria-hidden="true" />
          Archive
        </Button>
      )}
      <Button
        disabled={me === undefined}
        onClick={() => void commands.assign(issue, mine ? null : (me?.id ?? null))}
      >
        {mine ? <UserMinus size={15} aria-hidden="true" /> : <UserPlus size={15} aria-hidden="true" />}
        <span className="max-sm:sr-only">{mine ? 'Unassign' : 'Assign to me'}</span>
      </Button>
      <Menu
        label="More actions"
        align="end"
        triggerClassName={buttonClass('secondary', 'icon')}
        trigger={<Ellipsis size={16} aria-hidden="true" />}
      >
        {issue.status === 'unresolved' && (
          <>
            {LATER.map(({ label, command, until }) => (
              <MenuItem key={label} onSelect={() => void commands.setStatus([issue], command, until())}>
                {command === 'resolve' ? (
                  <CircleCheck size={15} aria-hidden="true" />
                ) : (
                  <Archive size={15} aria-hidden="true" />
                )}
                {label}
              </MenuItem>
            ))}
            <MenuSeparator />
          </>
        )}
        {PRIORITIES.filter((priority) => priority !== issue.priority).map((priority) => (
          <MenuItem key={priority} onSelect={() => void commands.prioritize(issue, priority)}>
            <Flag size={15} aria-hidden="true" />
            Priority {priority}
          </MenuItem>
        ))}
        <MenuSeparator />
        <MenuItem danger onSelect={() => setConfirming('delete')}>
          <Trash2 size={15} aria-hidden="true" />
          Delete…
        </MenuItem>
        <MenuItem danger onSelect={() => setConfirming('discard')}>
          <Ban size={15} aria-hidden="true" />
          Discard…
        </MenuItem>
      </Menu>
      <ConfirmDialog
        open={confirming === 'delete'}
        onOpenChange={(open) => setConfirming(open ? 'delete' : null)}
        title="Delete this issue?"
        description="The issue and its events are deleted. The next event like it makes a new issue. This cannot be undone."
        confirm="Delete"
        onConfirm={() => void leave(() => commands.remove(issue))}
      />
      <ConfirmDialog
        open={confirming === 'discard'}
        onOpenChange={(open) => setConfirming(open ? 'discard' : null)}
        title="Discard this issue?"
        description="The issue and its events are deleted, and events like it are refused from now on. This cannot be undone."
        confirm="Discard"
        onConfirm={() => void leave(() => commands.discard([issue]))}
      />
    </div>
  );
}

export function IssueFigures({ issue }: { issue: Issue }) {
  const figures: [string, React.ReactNode][] = [
    ['Events', <span data-testid="event-count">{issue.event_count.toLocaleString('en')}</span>],
    ['Users', issue.user_count.toLocaleString('en')],
    ['Last seen', <Time value={issue.last_seen} form="ago" />],
    ['First seen', <Time value={issue.first_seen} form="ago" />],
    ['First release', issue.first_release ?? '–'],
    ['Last release', issue.last_release ?? '–'],
  ];
  return (
    <dl className="grid grid-cols-2 gap-x-4 gap-y-3">
      {figures.map(([name, value]) => (
        <div key={name} className="min-w-0">
          <dt className="text-sm text-faint">{name}</dt>
          <dd className="truncate font-medium tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
