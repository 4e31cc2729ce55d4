/**
 * From the request that brings an event to the frame on a viewer's socket, with the commit in between: at 500 events a
 * second, against the same server at 20. An upper bound of accept → frame, since the clock starts before the request
 * is sent. Clean: every event came.
 */
import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import {
  makeDataDir,
  redeemSetup,
  sendJson,
  startServerProcess,
  type FirstRun,
  type ServerProcess,
} from '../test/support/server-process.ts';
import { percentile, round, writeReport } from './support/report.ts';
import { openViewer } from './support/stream-viewer.ts';

const SETTINGS = { seconds: 6, rates: [20, 500], rounds: 2 };

export async function run(args: string[]): Promise<{ clean: boolean }> {
  const settings = args.includes('--short') ? { ...SETTINGS, seconds: 1, rounds: 1 } : SETTINGS;
  const dataDir = makeDataDir();
  const server = await startServerProcess({ dataDir: dataDir.path, env: { MESHER_RATE_LIMIT: '0' } });
  try {
    const first = await redeemSetup(server);
    const { token } = await sendJson<{ token: string }>(server, first.cookie, '/tokens', {
      name: 'bench',
      scopes: ['stream:read'],
    });
    const results: { clean: boolean }[] = [];
    // The first seconds of a server compile its code.
    await measure(server, first, token, 200, 2);
    for (let round1 = 0; round1 < settings.rounds; round1++) {
      let quiet = Number.NaN;
      for (const rate of settings.rates) {
        const one = await measure(server, first, token, rate, settings.seconds);
        if (rate === settings.rates[0]) quiet = one.p50_ms;
        results.push({ ...one, ratio: round(one.p50_ms / quiet, 2) } as typeof one);
      }
    }
    writeReport('latency', settings, results);
    return { clean: results.every((one) => one.clean) };
  } finally {
    await server.end('SIGTERM');
    dataDir.remove();
  }
}

async function measure(server: ServerProcess, first: FirstRun, token: string, rate: number, seconds: number) {
  const viewer = openViewer(
    `${server.url.replace('http', 'ws')}/stream/projects/${first.projectId}?v=1&scope=events`,
    token,
  );
  await viewer.until('"live":true');
  const sentAt = new Map<string, number>();
  const latencies: number[] = [];
  viewer.onText = (text, at) => {
    const id = /"data":\{"id":"(\w{32})"/.exec(text)?.[1];
    const sent = id === undefined ? undefined : sentAt.get(id);
    if (sent !== undefined) latencies.push(at - sent);
  };
  const agent = new Agent({ keepAlive: true, maxSockets: 128 });
  const total = rate * seconds;
  const started = performance.now();
  let failed = 0;
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - started) / 1000) * rate) + 1);
    for (; sent < due; sent++) {
      const id = randomUUID().replaceAll('-', '');
      sentAt.set(id, performance.now());
      post(server, first, agent, id, (status) => (failed += status === 200 ? 0 : 1));
    }
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  for (let waited = 0; latencies.length < total && waited < 5000; waited += 20)
    await new Promise((resolve) => setTimeout(resolve, 20));
  viewer.close();
  agent.destroy();
  return {
    rate,
    events: total,
    clean: latencies.length === total && failed === 0,
    p50_ms: round(percentile(latencies, 0.5)),
    p90_ms: round(percentile(latencies, 0.9)),
    p99_ms: round(percentile(latencies, 0.99)),
  };
}

function post(
  server: ServerProcess,
  first: FirstRun,
  agent: Agent,
  id: string,
  done: (status: number) => void,
): void {
  const body = JSON.stringify({
    event_id: id,
    level: 'error',
    platform: 'node',
    message: 'payment failed',
    environment: 'production',
    tags: { browser: 'Chrome', region: 'eu-1' },
  });
  const sent = request(
    `${server.url}/api/${first.projectId}/store/?sentry_key=${first.publicKey}`,
    { method: 'POST', agent },
    (answer) => {
      answer.resume();
      done(answer.statusCode ?? 0);
    },
  );
  sent.on('error', () => done(0));
  sent.end(body);
}
