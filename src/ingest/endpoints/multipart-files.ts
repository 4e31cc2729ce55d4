/**
 * The files and fields of a multipart request: files go to the database while they arrive. In: its bytes. Out: what
 * was uploaded (not yet an attachment of anything) and the small fields, or why not.
 */
import { refused, unavailable, type Answer, type Limited } from '../answers.ts';
import { attachmentFacts } from '../attachments.ts';
import { MultipartError, readMultipart } from '../multipart.ts';
import type { Outcome } from '../outcomes.ts';
import type { Upload, UploadedAttachment } from '../ports.ts';
import { BodyTooLarge, BodyTooSlow } from '../read-body.ts';
import type { RequestFacts } from '../process-items.ts';
import type { EndpointDeps } from './endpoint-deps.ts';

export type MultipartBody =
  | ReadForm
  /** `outcome` null: nothing has happened yet, the client is told to come back. */
  | { kind: 'failed'; answer: Answer; outcome: Outcome | null };

export interface ReadForm {
  kind: 'read';
  files: UploadedAttachment[];
  fields: [string, string][];
  /** Of all its files, those that were dropped too. */
  fileKinds: string[];
  limits: Limited[];
}

const FIELD_BYTES = 1024 * 1024;
const DUMP = 'upload_file_minidump';

class StoreFailed extends Error {
  override readonly name = 'StoreFailed';
}

export async function readMultipartFiles(
  source: AsyncIterable<Uint8Array>,
  boundary: string,
  { key }: RequestFacts,
  { deps, limiter, items }: EndpointDeps,
): Promise<MultipartBody> {
  const port = deps.items.attachments;
  const files: UploadedAttachment[] = [];
  const fields: [string, string][] = [];
  const fileKinds: string[] = [];
  const limits: Limited[] = [];
  let facts = attachmentFacts({});
  let upload: Upload | null = null;
  let begun: string | null = null;
  let field: { name: string; parts: Uint8Array[]; size: number } | null = null;

  async function stored<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (cause) {
      throw new StoreFailed('an attachment could not be stored', { cause });
    }
  }

  try {
    for await (const piece of readMultipart(source, boundary)) {
      switch (piece.kind) {
        case 'part': {
          const { name, filename, contentType } = piece;
          if (filename === null && name !== DUMP) {
            field = { name, parts: [], size: 0 };
            break;
          }
          facts = attachmentFacts({
            filename: filename ?? name,
            content_type: contentType,
            ...(name === DUMP ? { attachment_type: 'event.minidump' } : {}),
          });
          fileKinds.push(facts.kind);
          const limit = limiter.take(key, 'attachment', 1);
          if (limit !== null) {
            limits.push({ ...limit, categories: ['attachment'] });
            items.count(key, 'attachment', { outcome: 'rate_limited', reason: limit.reason }, 1);
          } else if (port.hasRoom(key)) upload = await stored(port.begin(key));
          else items.count(key, 'attachment', { outcome: 'discarded', reason: 'attachment_budget' }, 1);
          begun = upload?.id ?? null;
          break;
        }
        case 'data':
          if (upload !== null) await stored(upload.write(piece.bytes));
          if (field === null) break;
          field.size += piece.bytes.length;
          if (field.size > FIELD_BYTES) throw new MultipartError('a field is larger than 1 MiB');
          field.parts.push(piece.bytes);
          break;
        case 'end':
          if (upload !== null) files.push({ ...facts, id: upload.id, size: await stored(upload.finish()) });
          if (field !== null) fields.push([field.name, Buffer.concat(field.parts).toString('utf8')]);
          upload = null;
          begun = null;
          field = null;
      }
    }
    return { kind: 'read', files, fields, fileKinds, limits };
  } catch (error) {
    await port.discard([...files.map((file) => file.id), ...(begun === null ? [] : [begun])]);
    if (error instanceof StoreFailed) {
      deps.log.warn({ err: error.cause }, 'an attachment could not be stored');
      return { kind: 'failed', answer: unavailable(5), outcome: null };
    }
    if (error instanceof BodyTooSlow) return { kind: 'failed', answer: unavailable(5), outcome: null };
    if (error instanceof BodyTooLarge) {
      const outcome = { outcome: 'too_large', reason: 'request' } as const;
      return { kind: 'failed', answer: refused(413, error.message), outcome };
    }
    const [reason, cause] =
      error instanceof MultipartError
        ? (['framing', error.message] as const)
        : (['undecodable', 'the body cannot be decoded'] as const);
    const answer = refused(400, 'the form cannot be read', [cause]);
    return { kind: 'failed', answer, outcome: { outcome: 'invalid', reason } };
  }
}
