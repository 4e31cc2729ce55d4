/** Picks the issue that is the same as this one; merging can be undone from its toast. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Issue } from '../../../src/protocol/rest.ts';
import { api } from '../app/api.ts';
import { useLive } from '../live/project-live.tsx';
import { quoted } from '../live/issue-filter.ts';
import { Dialog } from '../ui/dialog.tsx';
import { LevelMark } from '../ui/level.tsx';
import { SettledInput } from '../ui/settled-input.tsx';
import { Time } from '../ui/time.tsx';
import { headline } from './issue-row.tsx';
import { useIssueCommands } from './use-issue-commands.ts';

interface Props {
  issue: Issue;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

const SHOWN = 8;

export function MergeDialog({ issue, open, onOpenChange }: Props) {
  const { project } = useLive();
  const commands = useIssueCommands();
  const [text, setText] = useState('');
  const { data } = useQuery({
    queryKey: ['merge-with', project.slug, text],
    queryFn: () =>
      api.issues(project.slug, {
        query: /^#?\d+$/.test(text)
          ? `issue_id:${text.replace('#', '')}`
          : text === ''
            ? ''
            : `text:${quoted(text)}`,
        since: '90d',
        limit: SHOWN + 1,
      }),
    enabled: open,
    placeholderData: keepPreviousData,
  });
  const others = data?.items.filter((other) => other.id !== issue.id).slice(0, SHOWN) ?? [];
  const merge = (other: Issue) => {
    onOpenChange(false);
    void commands.mergeInto(issue, [other]);
  };
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Merge with another issue">
      <p className="mb-3 text-muted">
        The events of the one you choose join this issue, and so do those that arrive later.
      </p>
      <SettledInput
        label="Find an issue"
        placeholder="Title, message or #number"
        value={text}
        onChange={setText}
        className="mb-2"
        icon
      />
      <ul aria-label="Issues to merge" className="-mx-2">
        {others.map((other) => {
          const { strong, rest } = headline(other);
          return (
            <li key={other.id}>
              <button
                type="button"
                onClick={() => merge(other)}
                className="flex w-full items-baseline gap-2.5 rounded-md px-2 py-1.5 text-left hover:bg-hover"
              >
                <LevelMark level={other.level} />
                <span className="min-w-0 flex-1 truncate">
                  <span className="font-medium">{strong}</span> <span className="text-muted">{rest}</span>
                </span>
                <span className="shrink-0 text-sm text-faint tabular-nums">
                  {other.event_count.toLocaleString('en')} · <Time value={other.last_seen} />
                </span>
              </button>
            </li>
          );
        })}
      </ul>
      {data !== undefined && others.length === 0 && <p className="py-2 text-muted">No issue is like that.</p>}
    </Dialog>
  );
}
