/** Which event of the issue is shown, and the way to its neighbours. */
import { Link } from '@tanstack/react-router';
import { ArrowUp, ChevronFirst, ChevronLast, ChevronLeft, ChevronRight } from 'lucide-react';
import type { EventDetail } from '../../../src/protocol/rest.ts';
import { buttonClass } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { Time } from '../ui/time.tsx';

interface Props {
  detail: EventDetail;
  latestId: string | null;
  /** Events that arrived since this one was opened as the latest. */
  newer: number;
}

export function EventNavigator({ detail, latestId, newer }: Props) {
  const isLatest = detail.id === latestId;
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line bg-sunken/60 px-3 py-2 sm:px-5">
      <span className="text-sm">
        <span className="font-medium">{isLatest ? 'Latest event' : 'Event'}</span>{' '}
        <code className="font-mono text-[0.78rem] text-muted">{detail.id.slice(0, 8)}</code>
      </span>
      <CopyButton text={detail.id} label="Copy event id" />
      <Time value={detail.timestamp} form="ago" className="text-sm text-muted" />
      {newer > 0 && latestId !== null && (
        <Link
          to="."
          search={(old: object) => ({ ...old, event: latestId })}
          replace
          role="status"
          className="inline-flex animate-pop items-center gap-1 rounded-full bg-accent-solid px-2.5 py-0.5 text-sm font-medium text-on-accent hover:bg-accent-hover"
        >
          <ArrowUp size={13} aria-hidden="true" />
          {newer.toLocaleString('en')} new {newer === 1 ? 'event' : 'events'}
        </Link>
      )}
      <nav aria-label="Events" className="ml-auto flex items-center gap-1">
        <Step event={detail.first === detail.id ? null : detail.first} label="First">
          <ChevronFirst size={15} aria-hidden="true" />
          <span className="max-sm:sr-only">First</span>
        </Step>
        <Step event={detail.previous} label="Older">
          <ChevronLeft size={15} aria-hidden="true" />
          Older
        </Step>
        <Step event={detail.next} label="Newer">
          Newer
          <ChevronRight size={15} aria-hidden="true" />
        </Step>
        <Step event={isLatest ? null : latestId} label="Latest">
          <span className="max-sm:sr-only">Latest</span>
          <ChevronLast size={15} aria-hidden="true" />
        </Step>
      </nav>
    </div>
  );
}

interface StepProps {
  event: string | null;
  label: string;
  children: React.ReactNode;
}

function Step({ event, label, children }: StepProps) {
  const look = classNames(buttonClass('ghost', 'sm'), event === null && 'pointer-events-none opacity-40');
  if (event === null) {
    return (
      <span role="link" aria-disabled="true" aria-label={label} className={look}>
        {children}
      </span>
    );
  }
  return (
    <Link to="." search={(old: object) => ({ ...old, event })} replace aria-label={label} className={look}>
      {children}
    </Link>
  );
}
