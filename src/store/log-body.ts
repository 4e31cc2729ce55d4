/**
 * A log entry as the row of `log`: seq, kind, ts and issue id are columns, the rest is JSON. What is read back is
 * what was written by this file, so it is trusted, not parsed again.
 */
import type { EventEntry, IssueEntry, LogEntry } from '../protocol/change.ts';

export type EntryDraft = Omit<EventEntry, 'seq'> | Omit<IssueEntry, 'seq'>;

export const KIND = { event: 1, issue: 2 } as const;

export interface LogRow {
  seq: number;
  kind: number;
  /** Epoch ms. */
  ts: number;
  issue_id: number;
  body: string;
}

export function bodyOf(entry: EntryDraft): string {
  if (entry.kind === 'event') return JSON.stringify({ data: entry.data, match: entry.match });
  const { action, rev, by, data, before, after } = entry;
  return JSON.stringify({ action, rev, by, data, before, after });
}

export function entryOf(row: LogRow): LogEntry {
  const body: unknown = JSON.parse(row.body);
  const head = { seq: row.seq, ts: row.ts, issueId: String(row.issue_id) };
  return row.kind === KIND.event
    ? { kind: 'event', ...head, ...(body as Pick<EventEntry, 'data' | 'match'>) }
    : { kind: 'issue', ...head, ...(body as Omit<IssueEntry, 'kind' | 'seq' | 'ts' | 'issueId'>) };
}
