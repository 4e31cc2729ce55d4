/** Events as lists and the event page need them; newest first, keyset by (received_at, event_id). */
import type { Filter } from '../../protocol/filter.ts';
import type { Queryable } from '../database.ts';
import { eventCondition, splitFilter } from '../event-filter-sql.ts';
import { createParams, timeText } from '../filter-sql.ts';

export interface EventRow {
  project_id: number;
  /** With hyphens. */
  event_id: string;
  issue_id: number;
  received_at: number;
  occurred_at: number;
  level: number;
  environment: string | null;
  release: string | null;
  user_ident: string | null;
  title: string;
  culprit: string;
}
export type StoredEvent = EventRow & { encoding: number; payload: Buffer };

/** While the events of a merged issue are moved, some still name it. */
const ISSUE_ID = `coalesce(
  (select r.target_id from issue_redirects r where r.issue_id = e.issue_id), e.issue_id) as issue_id`;

export const EVENT_COLUMNS = `e.project_id, e.event_id, ${ISSUE_ID}, e.received_at, e.occurred_at, e.level, e.environment, e.release,
  e.user_ident, e.title, e.culprit`;

/**
 * Events of a removed issue are deleted after it, in portions; nobody sees them meanwhile. `offset 0`: without it
 * PostgreSQL reads the ids of all issues of all projects into a hash for every page.
 */
export const ISSUE_EXISTS = `(exists (select from issues i where i.id = e.issue_id offset 0)
  or exists (select from issue_redirects r where r.issue_id = e.issue_id offset 0))`;

/** What no index answers is looked for among so many events; the next page goes on after them. */
const MAX_CANDIDATES = 5_000;

export interface EventKey {
  receivedAt: number;
  /** With or without hyphens. */
  eventId: string;
}

export interface EventsQuery {
  by: 'issue_id' | 'project_id';
  id: number | string;
  filter: Filter | null;
  after: EventKey | null;
  /** Received at or after / before, epoch ms. */
  since?: number | undefined;
  until?: number | undefined;
  limit: number;
}

export interface FoundEvents {
  rows: EventRow[];
  /** Fewer than asked for were found, and not everything was looked at: where to go on. */
  goOn: EventKey | null;
}

/** Times in ms are exact: events are stored with no finer time. */
export async function selectEvents(db: Queryable, o: EventsQuery): Promise<FoundEvents> {
  const { text, values, candidates } = eventsStatement(o);
  const rows = await db.query<EventRow>(text, values);
  if (candidates === null || rows.length === o.limit) return { rows, goOn: null };
  const [last] = await db.query<{ received_at: number; event_id: string }>(
    `select c.received_at, c.event_id from (${candidates.text}) c
     order by c.received_at desc, c.event_id desc offset ${MAX_CANDIDATES - 1} limit 1`,
    candidates.values,
  );
  return { rows, goOn: last ? { receivedAt: last.received_at, eventId: last.event_id } : null };
}

interface EventsStatement {
  text: string;
  values: unknown[];
  candidates: { text: string; values: unknown[] } | null;
}

export function eventsStatement(o: EventsQuery): EventsStatement {
  const p = createParams();
  const order = 'order by e.received_at desc, e.event_id desc';
  const where = [`e.${o.by} = ${p.add(o.id)}`, ...range(o, p)];
  const { indexed, rest } = o.filter === null ? { indexed: null, rest: null } : splitFilter(o.filter);
  if (indexed) where.push(eventCondition(indexed, p));
  if (!rest) {
    const text = `select ${EVENT_COLUMNS} from events e
     where ${[...where, ISSUE_EXISTS].join(' and ')} ${order} limit ${p.add(o.limit)}`;
    return { text, values: p.values, candidates: null };
  }
  const from = `from events e where ${where.join(' and ')} ${order} limit ${MAX_CANDIDATES}`;
  const candidates = { text: `select e.received_at, e.event_id ${from}`, values: [...p.values] };
  const text = `select ${EVENT_COLUMNS} from (select e.* ${from}) e
     where ${eventCondition(rest, p)} and ${ISSUE_EXISTS} ${order} limit ${p.add(o.limit)}`;
  return { text, values: p.values, candidates };
}

/** The days lead to the partitions. */
function range({ after, since, until }: EventsQuery, p: ReturnType<typeof createParams>): string[] {
  const where: string[] = [];
  if (after) {
    const at = `${p.add(timeText(after.receivedAt))}::timestamptz`;
    where.push(
      `(e.received_at, e.event_id) < (${at}, ${p.add(after.eventId)}::uuid)`,
      `e.day <= ${p.add(timeText(after.receivedAt).slice(0, 10))}::date`,
    );
  }
  if (since !== undefined)
    where.push(
      `e.received_at >= ${p.add(timeText(since))}::timestamptz`,
      `e.day >= ${p.add(timeText(since).slice(0, 10))}::date`,
    );
  if (until !== undefined)
    where.push(
      `e.received_at < ${p.add(timeText(until))}::timestamptz`,
      `e.day <= ${p.add(timeText(until).slice(0, 10))}::date`,
    );
  return where;
}
