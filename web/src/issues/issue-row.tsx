/** One row of the issue list. */
import { Link } from '@tanstack/react-router';
import { User } from 'lucide-react';
import { memo } from 'react';
import type { Issue } from '../../../src/protocol/rest.ts';
import { classNames } from '../ui/class-names.ts';
import { LevelMark } from '../ui/level.tsx';
import { compactCount } from '../ui/relative-time.ts';
import { Time } from '../ui/time.tsx';
import { Sparkline } from './sparkline.tsx';

export const ROW_HEIGHT = 62;

interface Props {
  issue: Issue;
  slug: string;
  active: boolean;
  selected: boolean;
  entered: boolean;
  /** Beside an open issue: opens there, and leaves out what has no room. */
  beside: boolean;
  onSelect: (id: string, range: boolean) => void;
}

export function headline(issue: Pick<Issue, 'type' | 'value' | 'title'>): { strong: string; rest: string } {
  if (issue.type === null) return { strong: issue.title, rest: '' };
  return { strong: issue.type, rest: issue.value ?? '' };
}

export const IssueRow = memo(function IssueRow(props: Props) {
  const { issue, slug, active, selected, entered, beside, onSelect } = props;
  const { strong, rest } = headline(issue);
  const link = {
    'aria-label': issue.title,
    className:
      'block truncate outline-none before:absolute before:inset-y-0 before:right-0 before:left-10 focus-visible:before:outline-2 focus-visible:before:-outline-offset-2 focus-visible:before:outline-accent',
    children: (
      <>
        <span className="font-semibold">{strong}</span>
        {rest !== '' && <span className="ml-1 text-muted"> {rest}</span>}
      </>
    ),
  };
  return (
    <div
      className={classNames(
        'group relative flex h-full items-center gap-3 border-b border-line pr-3 pl-2.5 sm:pl-4',
        !beside && 'sm:pr-5',
        active ? 'bg-hover' : 'hover:bg-hover/60',
        selected && 'bg-active!',
        entered && 'animate-enter',
      )}
    >
      {active && <span className="absolute inset-y-0 left-0 w-0.5 bg-accent" aria-hidden="true" />}
      <label className="flex size-6 shrink-0 items-center justify-center">
        <input
          type="checkbox"
          checked={selected}
          aria-label={`Select ${issue.title}`}
          onChange={() => undefined}
          onClick={(event) => onSelect(issue.id, event.shiftKey)}
          className="checkbox"
        />
      </label>
      <LevelMark level={issue.level} size={12} />
      <div className="min-w-0 flex-1">
        {beside ? (
          <Link
            from="/projects/$slug/issues"
            to="."
            search={(old) => ({ ...old, open: issue.id, event: undefined })}
            replace
            {...link}
          />
        ) : (
          <Link to="/projects/$slug/issues/$issueId" params={{ slug, issueId: issue.id }} {...link} />
        )}
        <div className="mt-0.5 flex items-center gap-2 truncate text-sm text-faint">
          <span className="truncate font-mono text-xs">{issue.culprit || '(no culprit)'}</span>
          {issue.priority === 'low' && <span className="shrink-0">low priority</span>}
          {issue.assigned_to !== null && (
            <User size={12} aria-label="assigned" className="shrink-0 text-accent" />
          )}
          {issue.status !== 'unresolved' && (
            <span className="shrink-0 rounded bg-line px-1.5 text-xs text-muted">{issue.status}</span>
          )}
        </div>
      </div>
      {!beside && (
        <div className="hidden w-30 shrink-0 lg:block">
          {issue.hours !== undefined && <Sparkline hours={issue.hours} />}
        </div>
      )}
      <Figure label="events" value={issue.event_count} className={beside ? 'w-11' : 'w-11 sm:w-16'} />
      {!beside && <Figure label="users" value={issue.user_count} className="hidden w-14 md:block" />}
      <div className={classNames('w-10 shrink-0 text-right text-sm text-muted', !beside && 'sm:w-24')}>
        <Time value={issue.last_seen} className="tabular-nums" />
        {!beside && (
          <span className="hidden text-faint sm:inline">
            {' · '}
            <Time value={issue.first_seen} className="tabular-nums" />
          </span>
        )}
      </div>
    </div>
  );
});

function Figure({ label, value, className }: { label: string; value: number; className: string }) {
  return (
    <div
      className={classNames('shrink-0 text-right font-medium tabular-nums', className)}
      title={`${value} ${label}`}
      aria-label={`${value} ${label}`}
    >
      {compactCount(value)}
    </div>
  );
}
