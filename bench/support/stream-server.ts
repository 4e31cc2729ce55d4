/**
 * The stream stage alone, or a bare `ws` server, in a process of its own: over a log in memory, everybody may listen.
 * Told by messages: `{ publish, bytes }` commits events, `{ measure }` answers memory and CPU after a collection.
 */
import { createServer, type IncomingMessage } from 'node:http';
import { pino } from 'pino';
import { WebSocketServer } from 'ws';
import { systemClock } from '../../src/lib/clock.ts';
import { createMetrics } from '../../src/metrics.ts';
import { createStream } from '../../src/stream/stream.ts';
import { createFakeLog, fakeEvent } from '../../test/support/fake-log.ts';
import { fakeViewer } from '../../test/support/stream-world.ts';

const bare = process.argv.includes('bare');
const log = createFakeLog();
const metrics = createMetrics();
let users = 0;
let made = 0;
const stream = createStream({
  resolveProject: (id) =>
    Promise.resolve({ id: Number(id), slug: 'shop', name: 'Shop', organizationId: 'o1' }),
  // A user each: the bound of connections is not what is measured.
  authenticate: () => Promise.resolve({ kind: 'viewer', viewer: fakeViewer({ userId: `u${++users}` }) }),
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
  metrics,
});
const server = createServer();
const wss = new WebSocketServer({ noServer: true, perMessageDeflate: false });
server.on('upgrade', (req: IncomingMessage, socket, head: Buffer) => {
  if (bare) wss.handleUpgrade(req, socket, head, () => {});
  else stream.handleUpgrade(req, socket, head, new URL(req.url ?? '/', 'http://x'));
});
server.listen(0, '127.0.0.1', 4096, () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' && address !== null ? address.port : 0 });
});

process.on('message', (message: { publish?: number; bytes?: number; shards?: number; measure?: true }) => {
  if (message.publish !== undefined) {
    const { shards, bytes = 500 } = message;
    const events = Array.from({ length: message.publish }, () => {
      const pad = 'x'.repeat(Math.max(0, bytes - 350));
      const event = fakeEvent({
        tags: shards === undefined ? { pad } : { pad, shard: String(made++ % shards) },
      });
      return { ...event, data: { ...event.data, timestamp: new Date().toISOString() } };
    });
    // In shards they are committed as the writer does it, a batch at a time.
    if (shards === undefined) for (const event of events) log.commit(1, [event]);
    else if (events.length > 0) log.commit(1, events);
  }
  if (message.measure !== undefined) {
    globalThis.gc?.();
    const { rss, heapUsed, external } = process.memoryUsage();
    const { user, system } = process.cpuUsage();
    const cpuMs = (user + system) / 1000;
    void metrics.dropped.get().then(({ values }) => {
      const dropped = values.reduce((sum, one) => sum + one.value, 0);
      process.send?.({ measured: { rss, heapUsed, external, cpuMs, dropped } });
    });
  }
});
process.on('disconnect', () => process.exit(0));
