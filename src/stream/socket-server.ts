/**
 * Upgrade requests in, sessions out: checks who asks, answers refusals in the way the asker can see, and feeds text
 * messages to the mode of the connection, one at a time.
 */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { CLOSE, PROTOCOL, type StreamErrorCode } from '../protocol/down.ts';
import { subscribeFromQuery } from '../protocol/up.ts';
import { authorise, offeredProtocols, originRefused, wantsMode1, type Authorised } from './authorise.ts';
import { handleMode0, mode0Subscribe } from './mode-0.ts';
import { handleMode1, tellError } from './mode-1.ts';
import { createRateMeter } from './rate-meter.ts';
import { reconnectAdvice } from './reconnect-advice.ts';
import type { Session } from './session.ts';
import { createSocketSink } from './socket-sink.ts';
import { COMMANDS, MAX_MESSAGE_BYTES } from './stream-limits.ts';
import { openSession, tellHello, type StreamServices } from './stream-services.ts';
import { subscribe } from './subscribe.ts';

const AUTH_WITHIN_MS = 10_000;

interface Refused {
  status: number;
  close: number;
  cause: string;
}

const REFUSED = {
  unauthorized: { status: 401, close: CLOSE.unauthorized, cause: 'unauthorized' },
  forbidden: { status: 403, close: CLOSE.forbidden, cause: 'forbidden' },
  not_found: { status: 404, close: CLOSE.notFound, cause: 'not_found' },
  bad_request: { status: 400, close: CLOSE.badRequest, cause: 'bad_request' },
  overload: { status: 503, close: CLOSE.overload, cause: 'overload' },
  too_many: { status: 429, close: CLOSE.overload, cause: 'too_many_connections' },
} satisfies Record<string, Refused>;

