/** What users wrote: stored once, read newest first, by project or by the event it is about. */
import type { Feedback, Page } from '../protocol/rest.ts';
import { cursorId, cursorNumber, decodeCursor, encodeCursor, pageOf } from './cursor.ts';
import type { Database } from './database.ts';
import { eventIdOf, isoTime } from './issue-state.ts';
import { selectFeedback, type StoredFeedback } from './sql/select-feedback.ts';
import { insertFeedback, type NewFeedback } from './sql/write-feedback.ts';

export interface FeedbackStore {
  /** false: it is there already. */
  save: (feedback: NewFeedback) => Promise<boolean>;
  list: (
    projectId: number,
    query: { eventId?: string | undefined; cursor?: string | null | undefined; limit: number },
  ) => Promise<Page<Feedback>>;
}

export function createFeedbackStore(db: Database): FeedbackStore {
  return {
    save: (feedback) => insertFeedback(db, feedback),
    async list(projectId, { eventId, cursor, limit }) {
      const after = decodeCursor('feedback', cursor, 2);
      const rows = await selectFeedback(db, projectId, {
        eventId: eventId ?? null,
        after: after && { receivedAt: cursorNumber(after[0]), id: cursorId(after[1]) },
        limit: limit + 1,
      });
      return pageOf(rows, limit, toFeedback, (row) =>
        encodeCursor('feedback', [row.received_at, eventIdOf(row.id)]),
      );
    },
  };
}

function toFeedback(row: StoredFeedback): Feedback {
  const { received_at, ...rest } = row;
  return {
    ...rest,
    id: eventIdOf(row.id),
    event_id: row.event_id && eventIdOf(row.event_id),
    received: isoTime(received_at),
  };
}
