/**
 * multipart/form-data while it arrives: bytes in any split → parts and their bytes. Holds a header block or a
 * delimiter's length of bytes, never a part.
 */
export type MultipartPiece =
  | { kind: 'part'; name: string; filename: string | null; contentType: string | null }
  | { kind: 'data'; bytes: Uint8Array }
  | { kind: 'end' };

export class MultipartError extends Error {
  override readonly name = 'MultipartError';
}

const MAX_HEADERS = 8 * 1024;
const MAX_PARTS = 200;
const BLANK_LINE = Buffer.from('\r\n\r\n');

/** The boundary of a content type, or null. */
export function boundaryOf(contentType: string | undefined): string | null {
  if (!/^\s*multipart\/form-data\s*;/i.test(contentType ?? '')) return null;
  const match = /;\s*boundary=(?:"([^"\r\n]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType ?? '');
  return match?.[1] ?? match?.[2] ?? null;
}

export async function* readMultipart(
  source: AsyncIterable<Uint8Array>,
  boundary: string,
): AsyncGenerator<MultipartPiece> {
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  // The first delimiter has no line before it.
  let held: Buffer = Buffer.from('\r\n');
  let state: 'preamble' | 'delimiter' | 'headers' | 'body' | 'done' = 'preamble';
  let parts = 0;
  for await (const chunk of source) {
    held = held.length === 0 ? Buffer.from(chunk) : Buffer.concat([held, chunk]);
    for (let waiting = false; !waiting && state !== 'done';) {
      switch (state) {
        case 'preamble':
        case 'body': {
          const at = held.indexOf(delimiter);
          // The end of what is held may be the beginning of a delimiter.
          const safe = at >= 0 ? at : Math.max(0, held.length - delimiter.length + 1);
          if (state === 'body' && safe > 0) yield { kind: 'data', bytes: held.subarray(0, safe) };
          held = held.subarray(at >= 0 ? at + delimiter.length : safe);
          if (at < 0) waiting = true;
          else {
            if (state === 'body') yield { kind: 'end' };
            state = 'delimiter';
          }
          break;
        }
        case 'delimiter':
          if (held.length < 2) waiting = true;
          else if (held.toString('latin1', 0, 2) === '--') state = 'done';
          else if (held.toString('latin1', 0, 2) === '\r\n') state = 'headers';
          else throw new MultipartError('no line after a boundary');
          break;
        case 'headers': {
          // The line end of the delimiter is still held: a part may have no header at all.
          const end = held.indexOf(BLANK_LINE);
          if (end > MAX_HEADERS || (end < 0 && held.length > MAX_HEADERS))
            throw new MultipartError('the headers of a part are too long');
          if (end < 0) waiting = true;
          else {
            if (++parts > MAX_PARTS) throw new MultipartError('too many parts');
            yield partOf(held.toString('utf8', 2, end));
            held = held.subarray(end + BLANK_LINE.length);
            state = 'body';
          }
          break;
        }
      }
    }
  }
  if (state !== 'done') throw new MultipartError('the body ends inside a part');
}

function partOf(headers: string): MultipartPiece {
  const disposition = /^content-disposition:(.*)$/im.exec(headers)?.[1] ?? '';
  return {
    kind: 'part',
    name: parameter(disposition, 'name') ?? '',
    filename: parameter(disposition, 'filename'),
    contentType: /^content-type:\s*(.{1,200}?)\s*$/im.exec(headers)?.[1] ?? null,
  };
}

function parameter(header: string, name: string): string | null {
  const match = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;"]+))`, 'i').exec(header);
  return match === null ? null : (match[1]?.replace(/\\(.)/g, '$1') ?? match[2] ?? null);
}
