/** An issue's status as word and shape. */
import { Archive, CircleCheck, CircleDot } from 'lucide-react';
import type { IssueStatus } from '../../../src/protocol/change.ts';
import { classNames } from '../ui/class-names.ts';

const STATUS = {
  unresolved: { icon: CircleDot, label: 'Unresolved', color: 'text-warning bg-warning/12' },
  resolved: { icon: CircleCheck, label: 'Resolved', color: 'text-ok bg-ok/12' },
  archived: { icon: Archive, label: 'Archived', color: 'text-muted bg-line' },
} as const;

export function StatusBadge({ status }: { status: IssueStatus }) {
  const { icon: Icon, label, color } = STATUS[status];
  return (
    <span
      data-testid="issue-status"
      className={classNames(
        'inline-flex items-center gap-1.5 rounded-full py-0.5 pr-2.5 pl-2 text-sm font-medium',
        color,
      )}
    >
      <Icon size={13} aria-hidden="true" />
      {label}
    </span>
  );
}
