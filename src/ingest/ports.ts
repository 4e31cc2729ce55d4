/** What ingestion needs from the rest of the program, as function types; `server.ts` wires them. */
import type { IncomingMessage } from 'node:http';
import type { SentryEvent } from '../event.ts';
import type { Clock } from '../lib/clock.ts';
import type { Room } from '../lib/room.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { KeyPorts } from './dsn-auth.ts';
import type { Category, InvalidReason, Outcome } from './outcomes.ts';
import type { PayloadSource } from './read-event.ts';

export type Verdict =
  | { kind: 'stored'; issueId: string; isNew: boolean; isRegression: boolean }
  | { kind: 'duplicate' }
  | { kind: 'discarded' }
  | { kind: 'quarantined'; message: string }
  | { kind: 'unavailable'; retryAfterS: number };

export type AcceptedPayload =
  | AcceptedEvent
  | { kind: 'invalid'; reason: InvalidReason }
  | { kind: 'transaction' };

export type AcceptedEvent =
  /** `countOnly`: its payload was not kept, unless it was the first of its issue. */
  | { kind: 'event'; id: string; verdict: Verdict; countOnly: boolean }
  /** Taken and not kept, as the project's rules say: the client is answered as if. */
  | { kind: 'dropped'; id: string; outcome: Outcome };

/** Bytes that are in the database already; they become an attachment with the event that is given them. */
export interface UploadedAttachment {
  id: string;
  name: string;
  contentType: string;
  kind: string;
  size: number;
}

export interface EventOrigin {
  projectId: number;
  keyId: number;
  attachments?: readonly UploadedAttachment[];
  /**
   * Asked of an event that the project's rules let pass, once. true: its payload is not kept, unless it is the first of
   * its issue; all counts stay exact.
   */
  countOnly?: () => boolean;
}

export interface Upload {
  readonly id: string;
  write(bytes: Uint8Array): Promise<void>;
  /** Resolves with the size. */
  finish(): Promise<number>;
}

/** Whose budget an attachment uses up, beside the instance's. */
export interface AttachmentOwner {
  projectId: number;
  /** null = none of its own. */
  attachmentBudgetBytes: number | null;
}

export interface AttachmentPorts {
  /** false: a budget is used up. */
  hasRoom(owner: AttachmentOwner): boolean;
  begin(owner: AttachmentOwner): Promise<Upload>;
  /** Gives up what nobody attached. */
  discard(ids: readonly string[]): Promise<void>;
  /** Without an event in the request; resolves with the ids that became attachments. */
  attach(
    rows: readonly (UploadedAttachment & { projectId: number; eventId: string; receivedAt: number })[],
  ): Promise<ReadonlySet<string>>;
}

export interface NewFeedback {
  projectId: number;
  id: string;
  eventId: string | null;
  source: 'feedback' | 'user_report' | 'dialog';
  name: string | null;
  email: string | null;
  message: string;
  url: string | null;
  environment: string | null;
  release: string | null;
  receivedAt: number;
}

export interface SessionCount {
  release: string;
  /** '' = none. */
  environment: string;
  /** Epoch ms. */
  startedMs: number;
  status: 'started' | 'errored' | 'unhandled' | 'crashed' | 'abnormal';
  quantity: number;
}

export interface NewCheckIn {
  projectId: number;
  slug: string;
  /** null: the newest of the monitor that is in progress, else `freshId`. */
  id: string | null;
  freshId: string;
  status: 'in_progress' | 'ok' | 'error';
  environment: string | null;
  release: string | null;
  durationMs: number | null;
  config: object | null;
  at: number;
  mayMakeMonitor: boolean;
}

export type SavedCheckIn = { kind: 'saved'; id: string } | { kind: 'no_monitor' } | { kind: 'too_many' };

/** Items beside events. Each resolves when it is committed and throws when the database is away. */
export interface ItemPorts {
  attachments: AttachmentPorts;
  /** false: stored before. */
  saveFeedback(feedback: NewFeedback): Promise<boolean>;
  countSessions(count: SessionCount & { projectId: number }): void;
  saveCheckIn(checkIn: NewCheckIn): Promise<SavedCheckIn>;
}

export interface IngestDeps extends KeyPorts {
  /** Asked before a body is read. */
  admit(): Room;
  /** Resolves when the event is committed, or will not be. */
  accept(event: SentryEvent, from: EventOrigin): Promise<AcceptedEvent>;
  /**
   * The same for a payload that is still bytes: parsed, normalised, filtered and grouped where the CPU is to be spent. Does
   * not keep the bytes.
   */
  acceptPayload(payload: Uint8Array, source: PayloadSource, from: EventOrigin): Promise<AcceptedPayload>;
  items: ItemPorts;
  /** A project's events in the same hour of each of the seven days before. */
  loadSameHours(projectId: number, hourMs: number): Promise<number[]>;
  countOutcome(row: {
    projectId: number;
    keyId: number;
    category: Category;
    outcome: Outcome['outcome'];
    reason: string;
    quantity: number;
  }): void;
  /** The client's address behind trusted proxies; null when it must not be known. */
  clientIp(req: IncomingMessage): string | null;
  /** Events a second and project, per category; 0 = off. */
  rateLimit: number;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
}
