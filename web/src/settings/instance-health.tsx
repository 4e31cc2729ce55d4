/** The parts of the node that answers, and what it waits for. */
import { useQuery } from '@tanstack/react-query';
import { CircleAlert, CircleCheck } from 'lucide-react';
import { readinessQuery } from '../app/settings-queries.ts';
import { ErrorState, Skeleton } from '../ui/states.tsx';
import { Card } from './settings-frame.tsx';

const FINE = new Set(['running', 'ready', 'ok']);

export function InstanceHealth() {
  const { data, error, refetch } = useQuery(readinessQuery);
  return (
    <Card title="Health" lead="Of the node that answers this browser.">
      {data === undefined && error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton className="m-4 h-16" />}
      {data !== undefined && (
        <>
          <p role="status" className="flex items-center gap-2 px-4 py-3 font-medium">
            <Mark fine={data.status === 'ok'} />
            {data.status === 'ok' && 'Everything runs; events are taken.'}
            {data.status === 'draining' && 'This node is shutting down.'}
            {data.status === 'unavailable' && (data.message ?? 'A part does not run; events are not taken.')}
          </p>
          <ul
            aria-label="Parts"
            className="grid grid-cols-2 gap-x-4 gap-y-1.5 border-t border-line px-4 py-3 text-sm sm:grid-cols-3"
          >
            {data.parts.map(({ name, state }) => (
              <li key={name} className="flex items-center gap-2">
                <Mark fine={FINE.has(state)} />
                {name}
                <span className={FINE.has(state) ? 'sr-only' : 'text-error'}>{state}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  );
}

function Mark({ fine }: { fine: boolean }) {
  const Icon = fine ? CircleCheck : CircleAlert;
  return <Icon size={15} aria-hidden="true" className={fine ? 'shrink-0 text-ok' : 'shrink-0 text-error'} />;
}
