/** A large envelope, inflated and parsed while its bytes arrive. In: what was read, and the rest of the request. */
import { pipeline, Readable } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../lib/clock.ts';
import type { Spool } from './attachments.ts';
import { createDecoder, type Encoding } from './decode-body.ts';
import { EnvelopeParser, type ParseResult } from './envelope-parser.ts';
import { LIMITS } from './limits.ts';
import { BodyTooLarge, streamRest } from './read-body.ts';

export type StreamResult =
  | ParseResult
  | { kind: 'corrupt' }
  | { kind: 'aborted' }
  | { kind: 'denied' }
  | { kind: 'unavailable'; cause: unknown };

export async function streamEnvelope(options: {
  req: IncomingMessage;
  start: Uint8Array[];
  encoding: Encoding;
  maxKept: (type: string) => number;
  /** Asked once the envelope header is known, before more is read; false ends it. */
  onHeader: (header: { readonly [key: string]: unknown }) => Promise<boolean>;
  spool: Spool;
  clock: Clock;
}): Promise<StreamResult> {
  const { req, clock } = options;
  const parser = new EnvelopeParser(options.maxKept, options.spool);
  const limits = { maxBytes: LIMITS.wireBytes, idleMs: LIMITS.bodyIdleMs };
  const source = streamRest(options.start, req, limits, clock);
  let decoded = 0;
  let asked = false;
  try {
    for await (const chunk of decode(source, options.encoding, options.start[0] ?? new Uint8Array())) {
      decoded += chunk.length;
      if (decoded > LIMITS.decodedBytes)
        return { kind: 'too_large', cause: 'the body inflates beyond 104 MiB' };
      if (!parser.push(chunk)) break;
      if (!asked && parser.header !== null) {
        asked = true;
        if (!(await options.onHeader(parser.header))) return { kind: 'denied' };
      }
      // Nothing more is read before the database has what came: that is the backpressure.
      if (asked) await flush(options.spool);
    }
  } catch (error) {
    if (error instanceof SpoolFailed) return { kind: 'unavailable', cause: error.cause };
    if (error instanceof BodyTooLarge) return { kind: 'too_large', cause: 'the body is larger than 100 MiB' };
    return req.destroyed && !req.complete ? { kind: 'aborted' } : { kind: 'corrupt' };
  }
  const result = parser.end();
  try {
    if (result.kind === 'envelope') await flush(options.spool);
  } catch (error) {
    if (error instanceof SpoolFailed) return { kind: 'unavailable', cause: error.cause };
    throw error;
  }
  return result;
}

/** The database's failure, told apart from the client's. */
class SpoolFailed extends Error {
  override readonly name = 'SpoolFailed';
}

async function flush(spool: Spool): Promise<void> {
  try {
    await spool.flush();
  } catch (cause) {
    throw new SpoolFailed('an attachment could not be stored', { cause });
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
