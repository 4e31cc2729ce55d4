/**
 * What the server sends on a stream, in both modes (mode is fixed at the handshake; docs/protocol.md). Keys are
 * written in the order of these declarations. Clients ignore keys and types that they do not know.
 */
import type { EventData, IssueAction, IssueData, IssueStats } from './change.ts';
import type { Issue } from './rest.ts';
import type { Level } from '../event.ts';

export const PROTOCOL = 'mesher.v1';
/** A browser offers its stream token as `mesher.auth.<token>` beside `mesher.v1`. */
export const TOKEN_PROTOCOL_PREFIX = 'mesher.auth.';
/** Tells a stream token from an API token. */
export const STREAM_TOKEN_PREFIX = 'mst_';

export type StreamErrorCode =
  | 'bad_request'
  | 'unknown_type'
  | 'invalid_filter'
  | 'invalid_cursor'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'too_many_subs'
  | 'rate_limited'
  | 'too_large'
  | 'internal';

export type DropReason = 'slow' | 'rate' | 'paused' | 'too_large';
export type ResyncReason = 'epoch_changed' | 'cursor_expired' | 'replay_limit';

/** 40xx: do not reconnect. 41xx: reconnect with backoff and `since`. */
export const CLOSE = {
  badRequest: 4000,
  unauthorized: 4001,
  forbidden: 4003,
  notFound: 4004,
  drain: 4100,
  slow: 4101,
  authExpired: 4105,
  overload: 4106,
} as const;

export interface StreamLimits {
  message_bytes: number;
  commands_per_second: number;
  subscriptions: number;
  buffer: number;
  replay: number;
}

export interface HelloMessage {
  type: 'hello';
  v: 1;
  conn: string;
  ping_ms: number;
  limits: StreamLimits;
  /** null: nobody is signed in yet, the first message must be `auth`. */
  auth: { kind: 'session' | 'token'; expires_at: number | null } | null;
}
export interface SubscribedMessage {
  type: 'subscribed';
  id?: number | string;
  project_id: string;
  sub: string;
  /** Names the class: canonical filter, scope and payload. */
  f: string;
  cursor: string;
  oldest: string;
  /** false: what lies between `since` and `cursor` is not sent; a `resync` follows. */
  recovered: boolean;
}
export interface SnapshotMessage {
  type: 'snapshot';
  project_id: string;
  f: string;
  as_of: string;
  issues: Issue[];
  events: { issue_id: string; seq: number; ts: number; data: EventData }[];
  issue_count: number;
  last: boolean;
}
export interface EventMessage {
  type: 'event';
  project_id: string;
  issue_id: string;
  seq: number;
  f: string;
  /** Epoch ms at which the event was received. */
  ts: number;
  /** Absent with payload `none`, without tags and user with `summary`. */
  data?: Partial<EventData>;
}
export interface IssueMessage {
  type: 'issue';
  action: IssueAction;
  issue_id: string;
  /** Apply only if greater than the one you have. */
  rev: number;
  seq: number;
  f: string;
  /** false: the issue matched the filter before and does not any more. */
  match: boolean;
  by: string | null;
  data?: IssueData;
}
export interface IssueCountMessage {
  type: 'issue_count';
  project_id: string;
  count: number;
  by_level: { [level in Level]?: number };
  as_of: number;
}
export interface IssueStatsMessage {
  type: 'issue_stats';
  project_id: string;
  items: IssueStats[];
  as_of: number;
}
export interface RatesMessage {
  type: 'rates';
  f: string;
  window_ms: number;
  /** Events of the project, those that matched, those that were sent to this subscription. */
  total: number;
  matched: number;
  sent: number;
  by_level: { [level in Level]?: number };
}
export interface DroppedMessage {
  type: 'dropped';
  project_id: string;
  f: string;
  reason: DropReason;
  count: number;
  from: number;
  to: number;
}
export interface MarkMessage {
  type: 'mark';
  f: string;
  cursor: string;
  live: boolean;
  state: 'ok' | 'degraded';
  lag_ms: number;
}
export interface ResyncMessage {
  type: 'resync';
  f: string;
  reason: ResyncReason;
  lost: { from: number; to: number };
  cursor: string;
  oldest: string;
}
/** Something of the project that is not in its log has changed: whoever shows it asks for it again. */
export interface ConfigMessage {
  type: 'config';
  project_id: string;
  changed: 'saved_searches';
}
export interface UnsubscribedMessage {
  type: 'unsubscribed';
  id?: number | string;
  project_id: string;
  sub: string;
  reason: 'client' | 'revoked' | 'deleted';
}
export interface ErrorMessage {
  type: 'error';
  id?: number | string;
  code: StreamErrorCode;
  status: number;
  message: string;
  path?: string;
  temporary: boolean;
}
export interface AuthedMessage {
  type: 'authed';
  id?: number | string;
  expires_at: number | null;
}
export interface PongMessage {
  type: 'pong';
  t: number;
}
export interface GoodbyeMessage {
  type: 'goodbye';
  code: number;
  retry_ms: number;
}

/** Every message of mode 1. */
export type DownMessage =
  | HelloMessage
  | SubscribedMessage
  | SnapshotMessage
  | EventMessage
  | IssueMessage
  | IssueCountMessage
  | IssueStatsMessage
  | RatesMessage
  | DroppedMessage
  | MarkMessage
  | ResyncMessage
  | ConfigMessage
  | UnsubscribedMessage
  | ErrorMessage
  | AuthedMessage
  | PongMessage
  | GoodbyeMessage;

/** Mode 0: exactly these, keys in this order, nothing else. */
export type Mode0Message =
  | { type: 'subscribed'; project_id: string }
  | { type: 'filters_updated' }
  | { type: 'unsubscribed'; project_id: string }
  | { error: string }
  | { type: 'event'; issue_id: string; data: EventData }
  | { type: 'issue'; action: IssueAction; issue_id: string; data: Mode0IssueData }
  | { type: 'issue_count'; project_id: string; count: number };

export type Mode0IssueData = Pick<
  IssueData,
  'id' | 'title' | 'level' | 'status' | 'event_count' | 'first_seen' | 'last_seen' | 'assigned_to'
>;

export interface Cursor {
  epoch: string;
  seq: number;
}

export function formatCursor(cursor: Cursor): string {
  return `${cursor.epoch}.${cursor.seq}`;
}

/** null when it is not a cursor. */
export function parseCursor(text: string): Cursor | null {
  const [, epoch, seq] = /^([a-z0-9]{6})\.(\d{1,15})$/.exec(text) ?? [];
  return epoch === undefined || seq === undefined ? null : { epoch, seq: Number(seq) };
}
