/** A large body, inflated while its bytes arrive. In: what was read, and the rest of the request. Out: chunks, bounded. */
import type { IncomingMessage } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import type { Clock } from '../lib/clock.ts';
import { createDecoder, sniffEncoding, type Encoding } from './decode-body.ts';
import { LIMITS } from './limits.ts';
import { BodyTooLarge, streamRest } from './read-body.ts';

/** Throws BodyTooLarge beyond the limits, BodyTooSlow when others wait, and what the decoder throws. */
export async function* streamBody(
  req: IncomingMessage,
  start: Uint8Array[],
  encoding: Encoding,
  clock: Clock,
  othersWait: () => boolean,
): AsyncGenerator<Uint8Array> {
  const limits = {
    maxBytes: LIMITS.wireBytes,
    idleMs: LIMITS.bodyIdleMs,
    patienceMs: LIMITS.slowBodyMs,
    bytesPerS: LIMITS.slowBodyBytesPerS,
    othersWait,
  };
  const source = streamRest(start, req, limits, clock);
  // The first bytes say what the body really is.
  const first = await source.next();
  if (first.done === true) return;
  let decoded = 0;
  for await (const chunk of decode(withFirst(first.value, source), encoding, first.value)) {
    decoded += chunk.length;
    if (decoded > LIMITS.decodedBytes) throw new BodyTooLarge('the body inflates beyond 104 MiB');
    yield chunk;
  }
}

async function* withFirst(first: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield first;
    yield* rest;
  } finally {
    await rest.return(undefined);
  }
}

function decode(
  source: AsyncGenerator<Uint8Array>,
  declared: Encoding,
  start: Uint8Array,
): AsyncIterable<Uint8Array> {
  const decoder = createDecoder(sniffEncoding(declared, start), start);
  if (decoder === null) return source;
  // Errors reach whoever iterates the decoder; the callback only keeps them from being unhandled.
  return pipeline(Readable.from(source), decoder, () => {});
}
