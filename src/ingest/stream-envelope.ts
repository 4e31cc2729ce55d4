/** A large envelope, inflated and parsed while its bytes arrive. In: what was read, and the rest of the request. */
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../lib/clock.ts';
import type { Spool } from './attachments.ts';
import type { Encoding } from './decode-body.ts';
import { EnvelopeParser, type ParseResult } from './envelope-parser.ts';
import { BodyTooLarge, BodyTooSlow } from './read-body.ts';
import { streamBody } from './stream-body.ts';

export type StreamResult =
  | ParseResult
  | { kind: 'corrupt' }
  | { kind: 'aborted' }
  | { kind: 'denied' }
  /** Others wait for its turn. */
  | { kind: 'too_slow' }
  | { kind: 'unavailable'; cause: unknown };

export async function streamEnvelope(options: {
  req: IncomingMessage;
  start: Uint8Array[];
  encoding: Encoding;
  maxKept: (type: string) => number;
  /** Asked once the envelope header is known, before more is read; false ends it. */
  onHeader: (header: { readonly [key: string]: unknown }) => Promise<boolean>;
  spool: Spool;
  othersWait: () => boolean;
  clock: Clock;
}): Promise<StreamResult> {
  const { req, start, encoding, clock, othersWait } = options;
  const parser = new EnvelopeParser(options.maxKept, options.spool);
  let asked = false;
  try {
    for await (const chunk of streamBody(req, start, encoding, clock, othersWait)) {
      if (!parser.push(chunk)) break;
      if (!parser.holdsChunk && encoding !== 'identity') giveBack(chunk);
      if (!asked && parser.header !== null) {
        asked = true;
        if (!(await options.onHeader(parser.header))) return { kind: 'denied' };
      }
      // Nothing more is read before the database has what came: that is the backpressure.
      if (asked) await flush(options.spool);
    }
  } catch (error) {
    if (error instanceof SpoolFailed) return { kind: 'unavailable', cause: error.cause };
    if (error instanceof BodyTooSlow) return { kind: 'too_slow' };
    if (error instanceof BodyTooLarge) return { kind: 'too_large', cause: error.message };
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

/**
 * The memory of a skipped chunk, at once: a bomb is tens of megabytes of chunks that the collector, which sees a few
 * small objects, would find late. Only what the decoder gave us, and only when nothing else lies in the same buffer.
 */
function giveBack({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
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
