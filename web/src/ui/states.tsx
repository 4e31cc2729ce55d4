/** What a page shows while it loads, when it failed, and when there is nothing. */
import { Lock, LogIn, RotateCw, SearchX, TriangleAlert, WifiOff, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { ApiError } from '../app/api.ts';
import { Button, buttonClass } from './button.tsx';
import { classNames } from './class-names.ts';

export function Skeleton({ className }: { className?: string }) {
  return <div className={classNames('animate-pulse rounded bg-line/70', className)} aria-hidden="true" />;
}

export function SkeletonRows({ rows = 8 }: { rows?: number }) {
  return (
    <div role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="flex items-center gap-4 border-b border-line px-5 py-3.5">
          <Skeleton className="size-3.5 rounded-full" />
          <div className="flex-1 space-y-2">
            <Skeleton className="h-3.5 w-2/5" />
            <Skeleton className="h-3 w-3/5" />
          </div>
          <Skeleton className="hidden h-5 w-28 sm:block" />
        </div>
      ))}
    </div>
  );
}

type Failure = 'offline' | 'signed_out' | 'forbidden' | 'missing' | 'other';

function failureOf(error: unknown): Failure {
  if (!(error instanceof ApiError)) return 'other';
  switch (error.status) {
    case 0:
      return 'offline';
    case 401:
      return 'signed_out';
    case 403:
      return 'forbidden';
    case 404:
    case 410:
      return 'missing';
    default:
      return 'other';
  }
}

const FAILURE_ICONS: Record<Failure, LucideIcon> = {
  offline: WifiOff,
  signed_out: LogIn,
  forbidden: Lock,
  missing: SearchX,
  other: TriangleAlert,
};

/** Says what happened and offers what helps: to try again, to sign in, or to go back to what there is. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const failure = failureOf(error);
  const Icon = FAILURE_ICONS[failure];
  const known = error instanceof ApiError ? error : null;
  const message = known?.message ?? 'This page could not be shown.';
  const hint = known?.hint ?? (error instanceof Error ? error.message : null);
  const retryHelps = failure === 'offline' || failure === 'other';
  return (
    <div role="alert" className="flex flex-col items-center gap-2 px-6 py-16 text-center">
      <Icon size={28} aria-hidden="true" className="mb-2 text-faint" />
      <h2 className="text-lg font-semibold">{message}</h2>
      {hint !== null && <p className="max-w-md text-muted">{hint}</p>}
      <div className="mt-3 flex gap-2">
        {retryHelps && onRetry !== undefined && (
          <Button onClick={onRetry}>
            <RotateCw size={14} aria-hidden="true" />
            Retry
          </Button>
        )}
        {failure === 'signed_out' && (
          <a
            href={`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`}
            className={buttonClass('primary')}
          >
            Sign in
          </a>
        )}
        {(failure === 'missing' || failure === 'forbidden') && (
          <a href="/" className={buttonClass('secondary')}>
            Go to your projects
          </a>
        )}
      </div>
    </div>
  );
}

interface EmptyProps {
  icon?: ReactNode;
  title: string;
  children?: ReactNode;
}

export function EmptyState({ icon, title, children }: EmptyProps) {
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-20 text-center">
      {icon !== undefined && <div className="mb-2 text-accent">{icon}</div>}
      <h2 className="text-lg font-semibold">{title}</h2>
      {children !== undefined && <div className="max-w-md text-muted">{children}</div>}
    </div>
  );
}
