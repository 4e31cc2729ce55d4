/**
 * Worker threads for the CPU of events, so that parsing and grouping neither delay the sockets of viewers nor the round
 * trips of the writer, and a second core is used. A thread gets bytes and answers with the row to store: little crosses.
 *
 * In: payloads. Out: digests, in whatever order they are done. Bounded in events and bytes; tasks of one turn of the
 * event loop travel in one message. A thread that dies takes its tasks with it (they are rejected, nothing of them is
 * stored) and is replaced by the supervisor.
 */
import { Worker } from 'node:worker_threads';
import type { Digest, DigestTask } from './digest.ts';

export interface ToWorker {
  /** Number of the first task; the others follow. */
  first: number;
  tasks: DigestTask[];
}
export interface FromWorker {
  first: number;
  results: (Digest | { kind: 'failed'; message: string })[];
}

export interface DigestPool {
  digest(task: DigestTask): Promise<Digest>;
  /** Whether there is room for another payload. */
  isFull(): boolean;
  start(): Promise<void>;
  stop(): Promise<void>;
  onFailure(report: (error: unknown) => void): void;
}

/** The thread ended before it answered: nothing of the event is stored, and sending it again is safe. */
export class DigestLostError extends Error {
  constructor(cause: unknown) {
    super('The digest thread ended.', { cause });
    this.name = 'DigestLostError';
  }
}

interface Waiting {
  bytes: number;
  resolve(digest: Digest): void;
  reject(error: Error): void;
}

interface Thread {
  worker: Worker;
  /** By number, in the order sent. */
  waiting: Map<number, Waiting>;
  /** Collected in this turn, not sent yet. */
  outbox: DigestTask[];
  next: number;
}

// The compiled package has .js beside it, a checkout .ts.
const ENTRY = new URL(
  import.meta.url.endsWith('.ts') ? './digest-worker.ts' : './digest-worker.js',
  import.meta.url,
);

export function createDigestPool(options: {
  threads: number;
  maxEvents: number;
  maxBytes: number;
  /** For tests: another program for the threads. */
  entry?: URL;
}): DigestPool {
  let threads: Thread[] = [];
  let heldEvents = 0;
  let heldBytes = 0;
  let stopping = false;
  let reportFailure: (error: unknown) => void = () => undefined;

  async function startThread(): Promise<Thread> {
    const worker = new Worker(options.entry ?? ENTRY);
    const thread: Thread = { worker, waiting: new Map(), outbox: [], next: 0 };
    worker.on('message', ({ first, results }: FromWorker) => {
      results.forEach((result, i) => settle(thread, first + i, result));
    });
    const lost = (error: unknown) => {
      threads = threads.filter((other) => other !== thread);
      for (const waiting of thread.waiting.values()) {
        release(waiting);
        waiting.reject(new DigestLostError(error));
      }
      thread.waiting.clear();
      if (!stopping) reportFailure(error);
    };
    worker.once('error', lost);
    worker.once('exit', (code) => {
      if (threads.includes(thread)) lost(new Error(`the digest thread exited with ${code}`));
    });
    await new Promise<void>((resolve, reject) => {
      worker.once('online', resolve);
      worker.once('error', reject);
    });
    return thread;
  }

  function settle(thread: Thread, number: number, result: FromWorker['results'][number]): void {
    const waiting = thread.waiting.get(number);
    if (!waiting) return;
    thread.waiting.delete(number);
    release(waiting);
    if (result.kind === 'failed')
      waiting.reject(new Error(`An event could not be digested: ${result.message}`));
    else waiting.resolve(result);
  }

  function release(waiting: Waiting): void {
    heldEvents--;
    heldBytes -= waiting.bytes;
  }

  function post(thread: Thread): void {
    const tasks = thread.outbox;
    thread.outbox = [];
    const message: ToWorker = { first: thread.next - tasks.length, tasks };
    thread.worker.postMessage(
      message,
      tasks.map((task) => task.payload.buffer as ArrayBuffer),
    );
  }

  return {
    digest(task) {
      const thread = leastBusy(threads);
      if (!thread) return Promise.reject(new DigestLostError('no thread runs'));
      const bytes = task.payload.byteLength;
      heldEvents++;
      heldBytes += bytes;
      return new Promise((resolve, reject) => {
        thread.waiting.set(thread.next++, { bytes, resolve, reject });
        // A copy of its own: a view would take the whole buffer of its neighbours along.
        thread.outbox.push({ ...task, payload: new Uint8Array(task.payload) });
        if (thread.outbox.length === 1) setImmediate(() => post(thread));
      });
    },
    isFull: () => heldEvents >= options.maxEvents || heldBytes >= options.maxBytes,
    async start() {
      stopping = false;
      const missing = options.threads - threads.length;
      threads.push(...(await Promise.all(Array.from({ length: missing }, startThread))));
    },
    async stop() {
      stopping = true;
      await Promise.all(threads.map((thread) => thread.worker.terminate()));
    },
    onFailure(report) {
      reportFailure = report;
    },
  };
}

function leastBusy(threads: readonly Thread[]): Thread | undefined {
  let best = threads[0];
  for (const thread of threads) if (best && thread.waiting.size < best.waiting.size) best = thread;
  return best;
}

/** One core is left to the sockets, the writer and PostgreSQL; beyond four, the writer is what stops it. */
export function digestThreads(cores: number): number {
  return Math.min(4, Math.max(1, cores - 1));
}
