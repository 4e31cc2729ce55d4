/**
 * 200 dashboards with 20 different filters, each matching a twentieth of 2,000 events a second; baseline: the same
 * number with one filter. The log is driven where the store hands committed batches over (the stream stage in a
 * process of its own, real sockets), so ingestion is not in these figures: `bench -- ingest` has its CPU.
 * Clean: every dashboard got every event of its filter, or was told exactly how many it did not get.
 */
import { measureChild, reply, startChild } from './support/child.ts';
import { percentile, round, writeReport } from './support/report.ts';

const SETTINGS = { dashboards: 200, filters: 20, rate: 2000, seconds: 10, event_bytes: 500, rounds: 2 };
/** The writer's batches under load. */
const BATCH_MS = 8;

export async function run(args: string[]): Promise<{ clean: boolean }> {
  const settings = args.includes('--short') ? { ...SETTINGS, seconds: 1, rounds: 1 } : SETTINGS;
  const results: object[] = [];
  let clean = true;
  for (let round1 = 0; round1 < settings.rounds; round1++) {
    const one = await measure('1 filter', 1, settings);
    const many = await measure(`${settings.filters} filters`, settings.filters, settings);
    results.push(
      { ...one, cpu_ratio: 1 },
      { ...many, cpu_ratio: round(many.server_cores / one.server_cores, 2) },
    );
    clean &&= one.clean && many.clean;
  }
  writeReport('dashboards', settings, results);
  return { clean };
}

async function measure(name: string, distinct: number, settings: typeof SETTINGS) {
  const server = startChild('stream-server.ts');
  const port = await reply<number>(server, 'port');
  const clients = startChild('fan-out-clients.ts');
  const total = settings.rate * settings.seconds;
  const expected = total / settings.filters;
  const subscribes = Array.from({ length: distinct }, (_, shard) =>
    JSON.stringify({
      type: 'subscribe',
      project_id: '1',
      scope: 'events',
      buffer: 5000,
      filters: { tags: { shard: String(shard) } },
    }),
  );
  const ready = reply<true>(clients, 'ready');
  const path = '/stream?v=1';
  const start = {
    port,
    path,
    subscribe: null,
    subscribes,
    count: settings.dashboards,
    expected,
    decodeEach: 7,
  };
  clients.send({ start });
  await ready;
  const before = await measureChild(server);
  const done = reply<{ events: number; dropped: number; latencies: number[] }>(clients, 'done');
  const started = performance.now();
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - started) / 1000) * settings.rate));
    if (due > sent)
      server.send({ publish: due - sent, bytes: settings.event_bytes, shards: settings.filters });
    sent = due;
    await new Promise((resolve) => setTimeout(resolve, BATCH_MS));
  }
  const { events, dropped, latencies } = await done;
  const wallS = (performance.now() - started) / 1000;
  const after = await measureChild(server);
  server.disconnect();
  clients.disconnect();
  return {
    name,
    events: total,
    delivered: events,
    dropped,
    clean: events + dropped === settings.dashboards * expected,
    p50_ms: percentile(latencies, 0.5),
    p99_ms: percentile(latencies, 0.99),
    server_cores: round((after.cpuMs - before.cpuMs) / 1000 / wallS, 2),
    us_per_event: round(((after.cpuMs - before.cpuMs) * 1000) / total, 1),
  };
}
