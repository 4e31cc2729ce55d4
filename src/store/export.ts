/**
 * An issue or a project as lines of JSON: issues first, then events with their payload, newest first. A page is read when
 * the lines before it were taken, so that memory does not grow with what is exported, and nothing is read for a client
 * that is gone.
 */
import type { Database } from './database.ts';
import { summaryOf } from './events.ts';
import { isIssueId, type IssueReader } from './issues.ts';
import { payloadText } from './payload.ts';
import type { EventKey } from './sql/select-events.ts';
import { selectStoredEvents } from './sql/select-stored-events.ts';

/** A payload may be a megabyte. */
const EVENTS_A_PAGE = 25;
const ISSUES_A_PAGE = 100;

export interface Exporter {
  issue: (id: string) => AsyncGenerator<string, void>;
  project: (id: number) => AsyncGenerator<string, void>;
}

export function createExporter({
  db,
  issues,
}: {
  db: Database;
  issues: Pick<IssueReader, 'getIssue' | 'listIssues'>;
}): Exporter {
  async function* eventLines(
    by: 'issue_id' | 'project_id',
    id: number | string,
  ): AsyncGenerator<string, void> {
    let after: EventKey | null = null;
    for (;;) {
      const rows = await selectStoredEvents(db, { by, id, after, limit: EVENTS_A_PAGE });
      for (const row of rows) {
        // The payload is JSON already: taking it apart would only cost time.
        const summary = JSON.stringify(summaryOf(row));
        yield `{"type":"event","event":${summary},"payload":${payloadText(row)}}\n`;
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < EVENTS_A_PAGE) return;
      after = { receivedAt: last.received_at, eventId: last.event_id };
    }
  }

  return {
    async *issue(id) {
      const issue = await issues.getIssue(id);
      if (issue === null || !isIssueId(id)) return;
      yield `${JSON.stringify({ type: 'issue', issue })}\n`;
      yield* eventLines('issue_id', id);
    },
    async *project(projectId) {
      let cursor: string | null = null;
      do {
        const query = { projectId, sort: 'first_seen', cursor, limit: ISSUES_A_PAGE } as const;
        const page: Awaited<ReturnType<IssueReader['listIssues']>> = await issues.listIssues(query);
        for (const issue of page.items) yield `${JSON.stringify({ type: 'issue', issue })}\n`;
        cursor = page.next;
      } while (cursor !== null);
      yield* eventLines('project_id', projectId);
    },
  };
}
