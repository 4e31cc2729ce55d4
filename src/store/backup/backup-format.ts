/**
 * The file of a backup (docs/storage.md, "The file of a backup"): a line that says what it is, then a gzip stream of
 * frames: type (1 byte), length (4 bytes, big endian), content. The last frame holds the hash of all before it.
 */
import { createHash } from 'node:crypto';
import { MesherError } from '../../errors.ts';

export const MAGIC = 'mesher backup 1\n';
const ANY_VERSION = /^mesher backup (\d+)\n$/;
/** Larger ones are not written. */
const MAX_FRAME_BYTES = 16 * 1024 * 1024;

export interface BackupHeader {
  /** Version of Mesher and of PostgreSQL. */
  mesher: string;
  postgres: string;
  /** ISO time of the snapshot. */
  created: string;
  migrations: readonly { name: string; checksum: string }[];
  sequences: readonly { name: string; value: number }[];
}

export interface TableHeader {
  name: string;
  columns: readonly string[];
  /** Of the partitions by day; empty for a table without. */
  days: readonly string[];
}

export type Frame =
  | { type: 'header'; header: BackupHeader }
  | { type: 'table'; table: TableHeader }
  /** A piece of a binary COPY. */
  | { type: 'data'; bytes: Buffer }
  | { type: 'rows'; rows: number }
  | { type: 'end'; sha256: string };

const CODES = { header: 0x48, table: 0x54, data: 0x44, rows: 0x52, end: 0x45 } as const;
const TYPES = new Map<number, Frame['type']>([
  [0x48, 'header'],
  [0x54, 'table'],
  [0x44, 'data'],
  [0x52, 'rows'],
  [0x45, 'end'],
]);

/** Encodes frames; the end is made here, for only here all bytes come by. */
export async function* encodeFrames(frames: AsyncIterable<Frame>): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  for await (const frame of frames) {
    for (const bytes of encode(frame)) {
      hash.update(bytes);
      yield bytes;
    }
  }
  yield* encode({ type: 'end', sha256: hash.digest('hex') });
}

function encode(frame: Frame): Buffer[] {
  const content = contentOf(frame);
  const head = Buffer.alloc(5);
  head[0] = CODES[frame.type];
  head.writeUInt32BE(content.length, 1);
  return [head, content];
}

function contentOf(frame: Frame): Buffer {
  switch (frame.type) {
    case 'header':
      return Buffer.from(JSON.stringify(frame.header));
    case 'table':
      return Buffer.from(JSON.stringify(frame.table));
    case 'data':
      return frame.bytes;
    case 'rows':
      return Buffer.from(JSON.stringify(frame.rows));
    case 'end':
      return Buffer.from(JSON.stringify(frame.sha256));
  }
}

/** Decodes and checks: throws when the hash is not that of the bytes, or when the end is missing. */
export async function* decodeFrames(chunks: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  const hash = createHash('sha256');
  let held: Buffer = Buffer.alloc(0);
  let ended = false;
  for await (const chunk of chunks) {
    if (ended) throw damaged('there is something after its end');
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    for (;;) {
      if (held.length < 5) break;
      const length = held.readUInt32BE(1);
      if (length > MAX_FRAME_BYTES) throw damaged('a part is too long');
      if (held.length < 5 + length) break;
      const type = TYPES.get(held[0] ?? 0);
      if (type === undefined) throw damaged('it has an unknown part');
      const content = held.subarray(5, 5 + length);
      if (type === 'end') {
        if (JSON.parse(content.toString()) !== hash.digest('hex')) throw damaged('its checksum is wrong');
        ended = true;
        held = held.subarray(5 + length);
        if (held.length > 0) throw damaged('there is something after its end');
        yield { type, sha256: '' };
        break;
      }
      hash.update(held.subarray(0, 5 + length));
      held = held.subarray(5 + length);
      yield decode(type, content);
    }
  }
  if (!ended) throw damaged('its end is missing');
}

/** It was written by this program, and the hash at the end says whether it is as it was written. */
function decode(type: Exclude<Frame['type'], 'end'>, content: Buffer): Frame {
  if (type === 'data') return { type, bytes: content };
  let value: unknown;
  try {
    value = JSON.parse(content.toString());
  } catch {
    throw damaged('a part cannot be read');
  }
  switch (type) {
    case 'header':
      return { type, header: value as BackupHeader };
    case 'table':
      return { type, table: value as TableHeader };
    case 'rows':
      return { type, rows: Number(value) };
  }
}

export function damaged(why: string): MesherError {
  return new MesherError('bad_request', `The backup is damaged: ${why}.`, {
    hint: 'Nothing was changed. Use another backup.',
  });
}

/** Throws when the first line is not that of a backup this version reads. */
export function checkMagic(line: string): void {
  if (line === MAGIC) return;
  if (ANY_VERSION.test(line)) throw newer('its format is unknown here');
  throw new MesherError('bad_request', 'This is no backup of Mesher.', { hint: 'mesher backup makes one.' });
}

export function newer(why: string): MesherError {
  return new MesherError('bad_request', `The backup was made by a newer Mesher: ${why}.`, {
    hint: 'Restore it with that version or a later one.',
  });
}
