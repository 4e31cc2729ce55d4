/**
 * mesher/client: follows one project over the live stream. Reconnects with jitter, resumes by cursor, hands each
 * entry over once, and says where it stands. No dependency; browsers and Node.
 */
import {
  parseCursor,
  PROTOCOL,
  type DownMessage,
  type EventMessage,
  type IssueMessage,
} from '../protocol/down.ts';
import type { FilterScope } from '../protocol/filter.ts';
import type { Payload } from '../protocol/up.ts';
import { reconnectDelay } from './backoff.ts';
import { createMessageQueue } from './message-queue.ts';
import { openHttpSocket } from './http-socket.ts';
import { defaultWebSocket, streamUrl, type WebSocketFactory, type WebSocketLike } from './web-socket.ts';

/**
 * `connecting` also while reconnecting; `behind` while a replay runs; `degraded`: live, but the server cannot read its
 * log at the moment and may be late; `unauthorised` (sign in again) and `refused`
 * (no such project, bad request) are final, as is `closed`.
 */
export type StreamState =
  | 'connecting'
  | 'behind'
  | 'live'
  | 'degraded'
  | 'paused'
  | 'unauthorised'
  | 'refused'
  | 'closed';

export interface StreamOptions {
  /** `wss://host/stream`, or the address of the server. */
  url: string;
  projectId: string;
  /** Fields of docs/protocol.md, or `{ q: 'search syntax' }`. */
  filters?: Record<string, unknown>;
  scope?: FilterScope;
  payload?: Payload;
  /** Asked for at first, and again whenever the position was lost (`resync`). */
  snapshot?: { issues: number; events: number };
  /** Cursor to resume from. */
  since?: string;
  /** Issues whose counters are followed, besides those of the snapshot. */
  watch?: readonly string[];
  buffer?: number;
  maxRate?: number;
  /** `rates` every second, exact. */
  rates?: boolean;
  /** Offered besides `mesher.v1`, for example `mesher.auth.<token>`. */
  protocols?: readonly string[];
  /** API token with scope `stream:read`; in Node. A browser has its session. */
  token?: string;
  webSocket?: WebSocketFactory;
  /**
   * `auto` (default): a WebSocket, and after two handshakes that failed in a row HTTP until the connection ends. With a
   * `webSocket` of your own there is no HTTP unless it is asked for, since only you know how it authorises.
   */
  transport?: 'auto' | 'websocket' | 'http';
  onMessage?: (message: DownMessage) => void;
  onState?: (state: StreamState) => void;
  /** For tests. */
  random?: () => number;
}

export interface StreamConnection extends AsyncIterable<DownMessage> {
  readonly state: StreamState;
  /** The highest position the server has told; null before the first. */
  readonly cursor: string | null;
  update(filters: Record<string, unknown>): void;
  /** Replaces the issues whose counters are followed (at most 200). */
  watch(issueIds: readonly string[]): void;
  /** The server keeps the position; what it has to leave out comes as `dropped`. */
  pause(): void;
  resume(): void;
  close(): void;
}

/** Without any sign of life for so long a `ping` is sent, and after PONG_MS more the socket is given up. */
const QUIET_MS = 30_000;
const PONG_MS = 10_000;
/** Failed handshakes after which HTTP is tried. */
const HANDSHAKES = 2;

