/**
 * A request's body, never trusting Content-Length. `readSmall` collects up to a limit in one buffer and hands over
 * what it has when there is more; `streamRest` then goes on from there, chunk by chunk.
 */
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../lib/clock.ts';

export type SmallBody =
  | { kind: 'whole'; bytes: Uint8Array }
  /** More than the limit: the request is paused, `start` is what came so far. */
  | { kind: 'larger'; start: Uint8Array[] }
  | { kind: 'aborted' };

/** Resolves, never rejects. Without a byte for `idleMs` the connection is closed (slow senders cost a socket). */
export function readSmall(
  req: IncomingMessage,
  maxBytes: number,
  clock: Clock,
  idleMs: number,
): Promise<SmallBody> {
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = [];
    let size = 0;
    const watch = watchProgress(req, clock, idleMs);
    const finish = (body: SmallBody) => {
      watch.cancel();
      req.off('data', onData).off('end', onEnd).off('close', onAbort).off('error', onAbort);
      resolve(body);
    };
    const onData = (chunk: Uint8Array) => {
      watch.progress();
      chunks.push(chunk);
      size += chunk.length;
      if (size <= maxBytes) return;
      req.pause();
      finish({ kind: 'larger', start: chunks });
    };
    const onEnd = () => {
      const [only] = chunks;
      finish({
        kind: 'whole',
        bytes: chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks),
      });
    };
    const onAbort = () => {
      // An error listener must stay: node may emit `error` (ECONNRESET) after `close` was seen.
      req.on('error', () => {});
      finish({ kind: 'aborted' });
    };
    req.on('data', onData).on('end', onEnd).on('close', onAbort).on('error', onAbort);
    if (req.destroyed && !req.complete) onAbort();
  });
}

export interface StreamLimits {
  maxBytes: number;
  idleMs: number;
  /** Who has been waited for longer than this must have sent so much, as soon as others wait for its turn. */
  patienceMs: number;
  bytesPerS: number;
  othersWait: () => boolean;
}

/** The chunks already read, then the rest. Throws when the client goes away, a limit is passed, or others wait for it. */
export async function* streamRest(
  start: Uint8Array[],
  req: IncomingMessage,
  limits: StreamLimits,
  clock: Clock,
): AsyncGenerator<Uint8Array> {
  let size = 0;
  const watch = watchProgress(req, clock, limits.idleMs);
  try {
    for (const chunk of start) {
      size += chunk.length;
      yield chunk;
    }
    if (req.complete && req.readableEnded) return;
    // Only what the client takes counts: the database may be what everybody waits for.
    let waitedMs = 0;
    let asked = clock.monotonic();
    for await (const chunk of req.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
      watch.progress();
      waitedMs += clock.monotonic() - asked;
      size += chunk.length;
      if (size > limits.maxBytes) throw new BodyTooLarge('the body is larger than 100 MiB');
      const isSlow = waitedMs > limits.patienceMs && size < (waitedMs / 1000) * limits.bytesPerS;
      if (isSlow && limits.othersWait()) throw new BodyTooSlow('others wait for a slow body');
      yield chunk;
      asked = clock.monotonic();
    }
  } finally {
    watch.cancel();
  }
}

export class BodyTooLarge extends Error {
  override readonly name = 'BodyTooLarge';
}

export class BodyTooSlow extends Error {
  override readonly name = 'BodyTooSlow';
}

/** One timer for the whole body that looks at when bytes last came: re-arming it for each chunk would cost more. */
function watchProgress(req: IncomingMessage, clock: Clock, idleMs: number) {
  let last = clock.monotonic();
  let timer = clock.after(idleMs, check);
  function check(): void {
    const idle = clock.monotonic() - last;
    if (idle >= idleMs) req.destroy();
    else timer = clock.after(idleMs - idle, check);
  }
  return {
    progress: () => {
      last = clock.monotonic();
    },
    cancel: () => timer.cancel(),
  };
}
