/**
 * What 50 viewers that do not read cost the other 150: latency of the others with and without them, and the memory of
 * the server. Clean: every other viewer got every event.
 */
import { measureChild, reply, startChild } from './support/child.ts';
import { percentile, round, writeReport } from './support/report.ts';

const SETTINGS = { viewers: 200, stalled: 50, rate: 100, event_bytes: 12_000, seconds: 6, rounds: 2 };
const SUBSCRIBE = JSON.stringify({ type: 'subscribe', project_id: '1', scope: 'events' });

export async function run(args: string[]): Promise<{ clean: boolean }> {
  const settings = args.includes('--short') ? { ...SETTINGS, seconds: 1, rounds: 1 } : SETTINGS;
  const results: object[] = [];
  let clean = true;
  for (let round1 = 0; round1 < settings.rounds; round1++) {
    const without = await measure('nobody stalls', 0, settings);
    const with50 = await measure(`${settings.stalled} stall`, settings.stalled, settings);
    results.push(
      { ...without, p99_ratio: 1 },
      { ...with50, p99_ratio: round(with50.p99_ms / Math.max(1, without.p99_ms), 2) },
    );
    clean &&= without.clean && with50.clean;
  }
  writeReport('slow-client', settings, results);
  return { clean };
}

async function measure(name: string, stalled: number, settings: typeof SETTINGS) {
  const server = startChild('stream-server.ts');
  const port = await reply<number>(server, 'port');
  const clients = startChild('fan-out-clients.ts');
  const ready = reply<true>(clients, 'ready');
  const expected = settings.rate * settings.seconds;
  // Without stalled ones the same number of others reads.
  const count = settings.viewers - settings.stalled + stalled;
  clients.send({ start: { port, path: '/stream?v=1', subscribe: SUBSCRIBE, count, expected, stalled } });
  await ready;
  const before = await measureChild(server);
  const done = reply<{ events: number; dropped: number; latencies: number[] }>(clients, 'done');
  const started = performance.now();
  for (let sent = 0; sent < expected;) {
    const due = Math.min(expected, Math.floor(((performance.now() - started) / 1000) * settings.rate));
    if (due > sent) server.send({ publish: due - sent, bytes: settings.event_bytes });
    sent = due;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const { events, dropped, latencies } = await done;
  const after = await measureChild(server);
  server.disconnect();
  clients.disconnect();
  const others = settings.viewers - settings.stalled;
  return {
    name,
    events_to_others: events,
    dropped_to_others: dropped,
    clean: events === others * expected && dropped === 0,
    p50_ms: percentile(latencies, 0.5),
    p99_ms: percentile(latencies, 0.99),
    dropped_to_stalled: after.dropped - before.dropped,
    server_cpu_s: round((after.cpuMs - before.cpuMs) / 1000, 2),
    rss_grown_mb: round((after.rss - before.rss) / 2 ** 20),
  };
}
