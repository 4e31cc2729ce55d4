/**
 * `npm run soak -- steady [--minutes 30] [--rate 1000]`: result in bench/results/steady.json. Every event must be
 * answered 200 and be stored once, and the server's memory must be flat (memory-watch.ts); the rate that was reached is written down and decides nothing.
 */
import { parseArgs } from 'node:util';
import { envelopeRequest } from '../../bench/support/event-body.ts';
import { percentile, round, writeReport } from '../../bench/support/report.ts';
import { checkDurability } from '../support/durability-check.ts';
import { watchMemory } from '../support/memory-watch.ts';
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
  const stopWatching = watchMemory(server.pid, (mb, seconds) => {
    if (seconds % 10 === 0) console.log(`${seconds} s: ${load.answered.length} stored, ${mb} MB`);
  });
  await new Promise((resolve) => setTimeout(resolve, settings.minutes * 60_000));
  const memory = stopWatching();
  const seconds = (performance.now() - started) / 1000;
  await load.stop();

  const check = await checkDurability(dataDir.path, load.answered);
  const refused = [...load.statuses].reduce((sum, [status, n]) => (status === 200 ? sum : sum + n), 0);
  writeReport('steady', settings, [
    {
      events_per_s: round(load.answered.length / seconds),
      refused,
      p50_ms: round(percentile(load.latenciesMs, 0.5)),
      p99_ms: round(percentile(load.latenciesMs, 0.99)),
      ...memory,
      ...check,
    },
  ]);
  if (!memory.flat || refused > 0 || Object.values(check).some((broken) => broken > 0)) process.exitCode = 1;
} finally {
  await server.end('SIGTERM');
  dataDir.remove();
}
