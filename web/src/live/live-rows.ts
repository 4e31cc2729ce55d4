/**
 * The rows of the live page, newest on top: events, and a notice where the server dropped some. Pure; bounded.
 */
import type { EventSummary } from '../../../src/protocol/rest.ts';
import type { DropReason, ResyncMessage, ResyncReason } from '../../../src/protocol/down.ts';
import type { EventMessage } from './messages.ts';

export type LiveRow =
  | { kind: 'event'; key: string; seq: number; event: LiveEvent; isNew: boolean }
  | { kind: 'dropped'; key: string; seq: number; dropped: LeftOut };

/** Entries that the server did not send, and said so. */
export interface LeftOut {
  reason: DropReason | ResyncReason;
  /** null: not counted; issue changes may be among them. */
  count: number | null;
  from: number;
  to: number;
}

interface LiveEvent {
  id: string;
  issueId: string;
  level: EventMessage['data']['level'];
  title: string;
  culprit: string | null;
  environment: string | null;
  release: string | null;
  user: string | null;
  /** Epoch ms. */
  at: number;
}

export const MAX_ROWS = 2000;

export function rowOfMessage(message: EventMessage, isNew = true): LiveRow {
  const { data } = message;
  const { user } = data;
  return {
    kind: 'event',
    key: data.id,
    seq: message.seq,
    isNew,
    event: {
      id: data.id,
      issueId: message.issue_id,
      level: data.level,
      title: data.title,
      culprit: data.culprit,
      environment: data.environment,
      release: data.release,
      user: user === null ? null : (user.email ?? user.username ?? user.id ?? user.ip_address ?? null),
      at: message.ts,
    },
  };
}

/** An event that the REST API listed: it has no seq and sorts by its place. */
export function rowOfSummary(event: EventSummary): LiveRow {
  return {
    kind: 'event',
    key: event.id,
    seq: 0,
    isNew: false,
    event: {
      id: event.id,
      issueId: event.issue_id,
      level: event.level,
      title: event.title,
      culprit: event.culprit,
      environment: event.environment,
      release: event.release,
      // `id:42`, `email:a@example.com`: the kind is for searches.
      user: event.user?.replace(/^[a-z_]+:/, '') ?? null,
      at: Date.parse(event.received),
    },
  };
}

export function rowOfDropped({ reason, count, from, to }: LeftOut): LiveRow {
  return { kind: 'dropped', key: `dropped-${from}`, seq: to, dropped: { reason, count, from, to } };
}

/** The position was lost: what lies between is not sent. */
export function rowOfResync({ reason, lost: { from, to } }: ResyncMessage): LiveRow {
  return rowOfDropped({ reason, count: null, from, to });
}

/** `incoming` in the order it arrived; an event already shown (by its id) is left out. */
export function addRows(rows: readonly LiveRow[], incoming: readonly LiveRow[]): LiveRow[] {
  const known = new Set(rows.map((row) => row.key));
  const fresh: LiveRow[] = [];
  for (const row of incoming) {
    if (known.has(row.key)) continue;
    known.add(row.key);
    fresh.push(row);
  }
  if (fresh.length === 0) return rows as LiveRow[];
  return [...fresh.toReversed(), ...rows].slice(0, MAX_ROWS);
}

/** What a drop notice stood for, loaded from the log, takes its place. */
export function fillDropped(rows: readonly LiveRow[], key: string, loaded: readonly LiveRow[]): LiveRow[] {
  const known = new Set(rows.map((row) => row.key));
  const fresh = loaded.filter((row) => !known.has(row.key)).toSorted((a, b) => b.seq - a.seq);
  return rows.flatMap((row) => (row.key === key ? fresh : [row])).slice(0, MAX_ROWS);
}