export function createSocketServer(services: StreamServices) {
  const { clock, log } = services;
  const deps = { ...services, ...services.access };
  const wss = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
    // Answered here, so that a peer that floods pings and does not read cannot fill our memory.
    autoPong: false,
    handleProtocols: (offered) => (offered.has(PROTOCOL) ? PROTOCOL : false),
  });

  async function upgrade(
    req: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    url: URL,
    project: string | null,
  ): Promise<void> {
    if (originRefused(services, req, url)) return refuseHttp(socket, REFUSED.forbidden);
    if (!services.takesStreams()) return refuse(req, socket, head, REFUSED.overload);
    const asOf = services.access.moment();
    const asked = await authorise(services, req, url);
    const mode = wantsMode1(req, url) ? 1 : 0;
    if (asked.kind === 'refused')
      return refuse(req, socket, head, asked.code === 'forbidden' ? REFUSED.forbidden : REFUSED.unauthorized);
    // A browser of another site can present its token only in the first message.
    if (asked.kind === 'nobody' && (mode === 0 || req.headers.origin === undefined))
      return refuse(req, socket, head, REFUSED.unauthorized);
    if (asked.kind === 'viewer') {
      if (services.access.isFull(asked.viewer)) return refuse(req, socket, head, REFUSED.too_many);
      if (project !== null) {
        const known = await services.resolveProject(project);
        if (known === null || !services.mayRead(asked.viewer, known))
          return refuse(req, socket, head, REFUSED.not_found);
      }
    }
    if (socket.destroyed) return undefined;
    const { search } = url;
    wss.handleUpgrade(req, socket, head, (ws) => accept(ws, socket, mode, { asked, asOf }, search, project));
    return undefined;
  }

  function accept(
    ws: WebSocket,
    socket: Duplex,
    mode: 0 | 1,
    { asked, asOf }: { asked: Authorised; asOf: number },
    search: string,
    project: string | null,
  ): void {
    const session = openSession(services, {
      mode,
      transport: 'websocket',
      sink: createSocketSink(ws, socket, clock),
    });
    const meter = createRateMeter(COMMANDS.perSecond, COMMANDS.burst, () => clock.monotonic());
    // `ws` closes malformed, oversized and unmasked frames by itself (1002, 1007, 1009) and then tells us.
    ws.on('error', () => {});
    ws.on('ping', (data: Buffer) => {
      if (socket.writableLength < MAX_MESSAGE_BYTES) ws.pong(data);
    });
    let work = Promise.resolve();
    let waiting = 0;
    const inOrder = (task: () => Promise<void>): void => {
      waiting++;
      work = work.then(task).finally(() => waiting--);
      work = work.catch((error: unknown) => {
        log.warn({ err: error, conn: session.id }, 'handling a stream command failed');
        if (mode === 1) tellError(session, { code: 'internal', message: 'internal error' });
        else session.tellMode0({ error: 'internal error' });
      });
    };
    const join = async (): Promise<void> => {
      if (project !== null) await joinPath(session, search, project);
    };
    const path = { project, join };
    ws.on('message', (data: Buffer, isBinary: boolean) => {
      const refusal = isBinary
        ? ({ code: 'bad_request', message: 'messages are text' } as const)
        : meter.take() && waiting < COMMANDS.burst
          ? null
          : ({ code: 'rate_limited', message: `more than ${COMMANDS.perSecond} commands a second` } as const);
      if (refusal !== null) return refuseCommand(session, refusal);
      const text = data.toString();
      return inOrder(() =>
        mode === 1 ? handleMode1(deps, session, path, text) : handleMode0(services, session, project, text),
      );
    });

    if (asked.kind === 'viewer') services.access.grant(session, asked.viewer, asked.again, asOf);
    if (mode === 1) tellHello(services, session);
    if (asked.kind === 'nobody') {
      clock.after(AUTH_WITHIN_MS, () => {
        if (session.viewer === null) session.close(CLOSE.unauthorized, 'unauthorized');
      });
    } else if (project !== null) {
      inOrder(join);
    }
  }

  async function joinPath(session: Session, search: string, project: string): Promise<void> {
    const parsed = subscribeFromQuery(new URLSearchParams(search));
    if (parsed.kind === 'refused') return refuseCommand(session, parsed);
    const command =
      session.mode === 0
        ? {
            ...mode0Subscribe(project, parsed.command.filters),
            ...(parsed.command.since && { since: parsed.command.since }),
          }
        : { ...parsed.command, project_id: project };
    const result = await subscribe(services, session, command, { mode0Answer: 'none' });
    if (result.kind === 'refused') refuseCommand(session, result);
    return undefined;
  }

  /** A browser cannot see the status of a refused handshake: it gets a socket that closes at once. */
  function refuse(req: IncomingMessage, socket: Duplex, head: Buffer, why: Refused): void {
    if (req.headers.origin === undefined || socket.destroyed) return refuseHttp(socket, why);
    wss.handleUpgrade(req, socket, head, (ws) => {
      ws.on('error', () => {});
      const retry = why.close >= 4100 ? { c: why.cause, retry_ms: reconnectAdvice() } : { c: why.cause };
      createSocketSink(ws, socket, clock).close(why.close, JSON.stringify(retry));
    });
    return undefined;
  }

  return {
    handleUpgrade(
      req: IncomingMessage,
      socket: Duplex,
      head: Buffer,
      url: URL,
      project: string | null,
    ): void {
      // Until `ws` takes over, a reset of the connection must not bring the process down.
      socket.on('error', destroyIt);
      upgrade(req, socket, head, url, project).catch((error: unknown) => {
        log.warn({ err: error, protocols: offeredProtocols(req).length }, 'opening a stream failed');
        refuseHttp(socket, REFUSED.overload);
      });
    },
  };
}

/** No closure: it stays on the socket, and would keep the request with all its headers for as long. */
function destroyIt(this: Duplex): void {
  this.destroy();
}

function refuseCommand(
  session: Session,
  problem: { code: StreamErrorCode; message: string; path?: string },
): void {
  if (session.mode === 1) tellError(session, problem);
  else session.tellMode0({ error: problem.message });
}

const REASON: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
};

export function refuseHttp(socket: Duplex, why: { status: number; cause: string }): void {
  if (socket.destroyed) return;
  const body = JSON.stringify({ error: { code: why.cause, message: REASON[why.status] ?? '' } });
  socket.end(
    `HTTP/1.1 ${why.status} ${REASON[why.status] ?? 'Error'}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
