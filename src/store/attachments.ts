/**
 * Attachments in PostgreSQL: bytes come in as 256 KiB chunks of an upload while they arrive, without a transaction, and
 * become an attachment by one row in the transaction of their event. So a reader sees both or neither, a large file
 * costs no memory and holds up no batch, and what was cut off is removed after an hour. Bounded by a budget of the
 * instance and one of the project, both of which can be exceeded by files that are on their way when they are used up.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../log.ts';
import type { Attachment, Page } from '../protocol/rest.ts';
import { pageOfAll } from './cursor.ts';
import type { Database } from './database.ts';
import { eventIdOf, isoTime } from './issue-state.ts';
import { deleteExpiredUploads, deleteUploads } from './sql/delete-attachments.ts';
import {
  selectAttachment,
  selectAttachments,
  selectChunk,
  type StoredAttachment,
} from './sql/select-attachments.ts';
import { selectAttachmentSums } from './sql/select-storage.ts';
import { addChunk, attach, beginUpload, type AttachmentRow } from './sql/write-attachments.ts';

const CHUNK_BYTES = 256 * 1024;
const UPLOAD_MS = 3_600_000;
const UPKEEP_MS = 60_000;

export interface Upload {
  /** 32 hex digits. */
  readonly id: string;
  /** Resolves when the bytes are taken: whoever waits for it is held back while the database is slow. */
  write(bytes: Uint8Array): Promise<void>;
  /** Everything written is in the database; resolves with the size. */
  finish(): Promise<number>;
}

export interface AttachmentOwner {
  projectId: number;
  /** null = the project has none of its own. */
  attachmentBudgetBytes: number | null;
}

export interface AttachmentStore {
  /** Whether the budgets have room for another one. */
  hasRoom: (owner: AttachmentOwner) => boolean;
  begin: (owner: AttachmentOwner) => Promise<Upload>;
  /** Gives up what was not attached; never rejects. */
  discard: (ids: readonly string[]) => Promise<void>;
  /** Without an event in the same request; resolves with the ids that became attachments. */
  attach: (rows: readonly AttachmentRow[]) => Promise<ReadonlySet<string>>;
  list: (
    projectId: number,
    eventId: string,
    request: { cursor?: string; limit: number },
  ) => Promise<Page<Attachment>>;
  /** The attachment and its bytes, read chunk by chunk. */
  read: (
    projectId: number,
    eventId: string,
    id: string,
  ) => Promise<{ attachment: Attachment; bytes: AsyncIterable<Uint8Array> } | null>;
  start: () => Promise<void>;
  stop: () => void;
}

export function createAttachmentStore(o: {
  db: Database;
  clock: Clock;
  log: Logger;
  budgetBytes: number;
}): AttachmentStore {
  const { db, clock } = o;
  /** Of each project as of the last minute, and what came since. */
  let used = new Map<number, number>();
  let usedBytes = 0;
  const timer = clock.every(UPKEEP_MS, () => void upkeep());

  async function upkeep(): Promise<void> {
    try {
      const sums = await selectAttachmentSums(db);
      used = new Map(sums.map((row) => [row.project_id, row.bytes]));
      usedBytes = sums.reduce((sum, row) => sum + row.bytes, 0);
      await deleteExpiredUploads(db, clock.now() - UPLOAD_MS);
    } catch (error) {
      o.log.warn({ err: error }, 'attachment upkeep failed');
    }
  }

  const usedBy = (projectId: number): number => used.get(projectId) ?? 0;

  async function* chunks(id: string): AsyncGenerator<Uint8Array> {
    for (let position = 0; ; position++) {
      const chunk = await selectChunk(db, id, position);
      if (chunk === null) return;
      yield chunk;
    }
  }

  return {
    hasRoom: ({ projectId, attachmentBudgetBytes: own }) =>
      usedBytes < o.budgetBytes && (own === null || usedBy(projectId) < own),
    async begin({ projectId }) {
      const id = randomBytes(16).toString('hex');
      await beginUpload(db, id, clock.now());
      return createUpload(id, async (position, bytes) => {
        usedBytes += bytes.length;
        used.set(projectId, usedBy(projectId) + bytes.length);
        await addChunk(db, id, position, bytes);
      });
    },
    async discard(ids) {
      // What stays is removed by the upkeep.
      await deleteUploads(db, ids).catch((error: unknown) =>
        o.log.debug({ err: error }, 'uploads were not removed'),
      );
    },
    attach: (rows) => attach(db, rows),
    async list(projectId, eventId, request) {
      const attachments = (await selectAttachments(db, projectId, eventId)).map(toAttachment);
      return pageOfAll(attachments, 'attachments', request, ({ name, id }) => [name, id]);
    },
    async read(projectId, eventId, id) {
      const row = await selectAttachment(db, projectId, eventId, id);
      return row && { attachment: toAttachment(row), bytes: chunks(row.id) };
    },
    start: upkeep,
    stop: () => timer.cancel(),
  };
}

function createUpload(id: string, add: (position: number, bytes: Uint8Array) => Promise<void>): Upload {
  let parts: Uint8Array[] = [];
  let held = 0;
  let position = 0;
  let size = 0;

  async function flush(): Promise<void> {
    const whole = Buffer.concat(parts);
    const full = whole.length - (whole.length % CHUNK_BYTES);
    for (let at = 0; at < full; at += CHUNK_BYTES)
      await add(position++, whole.subarray(at, at + CHUNK_BYTES));
    parts = full < whole.length ? [whole.subarray(full)] : [];
    held = whole.length - full;
  }

  return {
    id,
    async write(bytes) {
      size += bytes.length;
      parts.push(bytes);
      held += bytes.length;
      if (held >= CHUNK_BYTES) await flush();
    },
    async finish() {
      if (held > 0) await add(position++, Buffer.concat(parts));
      parts = [];
      held = 0;
      return size;
    },
  };
}

function toAttachment(row: StoredAttachment): Attachment {
  return {
    id: eventIdOf(row.id),
    event_id: eventIdOf(row.event_id),
    name: row.name,
    content_type: row.content_type,
    kind: row.kind,
    size: row.size,
    received: isoTime(row.received_at),
  };
}
