/** How often, for how many, since when and in which releases. */
import type { ReactNode } from 'react';
import type { Issue } from '../../../src/protocol/rest.ts';
import { Time } from '../ui/time.tsx';

export function IssueFigures({ issue }: { issue: Issue }) {
  return (
    <dl className="grid grid-cols-2 gap-x-4 gap-y-4">
      <Figure name="Events">
        <span data-testid="event-count" className="text-xl tracking-tight">
          {issue.event_count.toLocaleString('en')}
        </span>
      </Figure>
      <Figure name="Users affected">
        <span data-testid="user-count" className="text-xl tracking-tight">
          {issue.user_count.toLocaleString('en')}
        </span>
      </Figure>
      <Figure name="Last seen" note={issue.last_release}>
        <Time value={issue.last_seen} form="ago" />
      </Figure>
      <Figure name="First seen" note={issue.first_release}>
        <Time value={issue.first_seen} form="ago" />
      </Figure>
    </dl>
  );
}

/** `note`: the release. */
function Figure({
  name,
  note = null,
  children,
}: {
  name: string;
  note?: string | null;
  children: ReactNode;
}) {
  return (
    <div className="min-w-0">
      <dt className="text-sm text-faint">{name}</dt>
      <dd className="font-medium tabular-nums">
        {children}
        {note !== null && (
          <span className="block truncate font-mono text-xs font-normal text-muted" title={`release ${note}`}>
            {note}
          </span>
        )}
      </dd>
    </div>
  );
}