export function connectStream(options: StreamOptions): StreamConnection {
  const random = options.random ?? Math.random;
  const url = streamUrl(options.url);
  const headers = options.token === undefined ? {} : { authorization: `Bearer ${options.token}` };
  const transport =
    options.transport ??
    (options.webSocket !== undefined && options.token === undefined ? 'websocket' : 'auto');
  let filters = options.filters;
  let watched = options.watch;
  let state: StreamState = 'connecting';
  let socket: WebSocketLike | null = null;
  let cursor = options.since ?? null;
  let paused = false;
  let failures = 0;
  /** Handshakes in a row that brought no message. */
  let mute = 0;
  /** `hello` has come on this socket: what is sent before it would be answered out of turn. */
  let greeted = false;
  let retryMs: number | null = null;
  let reconnectTimer: ReturnType<typeof setTimeout> | null = null;
  let aliveTimer: ReturnType<typeof setTimeout> | null = null;
  const stopListening = onComeback(() => {
    if (reconnectTimer !== null) open();
  });
  const queue = createMessageQueue<DownMessage>({
    full: () => setPaused(true),
    empty: () => setPaused(false),
  });

  function setState(next: StreamState): void {
    if (state === next) return;
    state = next;
    options.onState?.(next);
  }

  function isFinal(): boolean {
    return state === 'closed' || state === 'unauthorised' || state === 'refused';
  }

  function open(): void {
    if (reconnectTimer !== null) clearTimeout(reconnectTimer);
    reconnectTimer = null;
    if (isFinal()) return;
    setState('connecting');
    const opened = connect();
    socket = opened;
    greeted = false;
    mute++;
    retryMs = null;
    opened.onmessage = (event: { data: unknown }) => {
      if (socket !== opened) return;
      stayAlive(opened);
      receive(JSON.parse(String(event.data)) as DownMessage);
    };
    opened.onerror = () => {};
    opened.onclose = (event: { code: number; reason: string }) => {
      if (socket === opened) lost(event.code, event.reason);
    };
    stayAlive(opened);
  }

  function connect(): WebSocketLike {
    if (transport === 'http' || (transport === 'auto' && mute >= HANDSHAKES)) {
      // The next attempt after this one is a socket again.
      mute = HANDSHAKES - 2;
      return openHttpSocket(url, headers);
    }
    const protocols = [PROTOCOL, ...(options.protocols ?? [])];
    return options.webSocket?.(url, protocols) ?? defaultWebSocket(url, protocols, headers);
  }

  function receive(message: DownMessage): void {
    switch (message.type) {
      case 'hello':
        greeted = true;
        if (socket?.stateless !== true) mute = 0;
        if (message.auth === null) {
          // We have nothing to present, so waiting for the server's deadline would only hide it.
          finish('unauthorised');
        } else {
          subscribe({ resume: true, snapshot: true });
        }
        break;
      case 'subscribed':
        // An update on a live stream changes nothing about where we stand.
        if (state === 'connecting') setState('behind');
        if (cursor === null || !message.recovered) cursor = message.cursor;
        break;
      case 'event':
      case 'issue':
        if (isKnown(message)) return;
        moveTo(message.seq);
        break;
      case 'dropped':
        moveTo(message.to);
        break;
      case 'mark':
        cursor = message.cursor;
        if (message.live) {
          failures = 0;
          setState(paused ? 'paused' : message.state === 'degraded' ? 'degraded' : 'live');
        }
        break;
      case 'resync':
        cursor = message.cursor;
        // On a new subscription the server sends the snapshot unasked; on a running one what is shown is void.
        if (
          options.snapshot !== undefined &&
          (state === 'live' || state === 'degraded' || state === 'paused')
        )
          subscribe({ resume: false, snapshot: true });
        break;
      case 'goodbye':
        retryMs = message.retry_ms;
        break;
      case 'unsubscribed':
        if (message.reason !== 'client') finish(message.reason === 'revoked' ? 'unauthorised' : 'refused');
        break;
      case 'error':
        // A refused subscription on a fresh connection leaves nothing to wait for.
        if (state === 'connecting' && !message.temporary)
          finish(
            message.code === 'unauthorized' || message.code === 'forbidden' ? 'unauthorised' : 'refused',
          );
        break;
      case 'snapshot':
      case 'issue_count':
      case 'issue_stats':
      case 'rates':
      case 'authed':
      case 'pong':
        break;
    }
    if (message.type === 'pong') return;
    options.onMessage?.(message);
    queue.push(message);
  }

  function isKnown(message: EventMessage | IssueMessage): boolean {
    return cursor !== null && message.seq <= (parseCursor(cursor)?.seq ?? 0);
  }

  function moveTo(seq: number): void {
    const at = cursor === null ? null : parseCursor(cursor);
    if (at !== null && seq > at.seq) cursor = `${at.epoch}.${seq}`;
  }

  function subscribe(how: { resume: boolean; snapshot: boolean }): void {
    if (!greeted) return;
    const resume = how.resume || (socket?.stateless === true && !how.snapshot);
    send({
      type: 'subscribe',
      project_id: options.projectId,
      sub: 'live',
      ...(filters === undefined ? {} : { filters }),
      ...(options.scope === undefined ? {} : { scope: options.scope }),
      ...(options.payload === undefined ? {} : { payload: options.payload }),
      ...(options.buffer === undefined ? {} : { buffer: options.buffer }),
      ...(options.rates === undefined ? {} : { rates: options.rates }),
      ...(watched === undefined ? {} : { watch: watched }),
      ...(paused ? { max_rate: 0 } : options.maxRate === undefined ? {} : { max_rate: options.maxRate }),
      ...(resume && cursor !== null ? { since: cursor } : {}),
      ...(how.snapshot && options.snapshot !== undefined ? { snapshot: options.snapshot } : {}),
    });
  }

  function send(message: unknown): void {
    if (socket?.readyState === 1) socket.send(JSON.stringify(message));
  }

  function lost(code: number, reason: string): void {
    socket = null;
    stopTimers();
    if (isFinal()) return;
    if (code === 4001 || code === 4003) return finish('unauthorised');
    if (code >= 4000 && code < 4100) return finish('refused');
    setState('connecting');
    retryMs ??= retryOf(reason);
    reconnectTimer = setTimeout(open, reconnectDelay(failures++, retryMs, random));
    return undefined;
  }

  function stayAlive(current: WebSocketLike): void {
    if (aliveTimer !== null) clearTimeout(aliveTimer);
    aliveTimer = setTimeout(() => {
      send({ type: 'ping', t: Date.now() });
      aliveTimer = setTimeout(() => {
        if (socket !== current) return;
        current.close();
        // A dead network answers no close frame either.
        lost(1006, '');
      }, PONG_MS);
    }, QUIET_MS);
  }

  function stopTimers(): void {
    if (reconnectTimer !== null) clearTimeout(reconnectTimer);
    if (aliveTimer !== null) clearTimeout(aliveTimer);
    reconnectTimer = aliveTimer = null;
  }

  function finish(final: 'closed' | 'unauthorised' | 'refused'): void {
    if (isFinal()) return;
    setState(final);
    stopTimers();
    stopListening();
    queue.end();
    const current = socket;
    socket = null;
    current?.close(1000);
  }

  function setPaused(next: boolean): void {
    if (paused === next) return;
    paused = next;
    if (state === 'live' || state === 'degraded' || state === 'paused') setState(next ? 'paused' : 'live');
    subscribe({ resume: false, snapshot: false });
  }

  open();
  return {
    get state() {
      return state;
    },
    get cursor() {
      return cursor;
    },
    update(next) {
      filters = next;
      subscribe({ resume: false, snapshot: false });
    },
    watch(issueIds) {
      watched = issueIds;
      subscribe({ resume: false, snapshot: false });
    },
    pause: () => setPaused(true),
    resume: () => setPaused(false),
    close: () => finish('closed'),
    [Symbol.asyncIterator]: () => queue.iterator(),
  };
}

function retryOf(reason: string): number | null {
  try {
    const parsed: unknown = JSON.parse(reason);
    const wait =
      typeof parsed === 'object' && parsed !== null && 'retry_ms' in parsed ? parsed.retry_ms : null;
    return typeof wait === 'number' && wait >= 0 ? wait : null;
  } catch {
    return null;
  }
}

interface EventHost {
  addEventListener?: (type: string, listener: () => void) => void;
  removeEventListener?: (type: string, listener: () => void) => void;
}

/** The network is back, or the tab is looked at again: no reason to wait any longer. */
function onComeback(listener: () => void): () => void {
  const host: EventHost & { document?: EventHost } = globalThis as EventHost;
  host.addEventListener?.('online', listener);
  host.document?.addEventListener?.('visibilitychange', listener);
  return () => {
    host.removeEventListener?.('online', listener);
    host.document?.removeEventListener?.('visibilitychange', listener);
  };
}
