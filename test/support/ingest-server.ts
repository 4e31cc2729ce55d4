/** An ingest handler behind a real listener on loopback, its ports under the test's control. */
import { createServer, request, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { WebSocketServer } from 'ws';
import type { SentryEvent } from '../../src/event.ts';
import { createIngest } from '../../src/ingest/create-ingest.ts';
import { parsePayload } from '../../src/ingest/payload.ts';
import type {
  EventOrigin,
  IngestDeps,
  ItemPorts,
  NewCheckIn,
  NewFeedback,
  SessionCount,
  Verdict,
} from '../../src/ingest/ports.ts';
import { readEvent } from '../../src/ingest/read-event.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { createMetrics } from '../../src/metrics.ts';

export const TEST_KEY = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';
/** The clock of the recordings. */
export const TEST_NOW = Date.parse('2026-11-24T09:00:05Z');

export interface TestAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface IngestServer {
  port: number;
  /** What `accept` was given, without duplicates. */
  events: SentryEvent[];
  /** `outcome/reason/category` of each count, in order; ` ×n` where it is more than one. */
  outcomes: string[];
  errors: string[];
  /** What the ports of other items were given. */
  saved: {
    feedback: NewFeedback[];
    sessions: SessionCount[];
    checkIns: NewCheckIn[];
    /** Bytes by upload. */
    uploads: Map<string, Buffer>;
    discarded: string[];
  };
  send(o: {
    path: string;
    method?: string;
    headers?: { [name: string]: string };
    body?: Uint8Array | string;
  }): Promise<TestAnswer>;
  close(): Promise<void>;
}

function fakeItems(saved: IngestServer['saved'], hasRoom: boolean): ItemPorts {
  let uploads = 0;
  return {
    attachments: {
      hasRoom: () => hasRoom,
      async begin() {
        const id = String(++uploads).padStart(32, '0');
        const parts: Uint8Array[] = [];
        return {
          id,
          write: async (bytes) => void parts.push(bytes),
          async finish() {
            const whole = Buffer.concat(parts);
            saved.uploads.set(id, whole);
            return whole.length;
          },
        };
      },
      async discard(ids) {
        saved.discarded.push(...ids);
      },
      attach: async (rows) => new Set(rows.map((row) => row.id)),
    },
    async saveFeedback(feedback) {
      saved.feedback.push(feedback);
      return true;
    },
    countSessions: (count) => void saved.sessions.push(count),
    async saveCheckIn(checkIn) {
      saved.checkIns.push(checkIn);
      return { kind: 'saved', id: checkIn.id ?? checkIn.freshId };
    },
  };
}

type Commit = (event: SentryEvent, from: EventOrigin) => Promise<Verdict>;
/** `accept` says what became of an event that was committed. */
export type IngestFakes = Partial<Omit<IngestDeps, 'accept'>> & {
  accept?: Commit;
  /** Whether there is room for attachments. */
  hasRoom?: boolean;
};

export async function startIngestServer({
  accept,
  hasRoom = true,
  ...more
}: IngestFakes = {}): Promise<IngestServer> {
  const events: SentryEvent[] = [];
  const outcomes: string[] = [];
  const errors: string[] = [];
  const store: Commit = async (event) => {
    if (events.some((e) => e.event_id === event.event_id)) return { kind: 'duplicate' };
    events.push(event);
    return { kind: 'stored', issueId: '1', isNew: true, isRegression: false };
  };
  const commit = async (event: SentryEvent, from: EventOrigin) => {
    const countOnly = from.countOnly?.() === true;
    const verdict = await (accept ?? store)(event, from);
    return { kind: 'event', id: event.event_id, verdict, countOnly } as const;
  };
  const saved: IngestServer['saved'] = {
    feedback: [],
    sessions: [],
    checkIns: [],
    uploads: new Map(),
    discarded: [],
  };
  const ingest = createIngest({
    lookupKey: async (key) =>
      key === TEST_KEY
        ? {
            kind: 'active',
            keyId: 1,
            projectId: 42,
            projectSlug: 'shop',
            rateLimit: null,
            allowedOrigins: null,
            spikeProtection: false,
            attachmentBudgetBytes: null,
          }
        : { kind: 'unknown' },
    resolveProjectId: async () => null,
    admit: () => ({ kind: 'ok' }),
    accept: commit,
    acceptPayload: async (payload, source, from) => {
      const read = readEvent(parsePayload(payload), source);
      return read.kind === 'event' ? commit(read.event, from) : read;
    },
    items: fakeItems(saved, hasRoom),
    loadSameHours: async () => [],
    countOutcome: ({ outcome, reason, category, quantity }) =>
      outcomes.push(`${outcome}/${reason}/${category}${quantity === 1 ? '' : ` ×${quantity}`}`),
    clientIp: () => '192.0.2.7',
    rateLimit: 0,
    clock: { ...systemClock, now: () => TEST_NOW },
    log: pino({ level: 'error' }, { write: (line: string) => errors.push(line) }),
    metrics: createMetrics(),
    ...more,
  });
  const server = createServer((req, res) => {
    // Not a relative URL: `//api/…` would be read as a host.
    void ingest.handle(req, res, new URL(`http://server.invalid${req.url ?? '/'}`));
  });
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (req, socket, head) => {
    sockets.handleUpgrade(req, socket, head, (ws) => ingest.handleSocket(ws, req));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    events,
    outcomes,
    errors,
    saved,
    send: ({ path, method = 'POST', headers = {}, body = '' }) =>
      new Promise((resolve, reject) => {
        const req = request({ port, host: '127.0.0.1', method, path, headers }, (res) => {
          const chunks: Buffer[] = [];
          res.on('data', (chunk: Buffer) => chunks.push(chunk));
          res.on('error', reject);
          res.on('end', () =>
            resolve({
              status: res.statusCode ?? 0,
              headers: res.headers,
              body: Buffer.concat(chunks).toString(),
            }),
          );
        });
        req.on('error', reject);
        req.end(body);
      }),
    close: () =>
      new Promise((resolve) => {
        for (const ws of sockets.clients) ws.terminate();
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
