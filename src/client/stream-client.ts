/**
 * mesher/client: follows a project over the live stream. Resumes by cursor, hands each entry over once, and says where
 * it stands; several may share one connection (`openLink`). No dependency; browsers and Node.
 */
import { parseCursor, type DownMessage, type EventMessage, type IssueMessage } from '../protocol/down.ts';
import type { FilterScope } from '../protocol/filter.ts';
import type { Payload } from '../protocol/up.ts';
import { createMessageQueue } from './message-queue.ts';
import { openLink, type LinkEvent, type LinkOptions, type StreamLink } from './stream-link.ts';

export type { DownMessage } from '../protocol/down.ts';
export { openLink, type LinkOptions, type StreamLink } from './stream-link.ts';

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

export interface FollowOptions {
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
  onMessage?: (message: DownMessage) => void;
  onState?: (state: StreamState) => void;
  /** Where the link measures it (`pingMs`). */
  onLatency?: (ms: number) => void;
}

export type StreamOptions = LinkOptions & FollowOptions;

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

/** Follows one project over a connection of its own. */
export function connectStream(options: StreamOptions): StreamConnection {
  return followProject(openLink(options), options);
}

/** Follows a project over a connection that others may use too. */
export function followProject(link: StreamLink, options: FollowOptions): StreamConnection {
  let filters = options.filters;
  let watched = options.watch;
  let state: StreamState = 'connecting';
  let cursor = options.since ?? null;
  let paused = false;
  let stateless = false;
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

  function listen(event: LinkEvent): void {
    if (isFinal()) return;
    switch (event.kind) {
      case 'open':
        stateless = event.stateless;
        subscribe({ resume: true, snapshot: true });
        handOver(event.hello);
        break;
      case 'message':
        receive(event.message);
        break;
      case 'latency':
        options.onLatency?.(event.ms);
        break;
      case 'lost':
        setState('connecting');
        break;
      case 'ended':
        finish(event.state);
        break;
    }
  }

  function receive(message: DownMessage): void {
    switch (message.type) {
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
        if (message.live) setState(paused ? 'paused' : message.state === 'degraded' ? 'degraded' : 'live');
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
      case 'hello':
      case 'goodbye':
      case 'snapshot':
      case 'issue_count':
      case 'issue_stats':
      case 'config':
      case 'rates':
      case 'authed':
      case 'pong':
        break;
    }
    handOver(message);
  }

  function handOver(message: DownMessage): void {
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
    const resume = how.resume || (stateless && !how.snapshot);
    seat.subscribe({
      project_id: options.projectId,
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

  function finish(final: 'closed' | 'unauthorised' | 'refused'): void {
    if (isFinal()) return;
    setState(final);
    queue.end();
    seat.leave();
  }

  function setPaused(next: boolean): void {
    if (paused === next) return;
    paused = next;
    if (state === 'live' || state === 'degraded' || state === 'paused') setState(next ? 'paused' : 'live');
    subscribe({ resume: false, snapshot: false });
  }

  const seat = link.join(listen);
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
