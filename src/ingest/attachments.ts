/**
 * Attachment items: what their headers say, cleaned, and their bytes to the database. In: items whose bytes are in
 * memory or were uploaded while they arrived. Out: what an event can be given, and what became of the others.
 */
import type { EnvelopeItem } from './envelope-parser.ts';
import { createNotes } from './normalize/notes.ts';
import { toText } from './normalize/text.ts';
import type { AttachmentOwner, AttachmentPorts, UploadedAttachment } from './ports.ts';
import { scrubText } from './scrub.ts';

const MAX_NAME = 255;
const CONTENT_TYPE = /^[a-z0-9][\w.+-]{0,63}\/[a-z0-9][\w.+-]{0,127}/i;
const KIND = /^[a-z0-9_.]{1,64}$/;
/** C0, C1, what reorders text, and what a header or a path gives a meaning. */
const UNSAFE = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069"\\/]/gu;

export interface AttachmentFacts {
  name: string;
  contentType: string;
  kind: string;
}

export function attachmentFacts(header: { readonly [key: string]: unknown }): AttachmentFacts {
  const { content_type: contentType, attachment_type: kind } = header;
  return {
    name: attachmentName(header['filename']),
    contentType: typeof contentType === 'string' ? cleanContentType(contentType) : OCTETS,
    kind: typeof kind === 'string' && KIND.test(kind) ? kind : 'event.attachment',
  };
}

const OCTETS = 'application/octet-stream';

function cleanContentType(text: string): string {
  return CONTENT_TYPE.exec(text.trim())?.[0].toLowerCase() ?? OCTETS;
}

/** The last part of a path of any system, without anything that could end a header. */
function attachmentName(value: unknown): string {
  const text = toText(value, 4096, createNotes(), 'filename') ?? '';
  const last = text.split(/[/\\]/).findLast((part) => part.trim() !== '') ?? '';
  const clean = scrubText(last.replace(UNSAFE, '').trim()).slice(0, MAX_NAME).toWellFormed();
  return clean === '' || clean === '.' || clean === '..' ? 'unnamed' : clean;
}

/** Uploads bytes that are in memory. */
export async function uploadBytes(
  port: AttachmentPorts,
  owner: AttachmentOwner,
  facts: AttachmentFacts,
  bytes: Uint8Array,
): Promise<UploadedAttachment> {
  const upload = await port.begin(owner);
  await upload.write(bytes);
  return { ...facts, id: upload.id, size: await upload.finish() };
}

export interface Spool {
  /** Called by the parser, which cannot wait: `flush` does the work. */
  begin(): number;
  write(bytes: Uint8Array): void;
  end(): void;
  /** Resolves when everything so far is in the database; the next bytes are not read before. */
  flush(): Promise<void>;
  /** By the number that `begin` gave: id and size, now the caller's; or null where there was no room. */
  take(index: number): { id: string; size: number } | null;
  /** Gives up what was not taken. */
  discard(): Promise<void>;
}

type Step = { do: 'begin' } | { do: 'write'; bytes: Uint8Array } | { do: 'end' };

/** Attachments of a large envelope, on their way to the database while they arrive. `admit`: null = not the next one. */
export function createSpool(port: AttachmentPorts, admit: () => AttachmentOwner | null): Spool {
  let steps: Step[] = [];
  let count = 0;
  const done: ({ id: string; size: number } | null)[] = [];
  const untaken = new Set<string>();
  let current: Awaited<ReturnType<AttachmentPorts['begin']>> | null = null;

  async function run(step: Step): Promise<void> {
    switch (step.do) {
      case 'begin': {
        const owner = admit();
        current = owner !== null && port.hasRoom(owner) ? await port.begin(owner) : null;
        if (current !== null) untaken.add(current.id);
        return;
      }
      case 'write':
        await current?.write(step.bytes);
        return;
      case 'end':
        done.push(current === null ? null : { id: current.id, size: await current.finish() });
        current = null;
    }
  }

  return {
    begin() {
      steps.push({ do: 'begin' });
      return count++;
    },
    write: (bytes) => void steps.push({ do: 'write', bytes }),
    end: () => void steps.push({ do: 'end' }),
    async flush() {
      const now = steps;
      steps = [];
      for (const step of now) await run(step);
    },
    take(index) {
      const uploaded = done[index] ?? null;
      if (uploaded !== null) untaken.delete(uploaded.id);
      return uploaded;
    },
    async discard() {
      if (untaken.size > 0) await port.discard([...untaken]);
    },
  };
}

/** What of an attachment item can be given to an event; null: it is nowhere, for want of room or for its size. */
export async function uploadItem(
  item: EnvelopeItem,
  port: AttachmentPorts,
  owner: AttachmentOwner,
  spool: Spool | null,
): Promise<UploadedAttachment | 'too_large' | 'no_room'> {
  const facts = attachmentFacts(item.header);
  if (item.spooled !== undefined) {
    const uploaded = spool?.take(item.spooled) ?? null;
    return uploaded === null ? 'no_room' : { ...facts, ...uploaded };
  }
  if (item.payload === null) return 'too_large';
  return port.hasRoom(owner) ? uploadBytes(port, owner, facts, item.payload) : 'no_room';
}
