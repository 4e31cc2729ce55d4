/** Content encodings. In: bytes as sent. Out: bytes as meant, within a limit, or why not. */
import {
  brotliDecompressSync,
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
} from 'node:zlib';
import type { Transform } from 'node:stream';

export type Encoding = 'identity' | 'gzip' | 'deflate' | 'br' | 'zstd';

export type Decoded = { kind: 'bytes'; bytes: Uint8Array } | { kind: 'too_large' } | { kind: 'corrupt' };

/** null: an encoding we do not know, or several (415). Ruby sends an empty string for none. */
export function parseEncoding(header: string | undefined): Encoding | null {
  const name = (header ?? '').trim().toLowerCase();
  switch (name) {
    case '':
    case 'identity':
    case 'none':
      return 'identity';
    case 'gzip':
    case 'x-gzip':
      return 'gzip';
    case 'deflate':
    case 'br':
    case 'zstd':
      return name;
    default:
      return null;
  }
}

/**
 * What the bytes really are: proxies inflate bodies and keep the header, clients compress and forget it.
 * No envelope or JSON starts with the two bytes of gzip.
 */
export function sniffEncoding(declared: Encoding, start: Uint8Array): Encoding {
  const isGzip = start[0] === 0x1f && start[1] === 0x8b;
  if (isGzip && declared === 'identity') return 'gzip';
  if (!isGzip && declared === 'gzip' && start.length >= 2) return 'identity';
  return declared;
}

/** Two bytes say whether deflate comes with its zlib header, as the standard wants, or raw, as some send it. */
function hasZlibHeader(bytes: Uint8Array): boolean {
  const [first = 0, second = 0] = bytes;
  return (first & 0x0f) === 8 && ((first << 8) | second) % 31 === 0;
}

/** What a gzip body says of its own size, in its last four bytes; 0 = nothing is said. A lie is found when inflating. */
export function promisedSize(bytes: Uint8Array, encoding: Encoding): number {
  if (encoding !== 'gzip' || bytes.length < 18) return 0;
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(bytes.length - 4, true);
}

/** Synchronous: for bodies up to a few MiB this costs less than a trip to the thread pool (0.6–0.8×). */
export function decodeSmall(bytes: Uint8Array, encoding: Encoding, maxOutputLength: number): Decoded {
  if (encoding === 'identity')
    return bytes.length > maxOutputLength ? { kind: 'too_large' } : { kind: 'bytes', bytes };
  try {
    return { kind: 'bytes', bytes: inflate(bytes, encoding, maxOutputLength) };
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
      ? { kind: 'too_large' }
      : { kind: 'corrupt' };
  }
}

function inflate(
  bytes: Uint8Array,
  encoding: Exclude<Encoding, 'identity'>,
  maxOutputLength: number,
): Uint8Array {
  switch (encoding) {
    case 'gzip':
      return gunzipSync(bytes, { maxOutputLength });
    case 'deflate':
      return hasZlibHeader(bytes)
        ? inflateSync(bytes, { maxOutputLength })
        : inflateRawSync(bytes, { maxOutputLength });
    case 'br':
      return brotliDecompressSync(bytes, { maxOutputLength });
    case 'zstd':
      return zstdDecompressSync(bytes, { maxOutputLength });
  }
}

/** Each chunk is a trip to the thread pool: with the default of 16 KiB, 100 MiB took seconds on a busy machine. */
const CHUNKS = { chunkSize: 128 * 1024 };

/** null: nothing to undo. A zstd frame may ask for a window of 8 MiB at most. */
export function createDecoder(encoding: Encoding, start: Uint8Array): Transform | null {
  switch (encoding) {
    case 'identity':
      return null;
    case 'gzip':
      return createGunzip(CHUNKS);
    case 'deflate':
      return hasZlibHeader(start) ? createInflate(CHUNKS) : createInflateRaw(CHUNKS);
    case 'br':
      return createBrotliDecompress(CHUNKS);
    case 'zstd':
      return createZstdDecompress({ ...CHUNKS, params: { [constants.ZSTD_d_windowLogMax]: 23 } });
  }
}
