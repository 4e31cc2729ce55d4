/** Mutations of recorded requests, the same for the same seed: what bit rot, hostile senders and broken SDKs make. */
import { gunzipSync, gzipSync } from 'node:zlib';

export type Random = () => number;

/** Mulberry32: small, fast, and the same on every machine. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface FuzzRequest {
  method: string;
  path: string;
  headers: { [name: string]: string };
  body: Buffer;
}

const INTERESTING = [
  '{', '}', '[', ']', '"', '\\', '\n', '\r\n', '\u0000', '\\u0000', '\\ud800', 'null', 'true', '1e999', '-1',
  '9007199254740993', '""', '{}', '[]', '__proto__', 'constructor', '\ufeff', '{"length":-1}', '{"type":"event"}\n',
  '%s%n', '../../etc/passwd', '{{auto}}', 'NaN',
]; // prettier-ignore

function pick<T>(random: Random, list: readonly T[]): T | undefined {
  return list[Math.floor(random() * list.length)];
}

export function mutate(random: Random, request: FuzzRequest, others: readonly FuzzRequest[]): FuzzRequest {
  const gzipped = request.headers['content-encoding'] === 'gzip';
  let body = gzipped ? inflated(request.body) : request.body;
  const steps = 1 + Math.floor(random() * 4);
  for (let i = 0; i < steps; i++) body = mutateBytes(random, body, others);
  const headers = { ...request.headers };
  if (random() < 0.1) mutateHeaders(random, headers);
  const isGzip = headers['content-encoding'] === 'gzip';
  // Mostly whole, so that the mutation gets through to the parser; sometimes the compressed bytes are hit.
  const sent = isGzip && random() < 0.9 ? gzipSync(body, { level: 1 }) : body;
  const path = random() < 0.03 ? request.path.replace('envelope', 'store') : request.path;
  return { ...request, path, headers, body: random() < 0.05 ? mutateBytes(random, sent, others) : sent };
}

function inflated(body: Buffer): Buffer {
  try {
    return gunzipSync(body, { maxOutputLength: 8 * 1024 * 1024 });
  } catch {
    return body;
  }
}

function mutateBytes(random: Random, body: Buffer, others: readonly FuzzRequest[]): Buffer {
  const at = Math.floor(random() * (body.length + 1));
  const to = Math.min(body.length, at + Math.floor(random() ** 3 * 200));
  const around = (middle: Uint8Array | string): Buffer =>
    Buffer.concat([body.subarray(0, at), Buffer.from(middle), body.subarray(to)]);
  switch (Math.floor(random() * 8)) {
    case 0: {
      const flipped = Buffer.from(body);
      if (at < flipped.length)
        flipped.writeUInt8((flipped.readUInt8(at) ^ (1 << Math.floor(random() * 8))) & 0xff, at);
      return flipped;
    }
    case 1:
      return body.subarray(0, at);
    case 2:
      return around('');
    case 3:
      return Buffer.concat([body.subarray(0, to), body.subarray(at, to), body.subarray(to)]);
    case 4:
      return around(pick(random, INTERESTING) ?? '');
    case 5: {
      const other = pick(random, others)?.body ?? body;
      const from = Math.floor(random() * other.length);
      return around(other.subarray(from, from + Math.floor(random() * 2000)));
    }
    case 6:
      return around(
        (pick(random, ['[', '{"a":', '"', 'x', '\n']) ?? 'x').repeat(Math.floor(random() * 3000)),
      );
    default:
      // A number of the JSON, a length for instance, becomes another.
      return Buffer.from(
        body.toString('latin1').replace(/\d+/, () => String(Math.floor(random() * 10 ** (random() * 17)))),
        'latin1',
      );
  }
}

function mutateHeaders(random: Random, headers: { [name: string]: string }): void {
  const encodings = ['gzip', 'deflate', 'br', 'zstd', 'identity', '', 'gzip, gzip', 'nonsense'];
  if (random() < 0.5) headers['content-encoding'] = pick(random, encodings) ?? '';
  else
    headers['content-type'] =
      pick(random, ['text/plain', 'multipart/form-data; boundary=x', 'x/\u00e9']) ?? '';
}
