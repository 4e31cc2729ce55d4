/**
 * The one table of metrics (Prometheus names). Stages get the registry's members as arguments; nothing else
 * declares a metric. Units are in the names.
 */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

export type Metrics = ReturnType<typeof createMetrics>;

export function createMetrics() {
  const registers = [new Registry()];
  const [registry] = registers as [Registry];
  return {
    registry,
    ingestRequests: new Counter({
      name: 'mesher_ingest_requests_total',
      help: 'Ingestion requests by status code.',
      labelNames: ['status'],
      registers,
    }),
    outcomes: new Counter({
      name: 'mesher_outcomes_total',
      help: 'Items by outcome.',
      labelNames: ['outcome', 'reason', 'category'],
      registers,
    }),
    pipelineSeconds: new Histogram({
      name: 'mesher_pipeline_step_seconds',
      help: 'Time of each pipeline step, sampled.',
      labelNames: ['step'],
      buckets: [1e-5, 5e-5, 1e-4, 5e-4, 1e-3, 5e-3, 0.02, 0.1, 0.5, 2],
      registers,
    }),
    writerQueued: new Gauge({
      name: 'mesher_writer_queued_events',
      help: 'Events waiting for commit.',
      registers,
    }),
    writerQueuedBytes: new Gauge({
      name: 'mesher_writer_queued_bytes',
      help: 'Bytes waiting for commit.',
      registers,
    }),
    writerBatch: new Histogram({
      name: 'mesher_writer_batch_events',
      help: 'Events per committed batch.',
      buckets: [1, 5, 20, 50, 100, 200, 500, 1000],
      registers,
    }),
    writerCommitSeconds: new Histogram({
      name: 'mesher_writer_commit_seconds',
      help: 'Time of one batch transaction.',
      buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
      registers,
    }),
    writerRetries: new Counter({
      name: 'mesher_writer_retries_total',
      help: 'Batch transactions retried, by reason.',
      labelNames: ['reason'],
      registers,
    }),
    quarantined: new Counter({
      name: 'mesher_quarantined_events_total',
      help: 'Events PostgreSQL refused on their own.',
      registers,
    }),
    retentionRuns: new Counter({
      name: 'mesher_retention_runs_total',
      help: 'Runs of retention, by result.',
      labelNames: ['result'],
      registers,
    }),
    retentionRows: new Counter({
      name: 'mesher_retention_rows_total',
      help: 'Rows removed one by one because they were too old, by table.',
      labelNames: ['table'],
      registers,
    }),
    retentionDays: new Counter({
      name: 'mesher_retention_days_total',
      help: 'Days of events dropped whole, by reason.',
      labelNames: ['reason'],
      registers,
    }),
    retentionSeconds: new Histogram({
      name: 'mesher_retention_seconds',
      help: 'Time of a run of retention, pauses included.',
      buckets: [0.1, 1, 10, 60, 600, 3600],
      registers,
    }),
    diskUsedBytes: new Gauge({
      name: 'mesher_disk_used_bytes',
      help: 'Bytes of the database and its write-ahead log, on the node that keeps MESHER_DISK_BUDGET.',
      registers,
    }),
    connections: new Gauge({
      name: 'mesher_stream_connections',
      help: 'Open stream connections.',
      labelNames: ['transport'],
      registers,
    }),
    delivered: new Counter({
      name: 'mesher_stream_messages_total',
      help: 'Messages handed to connections.',
      registers,
    }),
    dropped: new Counter({
      name: 'mesher_stream_dropped_events_total',
      help: 'Events dropped for slow viewers, by reason.',
      labelNames: ['reason'],
      registers,
    }),
    unsentBytes: new Gauge({
      name: 'mesher_stream_unsent_bytes',
      help: 'Bytes queued for all connections.',
      registers,
    }),
    partRestarts: new Counter({
      name: 'mesher_part_restarts_total',
      help: 'Restarts of supervised parts.',
      labelNames: ['part'],
      registers,
    }),
  };
}
