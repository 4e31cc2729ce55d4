/** The thread of digest-pool.ts: digests what it is sent, in order, and sends the rows back a few at a time. */
import { parentPort } from 'node:worker_threads';
import { digestPayload } from './digest.ts';
import type { FromWorker, ToWorker } from './digest-pool.ts';

/** So that the writer gets its first rows while later ones are still being made. */
const REPLY_EVERY = 8;

const port = parentPort;
if (port === null) throw new Error('digest-worker.ts runs as a worker thread only');

port.on('message', ({ first, tasks }: ToWorker) => {
  let from = first;
  let results: FromWorker['results'] = [];
  const reply = () => {
    const message: FromWorker = { first: from, results };
    port.postMessage(
      message,
      results.flatMap((result) =>
        result.kind === 'event' ? [result.event.payload.buffer as ArrayBuffer] : [],
      ),
    );
    from += results.length;
    results = [];
  };
  for (const task of tasks) {
    try {
      const digest = digestPayload(task);
      // Its own memory, so that it moves to the other thread instead of being copied with what lies beside it.
      if (digest.kind === 'event') digest.event.payload = new Uint8Array(digest.event.payload);
      results.push(digest);
    } catch (error) {
      results.push({
        kind: 'failed',
        message: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    }
    if (results.length === REPLY_EVERY) reply();
  }
  if (results.length > 0) reply();
});
