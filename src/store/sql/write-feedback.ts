/** Stores feedback; the first of (project, id) wins. */
import type { Queryable } from '../database.ts';

const STATEMENT = `
  insert into feedback
    (project_id, id, event_id, source, name, email, message, url, environment, release, received_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing`;

export interface NewFeedback {
  projectId: number;
  /** 32 hex digits. */
  id: string;
  /** Of the error it is about. */
  eventId: string | null;
  source: 'feedback' | 'user_report' | 'dialog';
  name: string | null;
  email: string | null;
  message: string;
  url: string | null;
  environment: string | null;
  release: string | null;
  /** Epoch ms. */
  receivedAt: number;
}

export async function insertFeedback(db: Queryable, row: NewFeedback): Promise<boolean> {
  const inserted = await db.execute(STATEMENT, [
    row.projectId,
    row.id,
    row.eventId,
    row.source,
    row.name,
    row.email,
    row.message,
    row.url,
    row.environment,
    row.release,
    new Date(row.receivedAt).toISOString(),
  ]);
  return inserted === 1;
}
