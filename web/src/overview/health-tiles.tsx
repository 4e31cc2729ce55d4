/** How the project is, in five numbers; a number that is worse than usual says so in words. */
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Health } from '../../../src/protocol/rest.ts';
import { ErrorState, Skeleton } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { percent, rate, usual } from './health-words.ts';

export function HealthTiles({ health }: { health: UseQueryResult<Health> }) {
  if (health.isError) return <ErrorState error={health.error} onRetry={() => void health.refetch()} />;
  const { data } = health;
  const isMuch = data !== undefined && usual(data.errors_per_minute).isMuch;
  const drops = (data?.share_dropped ?? 0) > 0;
  return (
    <section
      aria-label="Health"
      className="grid grid-cols-2 gap-px overflow-hidden rounded-xl border border-line bg-line sm:grid-cols-3 lg:grid-cols-5"
    >
      <Tile
        label="Errors a minute"
        value={data && rate(data.errors_per_minute.now)}
        note={data && usual(data.errors_per_minute).words}
        warn={isMuch}
      />
      <Tile
        label="Crash-free sessions"
        value={data && percent(data.crash_free_sessions)}
        note={data && (data.crash_free_sessions === null ? 'no sessions in 24 hours' : 'last 24 hours')}
      />
      <Tile
        label="New today"
        value={data && data.new_unresolved_today.toLocaleString('en')}
        note="unresolved issues"
      />
      <Tile
        label="Last event"
        value={data && (data.last_event_at === null ? '–' : <Time value={data.last_event_at} form="ago" />)}
        note={data?.last_event_at === null ? 'none yet' : 'received'}
      />
      <Tile
        label="Dropped"
        value={data && percent(data.share_dropped)}
        note={
          data && (data.share_dropped === null ? 'nothing sent in 24 hours' : 'of what was sent, 24 hours')
        }
        warn={drops}
        className="max-lg:col-span-2 max-sm:col-span-2"
      />
    </section>
  );
}

interface TileProps {
  label: string;
  value: ReactNode;
  note: ReactNode;
  warn?: boolean;
  className?: string;
}

function Tile({ label, value, note, warn = false, className = '' }: TileProps) {
  return (
    <div role="group" aria-label={label} className={`bg-panel px-4 py-3 ${className}`}>
      <div className="text-sm text-muted">{label}</div>
      {value === undefined ? (
        <Skeleton className="mt-1.5 mb-2 h-6 w-16" />
      ) : (
        <div className="mt-0.5 text-xl font-semibold tracking-tight tabular-nums">{value}</div>
      )}
      <div className={`truncate text-sm ${warn ? 'text-warning' : 'text-faint'}`}>{note}</div>
    </div>
  );
}
