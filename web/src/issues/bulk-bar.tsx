/** What can be done with the ticked rows. */
import { Archive, CircleCheck, CircleDot, Merge, Trash2, X } from 'lucide-react';
import { useState } from 'react';
import type { Issue } from '../../../src/protocol/rest.ts';
import { Button } from '../ui/button.tsx';
import { ConfirmDialog } from '../ui/lazy-dialog.tsx';
import { useIssueCommands } from './use-issue-commands.ts';

interface Props {
  issues: readonly Issue[];
  selected: ReadonlySet<string>;
  onClear: () => void;
}

export function BulkBar({ issues, selected, onClear }: Props) {
  const commands = useIssueCommands();
  const [confirming, setConfirming] = useState(false);
  const chosen = issues.filter((issue) => selected.has(issue.id));
  if (chosen.length === 0 && !confirming) return null;
  const change = (command: 'resolve' | 'unresolve' | 'archive') => {
    onClear();
    void commands.setStatus(chosen, command);
  };
  return (
    <div
      role="toolbar"
      aria-label="Actions on selected issues"
      className="absolute bottom-5 left-1/2 z-20 flex max-w-[calc(100%-1.5rem)] -translate-x-1/2 animate-pop items-center gap-1 overflow-x-auto rounded-xl bg-raised p-1.5 pl-4 shadow-pop"
    >
      <span className="mr-2 font-medium whitespace-nowrap tabular-nums">{chosen.length} selected</span>
      <Button kind="ghost" size="sm" onClick={() => change('resolve')}>
        <CircleCheck size={14} aria-hidden="true" />
        Resolve
      </Button>
      <Button kind="ghost" size="sm" onClick={() => change('unresolve')}>
        <CircleDot size={14} aria-hidden="true" />
        Unresolve
      </Button>
      <Button kind="ghost" size="sm" onClick={() => change('archive')}>
        <Archive size={14} aria-hidden="true" />
        Archive
      </Button>
      {chosen.length > 1 && (
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
      <Button kind="ghost" size="sm" onClick={() => setConfirming(true)}>
        <Trash2 size={14} aria-hidden="true" />
        Discard
      </Button>
      <Button kind="ghost" size="icon" aria-label="Clear selection" onClick={onClear}>
        <X size={15} aria-hidden="true" />
      </Button>
      <ConfirmDialog
        open={confirming}
        onOpenChange={setConfirming}
        title={`Discard ${chosen.length === 1 ? '1 issue' : `${chosen.length} issues`}?`}
        description="The issues and their events are deleted, and events like them are refused from now on. This cannot be undone."
        confirm="Discard"
        onConfirm={() => {
          onClear();
          void commands.discard(chosen);
        }}
      />
    </div>
  );
}
