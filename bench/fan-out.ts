/**
 * Deliveries per CPU second of the server process: ours, against a loop of `ws.send` over the same connections with
 * the same messages at the same rate. Clients run in a process of their own. Clean: every viewer got every event,
 * or was told exactly how many it did not get.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { join } from 'node:path';
import { pino } from 'pino';
import { WebSocketServer, type WebSocket } from 'ws';
import { systemClock } from '../src/lib/clock.ts';
import { createMetrics } from '../src/metrics.ts';
import { createStream } from '../src/stream/stream.ts';
import { createFakeLog, fakeEvent } from '../test/support/fake-log.ts';
import { fakeViewer } from '../test/support/stream-world.ts';
import { percentile, round, writeReport } from './support/report.ts';

const SETTINGS = { subscribers: 1000, event_bytes: 500, seconds: 3, rates: [20, 100, 400], rounds: 2 };

interface Target {
  server: Server;
  path: string;
  subscribe: string | null;
  publish: (index: number) => void;
  stop: () => Promise<void>;
}

export async function run(args: string[]): Promise<{ clean: boolean }> {
  const settings = args.includes('--short')
    ? { ...SETTINGS, subscribers: 200, seconds: 1, rates: [300], rounds: 1 }
    : SETTINGS;
  const clients = fork(join(import.meta.dirname, 'support/fan-out-clients.ts'));
  const results: (Awaited<ReturnType<typeof measure>> & { ratio: number })[] = [];
  for (let round1 = 1; round1 <= settings.rounds; round1++) {
    for (const rate of settings.rates) {
      const naive = await measure('ws.send loop', naiveTarget, clients, rate, settings);
      const ours = await measure('mesher', meshTarget, clients, rate, settings);
      const ratio = round(ours.per_cpu_s / naive.per_cpu_s, 2);
      results.push({ ...naive, ratio: 1 }, { ...ours, ratio });
    }
  }
  clients.disconnect();
  writeReport('fan-out', settings, results);
  return { clean: results.every((one) => one.clean) };
}

async function measure(
  name: string,
  create: () => Target,
  clients: ChildProcess,
  rate: number,
  settings: typeof SETTINGS,
) {
  const target = create();
  target.server.listen(0, '127.0.0.1', 4096);
  await once(target.server, 'listening');
  const address = target.server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  const expected = rate * settings.seconds;
  const ready = reply<true>(clients, 'ready');
  const { path, subscribe } = target;
  clients.send({ start: { port: address.port, path, subscribe, count: settings.subscribers, expected } });
  await ready;
  const done = reply<{ events: number; dropped: number; latencies: number[] }>(clients, 'done');
  const cpu = process.cpuUsage();
  const started = performance.now();
  await pace(rate, expected, target.publish);
  const { events, dropped, latencies } = await done;
  const wallMs = performance.now() - started;
  const used = process.cpuUsage(cpu);
  const cpuMs = (used.user + used.system) / 1000;
  await target.stop();
  const deliveries = settings.subscribers * expected;
  return {
    name,
    rate,
    deliveries: events,
    dropped,
    clean: events + dropped === deliveries,
    wall_s: round(wallMs / 1000, 2),
    cpu_s: round(cpuMs / 1000, 2),
    us_per_delivery: round((cpuMs * 1000) / events, 2),
    per_cpu_s: Math.round((events / cpuMs) * 1000),
    p50_ms: percentile(latencies, 0.5),
    p99_ms: percentile(latencies, 0.99),
  };
}

/** Evenly, in steps of a timer tick; a server that is too slow falls behind, it is not spared. */
async function pace(rate: number, total: number, publish: (index: number) => void): Promise<void> {
  const started = performance.now();
  for (let sent = 0; sent < total;) {
    const due = Math.min(total, Math.floor(((performance.now() - started) / 1000) * rate));
    while (sent < due) publish(sent++);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

function reply<T>(child: ChildProcess, key: string): Promise<T> {
  return new Promise((resolve) => {
    const listen = (message: Record<string, T>): void => {
      const value = message[key];
      if (value === undefined) return;
      child.off('message', listen);
      resolve(value);
    };
    child.on('message', listen);
  });
}

function benchEvent() {
  const event = fakeEvent({ title: 'TypeError: cannot read properties of undefined' });
  const data = { ...event.data, timestamp: new Date().toISOString() };
  const size = JSON.stringify(data).length;
  return {
    ...event,
    data: {
      ...data,
      culprit: data.culprit.padEnd(SETTINGS.event_bytes - 110 - size + data.culprit.length, '.'),
    },
  };
}

function naiveTarget(): Target {
  const server = createServer();
  const wss = new WebSocketServer({ server, perMessageDeflate: false });
  const sockets = new Set<WebSocket>();
  wss.on('connection', (ws) => sockets.add(ws));
  return {
    server,
    path: '/',
    subscribe: null,
    publish(index) {
      const { data, issueId, ts } = benchEvent();
      const text = JSON.stringify({
        type: 'event',
        project_id: '1',
        issue_id: issueId,
        seq: index + 1,
        f: '01234567',
        ts,
        data,
      });
      for (const ws of sockets) ws.send(text);
    },
    async stop() {
      for (const ws of sockets) ws.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function meshTarget(): Target {
  const log = createFakeLog();
  const stream = createStream({
    resolveProject: (id) =>
      Promise.resolve({ id: Number(id), slug: 'shop', name: 'Shop', organizationId: 'o1' }),
    authenticate: ({ authorization }) =>
      Promise.resolve({ kind: 'viewer', viewer: fakeViewer({ userId: authorization ?? '' }) }),
    authenticateToken: () => Promise.resolve({ kind: 'refused', code: 'unauthorized', message: '' }),
    redeemStreamToken: () => Promise.resolve({ kind: 'refused', code: 'unauthorized', message: '' }),
    mayRead: () => true,
    originAllowed: () => true,
    readLog: log.readLog,
    readHead: log.readHead,
    listSnapshotIssues: () => Promise.resolve([]),
    readIssueStats: () => Promise.resolve([]),
    subscribeBus: log.subscribeBus,
    onConfigChange: () => () => {},
    hearsChanges: () => true,
    clock: systemClock,
    log: pino({ level: 'warn' }),
    metrics: createMetrics(),
  });
  const server = createServer();
  server.on('upgrade', (req: IncomingMessage, socket, head: Buffer) =>
    stream.handleUpgrade(req, socket, head, new URL(req.url ?? '/', 'http://x')),
  );
  return {
    server,
    path: '/stream?v=1',
    subscribe: JSON.stringify({ type: 'subscribe', project_id: '1', buffer: 5000, scope: 'events' }),
    publish: () => void log.commit(1, [benchEvent()]),
    async stop() {
      await stream.drain();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
