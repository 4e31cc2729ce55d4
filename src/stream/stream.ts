/**
 * The stage: log → viewers. Routes upgrades and SSE requests, and gives everybody who may listen to a project what
 * matches of its log (docs/protocol.md).
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { randomBytes } from 'node:crypto';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Change, LogHead } from '../protocol/change.ts';
import { CLOSE } from '../protocol/down.ts';
import type { Filter } from '../protocol/filter.ts';
import type { Issue } from '../protocol/rest.ts';
import type { AuthResult, ConfigChange, ProjectRef, Viewer } from '../viewer.ts';
import { createAccess } from './access.ts';
import { configMessage } from './config-message.ts';
import { createHub } from './hub.ts';
import type { Authenticate, RedeemStreamToken } from './authorise.ts';
import type { ReadLog } from './log-source.ts';
import type { ReadIssueStats } from './newly-watched.ts';
import { reconnectAdvice } from './reconnect-advice.ts';
import { createSocketServer, refuseHttp } from './socket-server.ts';
import { handleSse } from './sse.ts';
import type { StreamServices } from './stream-services.ts';

export interface StreamDeps {
  resolveProject: (idOrSlug: string) => Promise<ProjectRef | null>;
  authenticate: Authenticate;
  /** An API token. */
  authenticateToken: (token: string) => Promise<AuthResult>;
  redeemStreamToken: RedeemStreamToken;
  mayRead: (viewer: Viewer, project: ProjectRef) => boolean;
  originAllowed: (req: IncomingMessage) => boolean;
  readLog: ReadLog;
  readHead: (projectId: number) => Promise<LogHead | null>;
  /** Newest first. `filter` is canonical; what it lets through too much is taken out by the stream. */
  listSnapshotIssues: (projectId: number, filter: Filter, limit: number) => Promise<Issue[]>;
  readIssueStats: ReadIssueStats;
  subscribeBus: (projectId: number, onChange: (change: Change) => void) => () => void;
  /** The listener runs after caches of authentication have forgotten what changed. */
  onConfigChange: (listener: (change: ConfigChange) => void) => () => void;
  /** false when changes could not be read for 5 s. */
  hearsChanges: () => boolean;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  /** Unsent bytes of all connections together. */
  maxUnsentBytes?: number;
}

export interface Stream {
  matches(pathname: string): boolean;
  handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer, url: URL): void;
  /** SSE or NDJSON. */
  handleHttp(req: IncomingMessage, res: ServerResponse, url: URL): Promise<void>;
  /** Closes all streams with 4100, spread over a few seconds of reconnecting; resolves when they are gone. */
  drain(): Promise<void>;
  stats(): { sessions: number; projects: number; rooms: number };
}

/** One address, and what it was called by others. */
export const STREAM_PATHS = [
  '/stream',
  '/stream/projects/{project}',
  '/ws/stream/projects/{project}',
  '/ws/projects/{project}',
] as const;
const PATHS = STREAM_PATHS.map((path) => new RegExp(`^${path.replace('{project}', '([^/]+)')}$`));
const DRAIN_MS = 2000;

export function createStream(deps: StreamDeps): Stream {
  const hub = createHub(deps);
  const access = createAccess({ ...deps, hub });
  const stopTelling = deps.onConfigChange((change) => {
    const told = configMessage(change);
    if (told !== null) hub.rooms.broadcast(told.room, told.message);
  });
  const node = randomBytes(2).toString('hex');
  let connections = 0;
  let draining = false;
  const services: StreamServices = {
    ...deps,
    hub,
    access,
    takesStreams: () => !draining && deps.hearsChanges(),
    nextConnection: () => `${node}-${(++connections).toString(36)}`,
  };
  const sockets = createSocketServer(services);

  return {
    matches: (pathname) => PATHS.some((path) => path.test(pathname)),
    handleUpgrade(req, socket, head, url) {
      const path = parsePath(url.pathname);
      if (path === null) refuseHttp(socket, { status: 404, cause: 'not_found' });
      else sockets.handleUpgrade(req, socket, head, url, path.project);
    },
    async handleHttp(req, res, url) {
      await handleSse(services, req, res, url, parsePath(url.pathname)?.project ?? null);
    },
    async drain() {
      draining = true;
      for (const session of hub.sessions()) session.close(CLOSE.drain, 'drain', reconnectAdvice());
      for (let waited = 0; hub.stats().sessions > 0 && waited < DRAIN_MS; waited += 50)
        await new Promise<void>((resolve) => deps.clock.after(50, resolve));
      stopTelling();
      access.stop();
      hub.stop();
    },
    stats: () => hub.stats(),
  };
}

function parsePath(pathname: string): { project: string | null } | null {
  const found = PATHS.map((path) => path.exec(pathname)).find((match) => match !== null);
  if (found === undefined) return null;
  const [, project] = found;
  if (project === undefined) return { project: null };
  try {
    return { project: decodeURIComponent(project) };
  } catch {
    return null;
  }
}
