/** Reads events: pages of an issue or a project, and one event with its payload and its neighbours. */
import type { SentryEvent } from '../event.ts';
import type { Filter } from '../protocol/filter.ts';
import type { EventDetail, EventSummary, Page } from '../protocol/rest.ts';
import { cursorId, cursorNumber, decodeCursor, encodeCursor, pageOf } from './cursor.ts';
import type { Database } from './database.ts';
import { eventIdOf, isoTime, levelName } from './issue-state.ts';
import { readPayload } from './payload.ts';
import { findEventKey } from './sql/find-event-key.ts';
import { selectEvent } from './sql/select-event.ts';
import { selectEvents, type EventRow } from './sql/select-events.ts';
import { selectLatestEventId } from './sql/select-latest-event-id.ts';
import { selectNeighbours } from './sql/select-neighbours.ts';
import { selectRecentPayloads } from './sql/select-recent-payloads.ts';

export interface EventPageQuery {
  cursor?: string | null | undefined;
  limit: number;
  filter?: Filter | undefined;
  /** Received at or after / before, epoch ms. */
  since?: number | undefined;
  until?: number | undefined;
}

export interface EventReader {
  listIssueEvents: (issueId: string, query: EventPageQuery) => Promise<Page<EventSummary>>;
  listProjectEvents: (projectId: number, query: EventPageQuery) => Promise<Page<EventSummary>>;
  getEvent: (
    projectId: number,
    which: string | { issueId: string; which: 'latest' },
  ) => Promise<EventDetail | null>;
  /** Whether there was an event of this id, of which nothing is kept any more (or only its count ever was). */
  wasStored: (projectId: number, eventId: string) => Promise<boolean>;
  /** Newest first, at most `limit`. */
  recentEvents: (
    projectId: number,
    limit: number,
  ) => Promise<{ issueId: string; issueTitle: string; read: () => SentryEvent }[]>;
}

export function createEventReader(db: Database): EventReader {
  async function list(
    by: 'issue_id' | 'project_id',
    id: number | string,
    { cursor, limit, filter, since, until }: EventPageQuery,
  ): Promise<Page<EventSummary>> {
    const after = decodeCursor('events', cursor, 2);
    const { rows, goOn } = await selectEvents(db, {
      by,
      id,
      filter: filter ?? null,
      after: after && { receivedAt: cursorNumber(after[0]), eventId: cursorId(after[1]) },
      since,
      until,
      limit: limit + 1,
    });
    const page = pageOf(rows, limit, summaryOf, (row) => cursorOf(row.received_at, row.event_id));
    return goOn && page.next === null ? { ...page, next: cursorOf(goOn.receivedAt, goOn.eventId) } : page;
  }

  return {
    listIssueEvents: (issueId, query) => list('issue_id', issueId, query),
    listProjectEvents: (projectId, query) => list('project_id', projectId, query),
    async getEvent(projectId, which) {
      const id = typeof which === 'string' ? which : await selectLatestEventId(db, projectId, which.issueId);
      if (id === null || !/^[0-9a-f-]{32,36}$/.test(id)) return null;
      const row = await selectEvent(db, projectId, id);
      if (!row) return null;
      const neighbours = await selectNeighbours(db, row.issue_id, {
        receivedAt: row.received_at,
        eventId: row.event_id,
      });
      return {
        ...summaryOf(row),
        project_id: String(row.project_id),
        first: neighbours.first && eventIdOf(neighbours.first),
        previous: neighbours.previous && eventIdOf(neighbours.previous),
        next: neighbours.next && eventIdOf(neighbours.next),
        event: readPayload(row),
      };
    },
    wasStored: (projectId, eventId) => findEventKey(db, projectId, eventId),
    async recentEvents(projectId, limit) {
      // Unpacked one by one when they are needed: a thousand at once would stop everything else.
      return (await selectRecentPayloads(db, projectId, limit)).map((row) => ({
        issueId: String(row.issue_id),
        issueTitle: row.title,
        read: () => readPayload(row),
      }));
    },
  };
}

function cursorOf(receivedAt: number, eventId: string): string {
  return encodeCursor('events', [receivedAt, eventIdOf(eventId)]);
}

export function summaryOf(row: EventRow): EventSummary {
  return {
    id: eventIdOf(row.event_id),
    issue_id: String(row.issue_id),
    title: row.title,
    culprit: row.culprit,
    level: levelName(row.level),
    environment: row.environment,
    release: row.release,
    user: row.user_ident,
    timestamp: isoTime(row.occurred_at),
    received: isoTime(row.received_at),
  };
}
