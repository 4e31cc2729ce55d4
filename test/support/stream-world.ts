/** A stream on a real loopback server over a fake log: who may listen is a table of tokens. */
import { createServer, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { systemClock, type Clock } from '../../src/lib/clock.ts';
import { createMetrics } from '../../src/metrics.ts';
import type { IssueStats } from '../../src/protocol/change.ts';
import type { Issue } from '../../src/protocol/rest.ts';
import { createStream, type StreamDeps } from '../../src/stream/stream.ts';
import type { AuthResult, ConfigChange, ProjectRef, Viewer } from '../../src/viewer.ts';
import { createFakeLog } from './fake-log.ts';

export const ORIGIN = 'http://mesher.test';

export function fakeViewer(spec: Partial<Viewer> = {}): Viewer {
  return {
    kind: 'token',
    userId: 'u1',
    email: 'a@b.test',
    credentialId: 'k1',
    organizations: new Map([['o1', 'member']]),
    isInstanceAdmin: false,
    scopes: 'all',
    expiresAt: null,
    ...spec,
  };
}

const PROJECTS: ProjectRef[] = [
  { id: 1, slug: 'shop', name: 'Shop', organizationId: 'o1' },
  { id: 2, slug: 'api', name: 'Api', organizationId: 'o1' },
  { id: 3, slug: 'secret', name: 'Secret', organizationId: 'o2' },
];

export type World = Awaited<ReturnType<typeof startWorld>>;

export async function startWorld(options: { clock?: Clock; deps?: Partial<StreamDeps> } = {}) {
  const log = createFakeLog();
  const projects = [...PROJECTS];
  const tokens = new Map<string, Viewer>([
    ['good', fakeViewer()],
    ['other', fakeViewer({ userId: 'u2', credentialId: 'k2' })],
    ['writer', fakeViewer({ credentialId: 'k3', scopes: new Set(['issue:write'] as const) })],
  ]);
  /** Good for one socket, made with the token `good`. */
  const streamTokens = new Map<string, Viewer>();
  const made = tokens.get('good');
  if (made !== undefined) streamTokens.set('mst_good', made);
  const cookies = new Map<string, Viewer>([
    ['sid=1', fakeViewer({ kind: 'session', credentialId: 's1', userId: 'u3' })],
  ]);
  let takes = 0;
  const issues: Issue[] = [];
  const stats: IssueStats[] = [];
  const listeners = new Set<(change: ConfigChange) => void>();
  let hearsChanges = true;
  const metrics = createMetrics();
  const answer = (viewer: Viewer | undefined): AuthResult =>
    viewer === undefined
      ? { kind: 'refused', code: 'unauthorized', message: 'who are you' }
      : { kind: 'viewer', viewer };
  const stream = createStream({
    resolveProject: (name) =>
      Promise.resolve(projects.find((one) => String(one.id) === name || one.slug === name) ?? null),
    authenticate({ authorization, cookie }) {
      if (authorization !== undefined)
        return Promise.resolve(answer(tokens.get(authorization.replace(/^Bearer /, ''))));
      return Promise.resolve(answer(cookies.get(cookie ?? '')));
    },
    authenticateToken: (token) => Promise.resolve(answer(tokens.get(token))),
    redeemStreamToken(token, use) {
      const held = streamTokens.get(token);
      const result = answer(held);
      if (use === 'once') streamTokens.delete(token);
      const again = () => Promise.resolve(answer([...tokens.values()].find((one) => one === held)));
      takes++;
      return Promise.resolve(
        result.kind === 'viewer' ? { ...result, again, take: { id: token, number: takes } } : result,
      );
    },
    mayRead: (viewer, project) => viewer.organizations.has(project.organizationId),
    originAllowed: (req) => req.headers.origin === ORIGIN,
    readLog: log.readLog,
    readHead: log.readHead,
    readIssueStats: (_projectId, ids) => Promise.resolve(stats.filter((one) => ids.includes(one.issue_id))),
    listSnapshotIssues: (_projectId, _filter, limit) => Promise.resolve(issues.slice(0, limit)),
    subscribeBus: log.subscribeBus,
    onConfigChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    hearsChanges: () => hearsChanges,
    clock: options.clock ?? systemClock,
    log: pino({ level: 'silent' }),
    metrics,
    ...options.deps,
  });
  const server = createServer((req, res) => {
    void stream.handleHttp(req, res, new URL(req.url ?? '/', 'http://x'));
  });
  server.on('upgrade', (req: IncomingMessage, socket, head: Buffer) =>
    stream.handleUpgrade(req, socket, head, new URL(req.url ?? '/', 'http://x')),
  );
  // As the real listener.
  Object.assign(server, { httpAllowHalfOpen: true });
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  server.listen(0, '127.0.0.1', 4096);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const clients: Client[] = [];
  return {
    log,
    stream,
    port,
    projects,
    tokens,
    streamTokens,
    cookies,
    issues,
    stats,
    metrics,
    setHearsChanges(hears: boolean) {
      hearsChanges = hears;
    },
    configChange(kind: ConfigChange['kind'], ref: string) {
      for (const listener of listeners) listener({ id: 1, kind, ref });
    },
    /** Bearer `good` unless headers are given. */
    connect(
      path: string,
      headers: Record<string, string> = { authorization: 'Bearer good' },
      protocols: string[] = [],
    ) {
      const client = createClient(new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols, { headers }));
      clients.push(client);
      return client;
    },
    /** As when the process is killed: no goodbye, no close frame. */
    async crash() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await stream.drain();
    },
    async stop() {
      for (const client of clients) client.ws.terminate();
      await stream.drain();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

type Message = Record<string, unknown>;
type Client = ReturnType<typeof createClient>;

/** Collects messages; waits for what a test asks for instead of sleeping. */
function createClient(ws: WebSocket) {
  const texts: string[] = [];
  const messages: Message[] = [];
  const waiters = new Set<() => void>();
  let ended: { code: number; reason: string } | null = null;
  let status: number | null = null;
  const changed = (): void => {
    for (const waiter of waiters) waiter();
  };
  ws.on('message', (data: Buffer) => {
    texts.push(data.toString());
    messages.push(JSON.parse(data.toString()) as Message);
    changed();
  });
  ws.on('open', changed);
  ws.on('error', () => {});
  ws.on('unexpected-response', (_req, res) => {
    status = res.statusCode ?? 0;
    changed();
    ws.terminate();
  });
  ws.on('close', (code, reason) => {
    ended = { code, reason: reason.toString() };
    changed();
  });
  function until<T>(test: () => T | null | undefined | false, what: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiters.delete(check);
        reject(
          new Error(`did not come: ${what}; have ${texts.slice(-5).join(' ')} ${JSON.stringify(ended)}`),
        );
      }, 8000);
      const check = (): void => {
        const value = test();
        if (value === null || value === undefined || value === false) return;
        clearTimeout(timer);
        waiters.delete(check);
        resolve(value);
      };
      waiters.add(check);
      check();
    });
  }
  return {
    ws,
    texts,
    messages,
    until,
    open: () => until(() => ws.readyState === WebSocket.OPEN, 'open'),
    send: (message: unknown) => ws.send(typeof message === 'string' ? message : JSON.stringify(message)),
    next: (test: (message: Message) => boolean, what = 'message') => until(() => messages.find(test), what),
    type: (type: string) => until(() => messages.find((one) => one['type'] === type), type),
    closed: () => until(() => ended, 'close'),
    status: () => until(() => status, 'HTTP status'),
    ofType: (type: string) => messages.filter((one) => one['type'] === type),
  };
}
