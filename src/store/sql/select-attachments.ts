/** Attachments of an event, one of them, and a chunk of its bytes. */
import type { Queryable } from '../database.ts';

const COLUMNS = 'id, event_id, received_at, name, content_type, kind, size';
const OF_EVENT = `
  select ${COLUMNS} from attachments where project_id = $1 and event_id = $2 order by name, id limit 1000`;
const ONE = `select ${COLUMNS} from attachments where project_id = $1 and event_id = $2 and id = $3`;
const CHUNK = 'select bytes from attachment_chunks where attachment_id = $1 and position = $2';

export interface StoredAttachment {
  id: string;
  event_id: string;
  received_at: number;
  name: string;
  content_type: string;
  kind: string;
  size: number;
}

export async function selectAttachments(
  db: Queryable,
  projectId: number,
  eventId: string,
): Promise<StoredAttachment[]> {
  return db.query<StoredAttachment>(OF_EVENT, [projectId, eventId]);
}

export async function selectAttachment(
  db: Queryable,
  projectId: number,
  eventId: string,
  id: string,
): Promise<StoredAttachment | null> {
  const [row] = await db.query<StoredAttachment>(ONE, [projectId, eventId, id]);
  return row ?? null;
}

export async function selectChunk(db: Queryable, id: string, position: number): Promise<Uint8Array | null> {
  const [row] = await db.query<{ bytes: Buffer }>(CHUNK, [id, position]);
  return row?.bytes ?? null;
}
