/**
 * Attachments: bytes first, in chunks under an upload; then, with the event, the row that makes them an attachment.
 * An upload that was given up in between yields no attachment.
 */
import type { Queryable } from '../database.ts';
import { eventIdOf } from '../issue-state.ts';

const BEGIN = 'insert into attachment_uploads (id, started_at) values ($1, $2)';
const ADD_CHUNK = {
  name: 'add_attachment_chunk',
  text: 'insert into attachment_chunks (attachment_id, position, bytes) values ($1, $2, $3)',
};
const ATTACH = {
  name: 'attach',
  text: `
    with uploaded as (delete from attachment_uploads where id = any ($1::uuid[]) returning id)
    insert into attachments (id, project_id, event_id, received_at, name, content_type, kind, size)
    select a.* from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::timestamptz[], $5::text[], $6::text[], $7::text[],
      $8::bigint[]) as a (id, project_id, event_id, received_at, name, content_type, kind, size)
    join uploaded u on u.id = a.id
    returning id`,
};

export interface AttachmentRow {
  /** 32 hex digits. */
  id: string;
  projectId: number;
  eventId: string;
  /** Epoch ms. */
  receivedAt: number;
  name: string;
  contentType: string;
  kind: string;
  size: number;
}

export async function beginUpload(db: Queryable, id: string, nowMs: number): Promise<void> {
  await db.execute(BEGIN, [id, new Date(nowMs).toISOString()]);
}

export async function addChunk(
  db: Queryable,
  id: string,
  position: number,
  bytes: Uint8Array,
): Promise<void> {
  await db.execute(ADD_CHUNK, [id, position, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)]);
}

/** Resolves with the ids that became attachments. */
export async function attach(db: Queryable, rows: readonly AttachmentRow[]): Promise<Set<string>> {
  const attached = await db.query<{ id: string }>(ATTACH, [
    rows.map((row) => row.id),
    rows.map((row) => row.projectId),
    rows.map((row) => row.eventId),
    rows.map((row) => new Date(row.receivedAt).toISOString()),
    rows.map((row) => row.name),
    rows.map((row) => row.contentType),
    rows.map((row) => row.kind),
    rows.map((row) => row.size),
  ]);
  return new Set(attached.map((row) => eventIdOf(row.id)));
}
