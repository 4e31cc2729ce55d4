/** What the writer takes: an event that was normalised, grouped and compressed. And what it answers. */
import type { Level } from '../event.ts';
import type { EventData, EventMatch } from '../protocol/change.ts';

export interface NewEvent {
  projectId: number;
  keyId: number;
  /** 32 lower-case hex digits. */
  eventId: string;
  /** Epoch ms. */
  receivedAt: number;
  occurredAt: number;
  level: Level;
  platform: string;
  environment: string | null;
  release: string | null;
  /** What tells users apart (id, e-mail, name or address); null = unknown. */
  userIdent: string | null;
  title: string;
  culprit: string;
  /** 32 hex digits: equal for titles that differ in ids and numbers only. */
  titleKey: string;
  type: string | null;
  value: string | null;
  /** 32 hex digits each, primary first. The first that an issue owns decides; the others are attached to it. */
  hashes: string[];
  /** Hashes of the grouping version before: they find an issue after the others did not, and are given to none. */
  previousHashes: string[];
  groupingVersion: string;
  /** JSON of [key, value][], at most 30: for finding its issue by them. */
  tagsJson: string;
  data: EventData;
  match: Omit<EventMatch, 'is_new' | 'is_regression'>;
  /** 0 identity, 1 gzip, 2 brotli. */
  encoding: 0 | 1 | 2;
  payload: Uint8Array;
  /** false: nothing caught the error. */
  handled: boolean | null;
  /** Uploaded already; they exist from the event's commit on. */
  attachments?: readonly EventAttachment[] | undefined;
  /** Counts in every number like any other; its row and log entry are kept only if it is the first of its issue. */
  countOnly?: boolean;
}

export interface EventAttachment {
  /** 32 hex digits. */
  id: string;
  name: string;
  contentType: string;
  kind: string;
  size: number;
}

export type Verdict =
  | { kind: 'stored'; issueId: string; isNew: boolean; isRegression: boolean }
  /** The project has an event of this id. */
  | { kind: 'duplicate' }
  /** Its issue was discarded. */
  | { kind: 'discarded' }
  /** PostgreSQL refuses it; it was kept for the operator. */
  | { kind: 'quarantined'; message: string }
  /** Nothing is known to be stored; sending it again is safe. */
  | { kind: 'unavailable'; retryAfterS: number };
