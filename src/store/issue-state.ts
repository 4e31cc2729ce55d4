/**
 * An issue as a row and as the protocol shows it, and what a batch of events makes of it. Pure.
 */
import { LEVELS, type Level } from '../event.ts';
import type { IssueData, IssueMatch, IssuePriority, IssueStats, IssueStatus } from '../protocol/change.ts';
import { archiveEnds, regresses, type FirstSeen, type IssueCondition } from './issue-condition.ts';
import type { NewEvent } from './new-event.ts';

export const STATUSES = ['unresolved', 'resolved', 'archived'] as const satisfies IssueStatus[];
export const PRIORITIES = ['low', 'medium', 'high'] as const satisfies IssuePriority[];

/** Row of `issues`; times in epoch ms. */
export interface IssueRow {
  id: number;
  project_id: number;
  status: number;
  priority: number;
  level: number;
  platform: string;
  type: string | null;
  value: string | null;
  title: string;
  culprit: string;
  /** Of the first event; null: it had none yet. */
  title_key: string | null;
  event_count: number;
  user_count: number;
  first_seen: number;
  last_seen: number;
  first_release: string | null;
  last_release: string | null;
  /** With or without hyphens, as PostgreSQL prints it. */
  last_event_id: string | null;
  assigned_to: string | null;
  /** What ends `resolved` or `archived`; null for unresolved issues. */
  condition: IssueCondition | null;
  /** A person set the priority: nothing else changes it. */
  priority_by_user: boolean;
  rev: number;
}

/** Columns of IssueRow, for `select`. */
export const ISSUE_COLUMNS = `i.id, i.project_id, i.status, i.priority, i.level, i.platform, i.type, i.value, i.title, i.culprit,
  i.title_key, i.event_count, i.user_count, i.first_seen, i.last_seen, i.first_release, i.last_release, i.last_event_id,
  i.assigned_to, i.condition, i.priority_by_user, i.rev`;

export function levelNumber(level: Level): number {
  return LEVELS.indexOf(level);
}
export function levelName(level: number): Level {
  return LEVELS[level] ?? 'error';
}

/** High: fatal, or nothing caught it. Low: info and below. */
export function priorityOf(event: Pick<NewEvent, 'level' | 'handled'>): number {
  if (event.level === 'fatal' || event.handled === false) return PRIORITIES.indexOf('high');
  return levelNumber(event.level) <= levelNumber('info')
    ? PRIORITIES.indexOf('low')
    : PRIORITIES.indexOf('medium');
}

/** The row of an issue about to be made by `event`, before the event is counted. */
export function newIssueRow(id: number, event: NewEvent): IssueRow {
  return {
    id,
    project_id: event.projectId,
    status: 0,
    priority: priorityOf(event),
    level: levelNumber(event.level),
    platform: event.platform,
    type: event.type,
    value: event.value,
    title: event.title,
    culprit: event.culprit,
    title_key: event.titleKey,
    event_count: 0,
    user_count: 0,
    first_seen: event.occurredAt,
    last_seen: event.occurredAt,
    first_release: event.release,
    last_release: event.release,
    last_event_id: null,
    assigned_to: null,
    condition: null,
    priority_by_user: false,
    rev: 0,
  };
}

/**
 * Counts events into an issue, in the order they came in: title, level and the like follow the last of them; first
 * and last seen are when errors happened, whatever the order. A resolved issue becomes unresolved, if one of the events is
 * of a release that should have the fix; an archived one when it was archived until this.
 */
export function withEvents(
  row: IssueRow,
  events: readonly NewEvent[],
  newUsers: number,
  o: { nowMs: number; firstSeen: FirstSeen },
): IssueRow {
  const last = events.at(-1);
  if (!last) return row;
  let { first_seen, last_seen, first_release, last_release } = row;
  for (const event of events) {
    first_seen = Math.min(first_seen, event.occurredAt);
    last_seen = Math.max(last_seen, event.occurredAt);
    first_release ??= event.release;
    last_release = event.release ?? last_release;
  }
  const event_count = row.event_count + events.length;
  const user_count = row.user_count + newUsers;
  const comesBack =
    row.status === 1
      ? events.some((event) => regresses(row.condition, event.release, o.firstSeen))
      : row.status === 2 && archiveEnds(row.condition, { event_count, user_count }, o.nowMs);
  return {
    ...row,
    status: comesBack ? 0 : row.status,
    condition: comesBack ? null : row.condition,
    level: levelNumber(last.level),
    type: last.type,
    value: last.value,
    title: last.title,
    culprit: last.culprit,
    title_key: row.title_key ?? last.titleKey,
    event_count,
    user_count,
    first_seen,
    last_seen,
    first_release,
    last_release,
    last_event_id: lastKeptId(row, events),
    rev: row.rev + 1,
  };
}

/** A page must not lead to an event that was only counted. */
function lastKeptId(row: IssueRow, events: readonly NewEvent[]): string | null {
  if (events.at(-1)?.countOnly !== true) return events.at(-1)?.eventId ?? row.last_event_id;
  const kept = events.findLast((event) => event.countOnly !== true);
  return kept?.eventId ?? row.last_event_id ?? events[0]?.eventId ?? null;
}

export function issueData(row: IssueRow): IssueData {
  return {
    id: String(row.id),
    title: row.title,
    culprit: row.culprit,
    level: levelName(row.level),
    status: STATUSES[row.status] ?? 'unresolved',
    priority: PRIORITIES[row.priority] ?? 'medium',
    platform: row.platform,
    event_count: row.event_count,
    user_count: row.user_count,
    first_seen: isoTime(row.first_seen),
    last_seen: isoTime(row.last_seen),
    first_release: row.first_release,
    last_release: row.last_release,
    assigned_to: row.assigned_to,
  };
}

export function issueMatch(row: IssueRow): IssueMatch {
  return {
    status: STATUSES[row.status] ?? 'unresolved',
    level: levelName(row.level),
    priority: PRIORITIES[row.priority] ?? 'medium',
    platform: row.platform,
    assigned_to: row.assigned_to,
    first_seen: row.first_seen,
    last_seen: row.last_seen,
    times_seen: row.event_count,
    users: row.user_count,
    release: row.last_release,
    text: `${row.title}\n${row.culprit}`,
  };
}

export function issueStats(
  row: Pick<IssueRow, 'id' | 'rev' | 'event_count' | 'user_count' | 'last_seen'>,
): IssueStats {
  return {
    issue_id: String(row.id),
    rev: row.rev,
    events: row.event_count,
    users: row.user_count,
    last_seen: isoTime(row.last_seen),
  };
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
export function isoTimeOrNull(ms: number | null): string | null {
  return ms === null ? null : isoTime(ms);
}

/** PostgreSQL prints ids with hyphens, the protocol has none. */
export function eventIdOf(uuid: string): string {
  return uuid.replaceAll('-', '');
}
