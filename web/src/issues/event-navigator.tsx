/** Which event of the issue is shown, and the way to its neighbours. */
import { Link } from '@tanstack/react-router';
import { ChevronFirst, ChevronLeft, ChevronRight } from 'lucide-react';
import type { EventDetail } from '../../../src/protocol/rest.ts';
import { useLive } from '../live/project-live.tsx';
import { buttonClass } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { Time } from '../ui/time.tsx';

interface Props {
  detail: EventDetail;
  latestId: string | null;
}

export function EventNavigator({ detail, latestId }: Props) {
  const isLatest = detail.id === latestId;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line bg-sunken/60 px-3 py-2 sm:px-5">
      <span className="text-sm">
        <span className="font-medium">{isLatest ? 'Latest event' : 'Event'}</span>{' '}
        <code className="font-mono text-[0.78rem] text-muted">{detail.id.slice(0, 8)}</code>
      </span>
      <CopyButton text={detail.id} label="Copy event id" />
      <Time value={detail.timestamp} form="ago" className="text-sm text-muted" />
      <nav aria-label="Events" className="ml-auto flex items-center gap-1">
        <Step issueId={detail.issue_id} event={detail.previous} label="Older">
          <ChevronLeft size={15} aria-hidden="true" />
          Older
        </Step>
        <Step issueId={detail.issue_id} event={detail.next} label="Newer">
          Newer
          <ChevronRight size={15} aria-hidden="true" />
        </Step>
        <Step issueId={detail.issue_id} event={isLatest ? null : latestId} label="Latest">
          Latest
          <ChevronFirst size={15} aria-hidden="true" className="rotate-180" />
        </Step>
      </nav>
    </div>
  );
}

interface StepProps {
  issueId: string;
  event: string | null;
  label: string;
  children: React.ReactNode;
}

function Step({ issueId, event, label, children }: StepProps) {
  const { project } = useLive();
  const look = classNames(buttonClass('ghost', 'sm'), event === null && 'pointer-events-none opacity-40');
  if (event === null) {
    return (
      <span role="link" aria-disabled="true" aria-label={label} className={look}>
        {children}
      </span>
    );
  }
  return (
    <Link
      to="/projects/$slug/issues/$issueId"
      params={{ slug: project.slug, issueId }}
      search={{ event }}
      replace
      aria-label={label}
      className={look}
    >
      {children}
    </Link>
  );
}
