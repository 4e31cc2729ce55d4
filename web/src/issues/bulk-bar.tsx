/** What can be done with the ticked rows, or with all that match. */
import { useQuery } from '@tanstack/react-query';
import { Archive, CircleCheck, CircleDot, Flag, Merge, Trash2, UserPlus, X } from 'lucide-react';
import { useState } from 'react';
import type { Issue } from '../../../src/protocol/rest.ts';
import type { BulkChange } from '../app/api.ts';
import { membersQuery, meQuery } from '../app/queries.ts';
import { useLive } from '../live/project-live.tsx';
import { Button, buttonClass } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/lazy-dialog.tsx';
import { Menu, MenuItem, MenuSeparator } from '../ui/menu.tsx';
import { countWords, useIssueCommands, type IssueMatches } from './use-issue-commands.ts';

interface Props {
  issues: readonly Issue[];
  selected: ReadonlySet<string>;
  matches: IssueMatches | null;
  onClear: () => void;
}

const PRIORITIES = ['high', 'medium', 'low'] as const;
const VERBS: Record<BulkChange['action'], string> = {
  resolve: 'Resolve',
  unresolve: 'Unresolve',
  archive: 'Archive',
  discard: 'Discard',
  assign: 'Assign',
  priority: 'Set the priority of',
};

export function BulkBar({ issues, selected, matches, onClear }: Props) {
  const commands = useIssueCommands();
  const [whole, setWhole] = useState(false);
  const [asking, setAsking] = useState<BulkChange | null>(null);
  const chosen = issues.filter((issue) => selected.has(issue.id));
  if (chosen.length === 0 && asking === null) return null;
  const everything = whole && matches !== null;

  const run = (change: BulkChange) => {
    onClear();
    setWhole(false);
    if (everything) return void commands.changeMatching(matches, change);
    switch (change.action) {
      case 'assign':
        return void commands.assign(chosen, change.assignee);
      case 'priority':
        return void commands.prioritize(chosen, change.priority);
      case 'discard':
        return void commands.discard(chosen);
      case 'resolve':
      case 'unresolve':
      case 'archive':
        return void commands.setStatus(chosen, change.action);
    }
  };
  // What cannot be undone is asked about first.
  const change = (wanted: BulkChange) =>
    everything || wanted.action === 'discard' ? setAsking(wanted) : run(wanted);
  return (
    <div
      role="toolbar"
      aria-label="Actions on selected issues"
      className="absolute bottom-5 left-1/2 z-20 flex max-w-[calc(100%-1.5rem)] -translate-x-1/2 animate-pop items-center gap-1 overflow-x-auto rounded-xl bg-raised p-1.5 pl-4 shadow-pop"
    >
      <span className="mr-2 font-medium whitespace-nowrap tabular-nums">
        {everything ? 'All that match' : `${chosen.length} selected`}
      </span>
      {matches !== null && !whole && chosen.length === issues.length && (
        <Button kind="ghost" size="sm" className="text-accent!" onClick={() => setWhole(true)}>
          Select all that match
        </Button>
      )}
      <Button kind="ghost" size="sm" onClick={() => change({ action: 'resolve' })}>
        <CircleCheck size={14} aria-hidden="true" />
        Resolve
      </Button>
      <Button kind="ghost" size="sm" onClick={() => change({ action: 'unresolve' })}>
        <CircleDot size={14} aria-hidden="true" />
        Unresolve
      </Button>
      <Button kind="ghost" size="sm" onClick={() => change({ action: 'archive' })}>
        <Archive size={14} aria-hidden="true" />
        Archive
      </Button>
      <AssignMenu onAssign={(assignee) => change({ action: 'assign', assignee })} />
      <Menu
        label="Priority"
        side="top"
        triggerClassName={buttonClass('ghost', 'sm')}
        trigger={
          <>
            <Flag size={14} aria-hidden="true" />
            Priority
          </>
        }
      >
        {PRIORITIES.map((priority) => (
          <MenuItem key={priority} onSelect={() => change({ action: 'priority', priority })}>
            {priority}
          </MenuItem>
        ))}
      </Menu>
      {chosen.length > 1 && !everything && (
        <Button
          kind="ghost"
          size="sm"
          onClick={() => {
            onClear();
            void commands.merge(chosen);
          }}
        >
          <Merge size={14} aria-hidden="true" />
          Merge
        </Button>
      )}
      <Button kind="ghost" size="sm" onClick={() => change({ action: 'discard' })}>
        <Trash2 size={14} aria-hidden="true" />
        Discard
      </Button>
      <Button
        kind="ghost"
        size="icon"
        aria-label="Clear selection"
        onClick={() => {
          setWhole(false);
          onClear();
        }}
      >
        <X size={15} aria-hidden="true" />
      </Button>
      {asking !== null && (
        <ConfirmDialog
          open
          onOpenChange={(open) => {
            if (!open) setAsking(null);
          }}
          title={`${VERBS[asking.action]} ${everything ? 'all issues that match' : countWords(chosen.length)}?`}
          description={
            (everything ? `At most 1,000, those last seen first: ${matches.q || 'every issue'}. ` : '') +
            (asking.action === 'discard'
              ? 'The issues and their events are deleted, and events like them are refused from now on. This cannot be undone.'
              : 'There is no undo for so many at once.')
          }
          confirm={asking.action === 'priority' ? 'Set priority' : VERBS[asking.action]}
          onConfirm={() => run(asking)}
        />
      )}
    </div>
  );
}

/** The members are asked for when the bar is first shown. */
function AssignMenu({ onAssign }: { onAssign: (userId: string | null) => void }) {
  const { project } = useLive();
  const { data: me } = useQuery(meQuery);
  const { data: members } = useQuery(membersQuery(project.organization_slug));
  return (
    <Menu
      label="Assign"
      side="top"
      triggerClassName={buttonClass('ghost', 'sm')}
      trigger={
        <>
          <UserPlus size={14} aria-hidden="true" />
          Assign
        </>
      }
    >
      {me !== undefined && <MenuItem onSelect={() => onAssign(me.id)}>Me</MenuItem>}
      <MenuItem onSelect={() => onAssign(null)}>Nobody</MenuItem>
      <MenuSeparator />
      {members
        ?.filter((member) => member.user_id !== me?.id)
        .map((member) => (
          <MenuItem key={member.user_id} onSelect={() => onAssign(member.user_id)}>
            {member.name || member.email}
          </MenuItem>
        ))}
    </Menu>
  );
}
