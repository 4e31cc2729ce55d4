/**
 * What one committed transaction did to one project: made by `store`, carried by `publish`, read by
 * `stream`. The entries are what the log holds; everything else is a gauge and is not in the log.
 */
import type { Level } from '../event.ts';

/** `data` of an event message: keys in this order on the wire, in both modes. */
export interface EventData {
  /** 32 lower-case hex digits. */
  id: string;
  level: Level;
  title: string;
  culprit: string;
  environment: string | null;
  release: string | null;
  platform: string;
  tags: { [key: string]: string };
  user: { id?: string; email?: string; username?: string; ip_address?: string } | null;
  /** ISO 8601, UTC, milliseconds. */
  timestamp: string;
}

/** What filters may ask of an event beyond `data`; stored with the entry, never sent. */
export interface EventMatch {
  dist: string | null;
  logger: string | null;
  transaction: string | null;
  server_name: string | null;
  /** Hex of the event's primary hash. */
  fingerprint: string | null;
  sdk: string | null;
  handled: boolean | null;
  /** Tags made of the event's contexts (browser, os, runtime, device) where the SDK set none; absent: there are none. */
  context_tags?: { [key: string]: string };
  is_new: boolean;
  is_regression: boolean;
  /** Message and exception values (title and culprit are in `data`), cut to 2,048 characters. */
  text: string;
}

export type IssueStatus = 'unresolved' | 'resolved' | 'archived';
export type IssuePriority = 'low' | 'medium' | 'high';

/** `data` of an issue message in mode 1. Mode 0 sends id, title, level, status, event_count, first_seen, last_seen, assigned_to. */
export interface IssueData {
  /** Decimal. */
  id: string;
  title: string;
  culprit: string;
  level: Level;
  status: IssueStatus;
  priority: IssuePriority;
  platform: string;
  event_count: number;
  user_count: number;
  /** ISO 8601, UTC, milliseconds. */
  first_seen: string;
  last_seen: string;
  first_release: string | null;
  last_release: string | null;
  /** Id of a user, or null. */
  assigned_to: string | null;
}

/** The filterable fields of an issue at one moment. */
export interface IssueMatch {
  status: IssueStatus;
  level: Level;
  priority: IssuePriority;
  platform: string;
  assigned_to: string | null;
  /** Epoch ms. */
  first_seen: number;
  last_seen: number;
  times_seen: number;
  users: number;
  release: string | null;
  /** Title and culprit. */
  text: string;
}

export const ISSUE_ACTIONS = [
  'new',
  'regressed',
  'resolved',
  'unresolved',
  'archived',
  'assigned',
  'merged',
  'unmerged',
  'discarded',
  'deleted',
  'escalated',
  'priority',
  'comment',
  'updated',
] as const;
export type IssueAction = (typeof ISSUE_ACTIONS)[number];

export interface EventEntry {
  kind: 'event';
  seq: number;
  /** Epoch ms at which the event was received. */
  ts: number;
  issueId: string;
  data: EventData;
  match: EventMatch;
}

export interface IssueEntry {
  kind: 'issue';
  seq: number;
  ts: number;
  issueId: string;
  action: IssueAction;
  /** Grows with each change of the issue. */
  rev: number;
  /** Id of the user who did it; null = the system. */
  by: string | null;
  data: IssueData;
  /** null for `new`. */
  before: IssueMatch | null;
  /** null once the issue is gone (deleted, discarded). */
  after: IssueMatch | null;
}

/** One row of a project's log. */
export type LogEntry = EventEntry | IssueEntry;

export interface IssueStats {
  issue_id: string;
  rev: number;
  events: number;
  users: number;
  last_seen: string;
}

export interface Change {
  projectId: number;
  epoch: string;
  /** Ascending, dense: `entries[i].seq === entries[0].seq + i`. May be empty (a batch of gauges only). */
  entries: LogEntry[];
  /** seq of the project's log after this transaction. */
  head: number;
  /** Unresolved issues after this transaction, and how many of each level (in the order of LEVELS). */
  unresolved: number;
  unresolvedByLevel: readonly number[];
  /** Counters of the issues this transaction touched. */
  stats: IssueStats[];
}

/** Where a project's log stands. */
export interface LogHead {
  epoch: string;
  /** Newest seq; 0 when the log is empty. */
  head: number;
  /** Oldest seq still readable; head + 1 when nothing is. */
  oldest: number;
  unresolved: number;
  unresolvedByLevel: readonly number[];
}
