/**
 * One connection that carries many subscriptions: opens it when the first joins, reconnects with jitter, goes over HTTP
 * where no WebSocket gets through, and hands every message to the subscription it is for. What to follow, and from
 * where, each subscription says itself whenever the link opens.
 */
import { PROTOCOL, type DownMessage, type HelloMessage } from '../protocol/down.ts';
import { reconnectDelay } from './backoff.ts';
import { createCommandPacer } from './command-pacer.ts';
import { onComeback } from './comeback.ts';
import { openHttpSocket } from './http-socket.ts';
import { createLinkRoutes } from './link-routes.ts';
import { defaultWebSocket, streamUrl, type WebSocketFactory, type WebSocketLike } from './web-socket.ts';

export type LinkEvent =
  /** Say what to follow. `stateless`: a new subscription begins at what it says, not where the one before it stood. */
  | { readonly kind: 'open'; readonly hello: HelloMessage; readonly stateless: boolean }
  | { readonly kind: 'message'; readonly message: DownMessage }
  /** The way to the server and back. */
  | { readonly kind: 'latency'; readonly ms: number }
  /** It tries again by itself. */
  | { readonly kind: 'lost' }
  /** It does not; whoever joins later begins anew. */
  | { readonly kind: 'ended'; readonly state: 'unauthorised' | 'refused' };

/** Fields of a `subscribe` but for its `type`, `id` and `sub`. */
export type SubscribeFields = Readonly<Record<string, unknown>>;

/** The place of one subscription on a link. */
export interface LinkSeat {
  /** Subscribes, or updates; nothing happens while the link is not open. */
  subscribe(fields: SubscribeFields): void;
  leave(): void;
}

export interface StreamLink {
  join(listener: (event: LinkEvent) => void): LinkSeat;
  /** Whoever is signed in now: a new connection, from where each subscription stands. */
  renew(): void;
}

export interface LinkOptions {
  /** `wss://host/stream`, or the address of the server. */
  url: string;
  /** Offered besides `mesher.v1`, for example `mesher.auth.<token>`. */
  protocols?: readonly string[];
  /** API token with scope `stream:read`; in Node. A browser has its session. */
  token?: string | undefined;
  webSocket?: WebSocketFactory;
  /**
   * `auto` (default): a WebSocket, and after two handshakes that failed in a row HTTP until the connection ends. With a
   * `webSocket` of your own there is no HTTP unless it is asked for, since only you know how it authorises.
   */
  transport?: 'auto' | 'websocket' | 'http';
  /** How long the connection outlives its last subscription; 0 if absent. */
  lingerMs?: number;
  /** How often the latency is measured; not at all if absent, and never over HTTP. */
  pingMs?: number;
  /** For tests. */
  random?: () => number;
}

/** Subscriptions that fit on a connection. */
export const SEATS = 32;

/** Without any sign of life for so long a `ping` is sent, and after PONG_MS more the socket is given up. */
const QUIET_MS = 30_000;
const PONG_MS = 10_000;
/** Failed handshakes after which HTTP is tried. */
const HANDSHAKES = 2;
/** A command that was refused for a moment (`rate_limited`, `internal`) is sent again. */
const AGAIN_MS = 1000;

export interface OpenedLink extends StreamLink {
  /** Subscriptions that have joined. */
  readonly seats: number;
  /** The network is back: no reason to wait any longer. */
  wake(): void;
}

