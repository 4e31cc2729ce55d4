/** A large body, inflated while its bytes arrive. In: what was read, and the rest of the request. Out: chunks, bounded. */
import type { IncomingMessage } from 'node:http';
import { pipeline, Readable } from 'node:stream';
import type { Clock } from '../lib/clock.ts';
import { createDecoder, type Encoding } from './decode-body.ts';
import { LIMITS } from './limits.ts';
import { BodyTooLarge, streamRest } from './read-body.ts';

/** Throws BodyTooLarge beyond the limits, and what the decoder throws. */
export async function* streamBody(
  req: IncomingMessage,
  start: Uint8Array[],
  encoding: Encoding,
  clock: Clock,
): AsyncGenerator<Uint8Array> {
  const limits = { maxBytes: LIMITS.wireBytes, idleMs: LIMITS.bodyIdleMs };
  const source = streamRest(start, req, limits, clock);
  let decoded = 0;
  for await (const chunk of decode(source, encoding, start[0] ?? new Uint8Array())) {
    decoded += chunk.length;
    if (decoded > LIMITS.decodedBytes) throw new BodyTooLarge('the body inflates beyond 104 MiB');
    yield chunk;
  }
}

function decode(
  source: AsyncGenerator<Uint8Array>,
  encoding: Encoding,
  start: Uint8Array,
): AsyncIterable<Uint8Array> {
  const decoder = createDecoder(encoding, start);
  if (decoder === null) return source;
  // Errors reach whoever iterates the decoder; the callback only keeps them from being unhandled.
  return pipeline(Readable.from(source), decoder, () => {});
}
