/**
 * `npm run soak -- steady [seconds] [rate]`: 1,000 events a second for half an hour. Every event must be answered 200,
 * and the server's memory must be flat: its mean over the last third within 15 % of the mean over the second.
 */
import { envelopeRequest } from '../../bench/support/event-body.ts';
import { rssMb } from '../../bench/support/cpu.ts';
import { percentile, round, writeReport } from '../../bench/support/report.ts';
import { makeDataDir, redeemSetup, startServerProcess } from '../support/server-process.ts';
import { connect } from 'node:net';

const seconds = Number(process.argv[2] ?? 1800);
const rate = Number(process.argv[3] ?? 1000);
const CONNECTIONS = 32;
const ISSUES = 200;

const dataDir = makeDataDir();
const server = await startServerProcess({
  dataDir: dataDir.path,
  env: { MESHER_RATE_LIMIT: '0', MESHER_LOG_LEVEL: 'warn' },
});
const first = await redeemSetup(server);
const target = { port: server.port, projectId: first.projectId, publicKey: first.publicKey };

const latencies: number[] = [];
const memory: number[] = [];
let answered = 0;
let refused = 0;
let sent = 0;
const started = performance.now();

const sampler = setInterval(() => {
  memory.push(rssMb(server.pid));
  if (memory.length % 10 === 0)
    console.log(`${memory.length} s: ${answered} stored, ${refused} refused, ${memory.at(-1)} MB`);
}, 1000);
await Promise.all(Array.from({ length: CONNECTIONS }, () => sendAtRate()));
clearInterval(sampler);
await server.end('SIGTERM');
dataDir.remove();

const third = Math.floor(memory.length / 3);
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
const middle = mean(memory.slice(third, 2 * third));
const last = mean(memory.slice(2 * third));
const flat = last <= middle * 1.15;
writeReport('steady', { seconds, rate, connections: CONNECTIONS }, [
  {
    events_per_s: round((answered * 1000) / (performance.now() - started)),
    refused,
    p50_ms: round(percentile(latencies, 0.5)),
    p99_ms: round(percentile(latencies, 0.99)),
    rss_middle_mb: round(middle),
    rss_last_mb: round(last),
    rss_max_mb: Math.max(...memory),
    flat,
  },
]);
if (!flat || refused > 0) process.exitCode = 1;

/** Each connection sends when the schedule of all of them has an event due. */
function sendAtRate(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: server.port, host: '127.0.0.1', noDelay: true });
    let sentAt = 0;
    const next = () => {
      const elapsed = (performance.now() - started) / 1000;
      if (elapsed > seconds) {
        socket.end();
        resolve();
      } else if (sent < elapsed * rate) {
        sent++;
        sentAt = performance.now();
        socket.write(envelopeRequest(target, sent % ISSUES).bytes);
      } else setTimeout(next, 2);
    };
    socket.on('connect', next);
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      if (chunk.toString('latin1', 9, 12) === '200') answered++;
      else refused++;
      if (latencies.length < 1_000_000) latencies.push(performance.now() - sentAt);
      next();
    });
  });
}