export function openLink(options: LinkOptions): OpenedLink {
  const random = options.random ?? Math.random;
  const url = streamUrl(options.url);
  const headers = options.token === undefined ? {} : { authorization: `Bearer ${options.token}` };
  const transport =
    options.transport ??
    (options.webSocket !== undefined && options.token === undefined ? 'websocket' : 'auto');
  const listeners = new Map<string, (event: LinkEvent) => void>();
  const routes = createLinkRoutes();
  const pacer = createCommandPacer((command) => send(routes.asked(command)));
  let socket: WebSocketLike | null = null;
  /** Has come on this socket: what is sent before it would be answered out of turn. */
  let hello: HelloMessage | null = null;
  let joined = 0;
  let failures = 0;
  /** Handshakes in a row that brought no message. */
  let mute = 0;
  let retryMs: number | null = null;
  let reconnectTimer: Timer | null = null;
  let aliveTimer: Timer | null = null;
  let lingerTimer: Timer | null = null;
  let againTimer: Timer | null = null;
  let pingTimer: Timer | null = null;
  /** When the ping that measures was sent. */
  let pingedAt: number | null = null;
  let latencyMs: number | null = null;
  let stopListening: (() => void) | null = null;

  function open(): void {
    if (reconnectTimer !== null) clearTimeout(reconnectTimer);
    reconnectTimer = null;
    stopListening ??= onComeback(wake);
    const opened = connect();
    socket = opened;
    hello = null;
    mute++;
    retryMs = null;
    opened.onmessage = (event: { data: unknown; sub?: string }) => {
      if (socket !== opened) return;
      stayAlive(opened);
      receive(JSON.parse(String(event.data)) as DownMessage, event.sub);
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

  function receive(message: DownMessage, from: string | undefined): void {
    switch (message.type) {
      case 'hello':
        if (socket?.stateless !== true) mute = 0;
        // We have nothing to present, so waiting for the server's deadline would only hide it.
        if (message.auth === null) return end('unauthorised');
        hello = message;
        if (options.pingMs !== undefined) measure(options.pingMs);
        return tellAll({ kind: 'open', hello, stateless: isStateless() });
      case 'pong':
        if (message.t !== pingedAt) return undefined;
        latencyMs = performance.now() - pingedAt;
        return tellAll({ kind: 'latency', ms: latencyMs });
      case 'authed':
        return undefined;
      case 'goodbye':
        retryMs = message.retry_ms;
        return tellAll({ kind: 'message', message });
      case 'error':
        if (message.temporary && message.id === undefined)
          againTimer ??= setTimeout(() => {
            againTimer = null;
            for (const command of routes.unanswered()) pacer.send(command);
          }, AGAIN_MS);
        break;
      case 'mark':
        if (message.live) failures = 0;
        break;
      default:
        break;
    }
    for (const sub of routes.receivers(message, from) ?? listeners.keys())
      listeners.get(sub)?.({ kind: 'message', message });
  }

  function measure(everyMs: number): void {
    pingedAt = performance.now();
    send({ type: 'ping', t: pingedAt });
    pingTimer = setTimeout(measure, everyMs, everyMs);
  }

  function isStateless(): boolean {
    return socket?.stateless === true;
  }

  function tellAll(event: LinkEvent): void {
    for (const listener of listeners.values()) listener(event);
  }

  function send(message: unknown): void {
    if (socket?.readyState === 1) socket.send(JSON.stringify(message));
  }

  /** Forgets the socket, whatever it still says. */
  function drop(): void {
    stopTimers();
    pacer.clear();
    routes.clear();
    const current = socket;
    socket = hello = pingedAt = latencyMs = null;
    current?.close(1000);
  }

  function lost(code: number, reason: string): void {
    const wait = retryMs ?? retryOf(reason);
    drop();
    if (listeners.size === 0) return close();
    if (code === 4001 || code === 4003) return end('unauthorised');
    if (code >= 4000 && code < 4100) return end('refused');
    reconnectTimer = setTimeout(open, reconnectDelay(failures++, wait, random));
    return tellAll({ kind: 'lost' });
  }

  function end(state: 'unauthorised' | 'refused'): void {
    const told = [...listeners.values()];
    close();
    for (const listener of told) listener({ kind: 'ended', state });
  }

  function close(): void {
    listeners.clear();
    drop();
    stopListening?.();
    stopListening = null;
  }

  function stayAlive(current: WebSocketLike): void {
    if (aliveTimer !== null) clearTimeout(aliveTimer);
    aliveTimer = setTimeout(() => {
      send({ type: 'ping', t: Date.now() });
      aliveTimer = setTimeout(() => {
        // A dead network answers no close frame either.
        if (socket === current) lost(1006, '');
      }, PONG_MS);
    }, QUIET_MS);
  }

  function stopTimers(): void {
    for (const timer of [reconnectTimer, aliveTimer, lingerTimer, againTimer, pingTimer])
      if (timer !== null) clearTimeout(timer);
    reconnectTimer = aliveTimer = lingerTimer = againTimer = pingTimer = null;
  }

  function wake(): void {
    if (reconnectTimer !== null) open();
  }

  function leave(sub: string): void {
    if (!listeners.delete(sub)) return;
    const project_id = routes.projectOf(sub);
    if (hello !== null && project_id !== undefined) pacer.send({ type: 'unsubscribe', sub, project_id });
    routes.forget(sub);
    if (listeners.size > 0) return;
    if (options.lingerMs === undefined) close();
    else lingerTimer ??= setTimeout(close, options.lingerMs);
  }

  return {
    get seats() {
      return listeners.size;
    },
    wake,
    renew() {
      if (listeners.size === 0) return close();
      drop();
      tellAll({ kind: 'lost' });
      return open();
    },
    join(listener) {
      // The subscription that the address of the connection may have begun is called `live` too.
      const sub = joined++ === 0 ? 'live' : `live-${joined}`;
      listeners.set(sub, listener);
      if (lingerTimer !== null) clearTimeout(lingerTimer);
      lingerTimer = null;
      if (socket === null && reconnectTimer === null) open();
      // As for everybody else, it opens after the call.
      const greeted = hello;
      queueMicrotask(() => {
        if (greeted === null || greeted !== hello || !listeners.has(sub)) return;
        listener({ kind: 'open', hello: greeted, stateless: isStateless() });
        if (latencyMs !== null) listener({ kind: 'latency', ms: latencyMs });
      });
      return {
        subscribe(fields) {
          if (hello !== null && listeners.has(sub)) pacer.send({ ...fields, type: 'subscribe', sub });
        },
        leave: () => leave(sub),
      };
    },
  };
}

type Timer = ReturnType<typeof setTimeout>;

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
