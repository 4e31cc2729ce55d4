/**
 * One live subscription over a native WebSocket, mode 1 (`../shared/spec/stream.md`). Reconnects with full
 * jitter and resumes from the last cursor it was told; gives each message once, in order.
 */
import type { StreamMessage } from './messages.ts';

export type StreamState = 'connecting' | 'live' | 'behind' | 'paused' | 'offline' | 'closed';

export interface StreamOptions {
  /** Origin of the server, `ws://` or `http://`. */
  url: string;
  projectId: string;
  filters?: { [key: string]: unknown };
  scope?: 'events' | 'issues' | 'all';
  snapshot?: { issues?: number; events?: number };
  since?: string;
  buffer?: number;
  watch?: readonly string[];
  onMessage: (message: StreamMessage) => void;
  onState: (state: StreamState) => void;
}

export interface StreamHandle {
  update(change: { filters?: { [key: string]: unknown }; watch?: readonly string[] }): void;
  pause(): void;
  resume(): void;
  close(): void;
  readonly state: StreamState;
}

const FIRST_RETRY_MS = 500;
const MAX_RETRY_MS = 30_000;

export function connectStream(options: StreamOptions): StreamHandle {
  let { filters, watch } = options;
  let cursor = options.since;
  let lastSeq = 0;
  let socket: WebSocket | undefined;
  let attempts = 0;
  let retryMs: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let paused = false;
  let state: StreamState = 'connecting';
  let ids = 0;

  const setState = (next: StreamState) => {
    if (next === state) return;
    state = next;
    options.onState(next);
  };

  const subscribe = (resumeFrom: string | undefined) => {
    if (socket?.readyState !== WebSocket.OPEN) return;
    ids += 1;
    socket.send(
      JSON.stringify({
        type: 'subscribe',
        id: ids,
        project_id: options.projectId,
        sub: 'live',
        ...(filters === undefined ? {} : { filters }),
        ...(options.scope === undefined ? {} : { scope: options.scope }),
        ...(resumeFrom === undefined ? {} : { since: resumeFrom }),
        ...(resumeFrom === undefined && options.snapshot !== undefined ? { snapshot: options.snapshot } : {}),
        ...(watch === undefined ? {} : { watch }),
        ...(options.buffer === undefined ? {} : { buffer: options.buffer }),
        ...(paused ? { max_rate: 0 } : {}),
      }),
    );
  };

  /** Entries move the cursor by their seq, `mark` and `subscribed` by what they say. */
  const moveCursor = (message: StreamMessage): boolean => {
    switch (message.type) {
      case 'event':
      case 'issue':
        if (message.seq <= lastSeq) return false;
        lastSeq = message.seq;
        cursor = withSeq(cursor, message.seq);
        return true;
      case 'dropped':
        lastSeq = Math.max(lastSeq, message.to);
        cursor = withSeq(cursor, lastSeq);
        return true;
      case 'subscribed':
        // A resumed subscription's cursor is where it starts, not where we already are.
        if (cursor === undefined || message.recovered === false) cursor = message.cursor;
        return true;
      case 'mark':
        cursor = message.cursor;
        setState(
          paused ? 'paused' : message.live === false || message.state === 'degraded' ? 'behind' : 'live',
        );
        return true;
      case 'resync':
        cursor = message.cursor;
        lastSeq = 0;
        return true;
      case 'goodbye':
        retryMs = message.retry_ms;
        return true;
      case 'error':
      case 'hello':
      case 'issue_count':
      case 'issue_stats':
      case 'pong':
      case 'rates':
      case 'snapshot':
      case 'unsubscribed':
        return true;
    }
  };

  const open = () => {
    timer = undefined;
    const url = `${options.url.replace(/^http/, 'ws')}/stream/projects/${encodeURIComponent(options.projectId)}?v=1`;
    const opened = new WebSocket(url, ['mesher.v1']);
    socket = opened;
    opened.addEventListener('open', () => subscribe(cursor));
    opened.addEventListener('message', ({ data }) => {
      const message = typeof data === 'string' ? parse(data) : null;
      if (message === null || !moveCursor(message)) return;
      if (message.type === 'subscribed') {
        attempts = 0;
        setState(paused ? 'paused' : 'live');
      }
      options.onMessage(message);
    });
    opened.addEventListener('close', ({ code, reason }) => {
      if (socket !== opened || state === 'closed') return;
      socket = undefined;
      // 40xx: connecting again would be refused again.
      if (code >= 4000 && code < 4100) {
        setState('closed');
        return;
      }
      setState('offline');
      retryMs ??= retryFrom(reason);
      schedule();
    });
  };

  const schedule = () => {
    const ceiling = Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** attempts);
    attempts += 1;
    timer = setTimeout(open, retryMs ?? Math.random() * ceiling);
    retryMs = undefined;
  };

  /** The network is back or the tab is looked at again: do not wait for the timer. */
  const hurry = () => {
    if (timer === undefined || document.visibilityState !== 'visible') return;
    clearTimeout(timer);
    open();
  };
  window.addEventListener('online', hurry);
  document.addEventListener('visibilitychange', hurry);
  open();

  return {
    update(change) {
      if (change.filters !== undefined) filters = change.filters;
      if (change.watch !== undefined) watch = change.watch;
      subscribe(undefined);
    },
    pause() {
      paused = true;
      setState('paused');
      subscribe(undefined);
    },
    resume() {
      paused = false;
      setState('behind');
      subscribe(undefined);
    },
    close() {
      state = 'closed';
      clearTimeout(timer);
      window.removeEventListener('online', hurry);
      document.removeEventListener('visibilitychange', hurry);
      socket?.close(1000);
    },
    get state() {
      return state;
    },
  };
}

function withSeq(cursor: string | undefined, seq: number): string | undefined {
  if (cursor === undefined) return undefined;
  return `${cursor.slice(0, cursor.lastIndexOf('.'))}.${seq}`;
}

function retryFrom(reason: string): number | undefined {
  const body = parseJson(reason);
  return typeof body === 'object' && body !== null && 'retry_ms' in body && typeof body.retry_ms === 'number'
    ? body.retry_ms
    : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const KNOWN: ReadonlySet<string> = new Set([
  'event',
  'issue',
  'dropped',
  'hello',
  'subscribed',
  'snapshot',
  'issue_count',
  'issue_stats',
  'rates',
  'mark',
  'resync',
  'unsubscribed',
  'error',
  'goodbye',
  'pong',
]);

function parse(text: string): StreamMessage | null {
  const body = parseJson(text);
  if (typeof body !== 'object' || body === null || !('type' in body) || typeof body.type !== 'string')
    return null;
  return KNOWN.has(body.type) ? (body as StreamMessage) : null;
}
