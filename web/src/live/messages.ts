/** Messages of the stream, mode 1, as this page reads them (`../shared/spec/stream.md` §4); unknown types are ignored. */
import type { Level } from '../../../src/event.ts';
import type { EventData, IssueAction, IssueData, IssueStats } from '../../../src/protocol/change.ts';

export interface EventMessage {
  type: 'event';
  project_id: string;
  issue_id: string;
  seq: number;
  /** Epoch ms of receipt. */
  ts: number;
  data: EventData;
}

export interface IssueMessage {
  type: 'issue';
  action: IssueAction;
  issue_id: string;
  rev: number;
  seq: number;
  /** false: it matched the subscription's filter before this change and no longer does. */
  match?: boolean;
  by: string | null;
  data: IssueData;
}

export interface DroppedMessage {
  type: 'dropped';
  reason: 'slow' | 'rate' | 'paused' | 'too_large';
  count: number;
  from: number;
  to: number;
}

export type StreamMessage =
  | EventMessage
  | IssueMessage
  | DroppedMessage
  | { type: 'hello'; v: number; conn: string }
  | { type: 'subscribed'; project_id: string; cursor: string; oldest?: string; recovered?: boolean }
  | { type: 'snapshot'; as_of: string; issues: IssueData[]; events: EventMessage[]; issue_count: number }
  | { type: 'issue_count'; project_id: string; count: number; as_of?: number }
  | { type: 'issue_stats'; project_id: string; items: IssueStats[]; as_of?: number }
  | { type: 'rates'; total: number; matched: number; sent: number; by_level?: { [level in Level]?: number } }
  | { type: 'mark'; cursor: string; live?: boolean; state?: 'ok' | 'degraded'; lag_ms?: number }
  | { type: 'resync'; reason: string; cursor: string }
  | { type: 'unsubscribed'; reason: string }
  | { type: 'error'; code: string; message: string; path?: string }
  | { type: 'goodbye'; code: number; retry_ms?: number }
  | { type: 'pong' };
