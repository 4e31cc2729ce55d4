/** Queues and connections of the node, as /metrics tells them to who may read it. */
import { useQuery } from '@tanstack/react-query';
import { metricsQuery } from '../app/settings-queries.ts';
import { byteWords } from '../ui/byte-words.ts';
import { ErrorState, Skeleton } from '../ui/states.tsx';
import { metricValue } from './prometheus-values.ts';
import { Card } from './settings-frame.tsx';

const count = (value: number) => value.toLocaleString('en');
const NUMBERS: readonly { name: string; label: string; words: (value: number) => string }[] = [
  { name: 'mesher_writer_queued_events', label: 'Events waiting for commit', words: count },
  { name: 'mesher_writer_queued_bytes', label: 'Bytes waiting for commit', words: byteWords },
  { name: 'mesher_stream_connections', label: 'Open stream connections', words: count },
  { name: 'mesher_stream_unsent_bytes', label: 'Waiting to be sent to viewers', words: byteWords },
  { name: 'mesher_stream_dropped_events_total', label: 'Dropped for slow viewers', words: count },
  { name: 'mesher_writer_retries_total', label: 'Commits repeated', words: count },
  { name: 'mesher_quarantined_events_total', label: 'Refused by the database', words: count },
  { name: 'mesher_part_restarts_total', label: 'Restarts of parts', words: count },
];

export function InstanceQueues() {
  const { data, error, refetch } = useQuery(metricsQuery);
  return (
    <Card title="Queues and connections" lead="Since the node was started.">
      {data === undefined && error !== null && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton className="m-4 h-16" />}
      {data?.kind === 'closed' && (
        <p className="p-4 text-muted">
          These are in <code className="font-mono text-sm">/metrics</code>, which this browser may not read:
          it is open to the machine of the server, and to a monitoring with{' '}
          <code className="font-mono text-sm">MESHER_METRICS_TOKEN</code>.
        </p>
      )}
      {data?.kind === 'open' && (
        <dl className="grid gap-x-6 gap-y-1.5 px-4 py-3 text-sm sm:grid-cols-2">
          {NUMBERS.map(({ name, label, words }) => (
            <div key={name} className="flex justify-between gap-3">
              <dt className="text-muted">{label}</dt>
              <dd className="font-medium tabular-nums">{words(metricValue(data.text, name) ?? 0)}</dd>
            </div>
          ))}
        </dl>
      )}
    </Card>
  );
}
