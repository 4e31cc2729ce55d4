/**
 * `npm run soak -- steady [--minutes 30] [--rate 1000]`: result in bench/results/steady.json. Every event must be
 * answered 200 and be stored once, and the server's memory must be flat: the median of its last third within 15 %
 * and 40 MB of the median of its second. Medians, because a machine that others use gives the server bursts; the rate that was
 * reached is written down and decides nothing.
 */
import { parseArgs } from 'node:util';
import { rssMb } from '../../bench/support/cpu.ts';
import { envelopeRequest } from '../../bench/support/event-body.ts';
import { percentile, round, writeReport } from '../../bench/support/report.ts';
import { checkDurability } from '../support/durability-check.ts';
import { pacedLoad } from '../support/paced-load.ts';
import { makeDataDir, redeemSetup, startServerProcess } from '../support/server-process.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    rate: { type: 'string', default: '1000' },
  },
});
const settings = { minutes: Number(values.minutes), rate: Number(values.rate), connections: 64 };
const ISSUES = 200;
const SAMPLE_MS = 1000;
/** Of the series that is written down: enough to see a slope. */
const SERIES_POINTS = 60;
const MAX_GROWTH = 1.15;
/** What the heaps take when a machine that was busy lets the load speed up: 67 MB of 381 were seen. */
const SLACK_MB = 40;

const dataDir = makeDataDir();
const server = await startServerProcess({
  dataDir: dataDir.path,
  env: { MESHER_RATE_LIMIT: '0', MESHER_LOG_LEVEL: 'warn' },
});
try {
  const first = await redeemSetup(server);
  const target = { port: server.port, projectId: first.projectId, publicKey: first.publicKey };
  const load = pacedLoad({
    ...settings,
    port: server.port,
    request: (index) => envelopeRequest(target, index % ISSUES),
  });
  const started = performance.now();
  const memory: number[] = [];
  const sampler = setInterval(() => {
    memory.push(rssMb(server.pid));
    if (memory.length % 10 === 0)
      console.log(`${memory.length} s: ${load.answered.length} stored, ${memory.at(-1)} MB`);
  }, SAMPLE_MS);
  await new Promise((resolve) => setTimeout(resolve, settings.minutes * 60_000));
  clearInterval(sampler);
  const seconds = (performance.now() - started) / 1000;
  await load.stop();

  const check = await checkDurability(dataDir.path, load.answered);
  const third = Math.floor(memory.length / 3);
  const middle = percentile(memory.slice(third, 2 * third), 0.5);
  const last = percentile(memory.slice(2 * third), 0.5);
  const flat = last <= middle * MAX_GROWTH + SLACK_MB;
  const refused = [...load.statuses].reduce((sum, [status, n]) => (status === 200 ? sum : sum + n), 0);
  writeReport('steady', settings, [
    {
      events_per_s: round(load.answered.length / seconds),
      refused,
      p50_ms: round(percentile(load.latenciesMs, 0.5)),
      p99_ms: round(percentile(load.latenciesMs, 0.99)),
      rss_middle_mb: middle,
      rss_last_mb: last,
      rss_max_mb: Math.max(...memory),
      flat,
      ...check,
      rss_series_mb: thinned(memory).join(' '),
    },
  ]);
  if (!flat || refused > 0 || Object.values(check).some((broken) => broken > 0)) process.exitCode = 1;
} finally {
  await server.end('SIGTERM');
  dataDir.remove();
}

function thinned(series: readonly number[]): number[] {
  const step = Math.max(1, Math.ceil(series.length / SERIES_POINTS));
  return series.filter((_, i) => i % step === 0);
}
