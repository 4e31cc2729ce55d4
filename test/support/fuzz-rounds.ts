/**
 * Sends mutations of the corpus to a real handler over loopback: none may be answered 500, hang for over a second or
 * end the process, and memory must not grow. In: how many, and a seed. Out: what was seen.
 */
import { Agent, request } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { join } from 'node:path';
import { readdirSync } from 'node:fs';
import { createRandom, mutate, type FuzzRequest } from './mutate.ts';
import { loadRecordings } from './recordings.ts';
import { startIngestServer } from './ingest-server.ts';

export interface FuzzReport {
  sent: number;
  seed: number;
  statuses: { [status: string]: number };
  slowestMs: number;
  /** Longest the event loop was held. */
  longestBlockMs: number;
  wrong: string[];
  /** Bytes of heap and buffers after a warm-up, and at the end, both after a collection where one can be asked for. */
  memory: { before: number; after: number };
}

const AT_ONCE = 8;
/** Of the event loop: nothing may hold it for longer. */
const HANG_MS = 1_000;
/** Of one answer: bombs wait for their turn, on a busy machine for seconds. */
const ANSWER_MS = 5_000;

export async function fuzzRounds(o: {
  corpus: string;
  count: number;
  seed: number;
  onProgress?: (sent: number) => void;
}): Promise<FuzzReport> {
  const requests = loadRequests(o.corpus);
  const server = await startIngestServer();
  const report: FuzzReport = {
    sent: 0,
    seed: o.seed,
    statuses: {},
    slowestMs: 0,
    longestBlockMs: 0,
    wrong: [],
    memory: { before: 0, after: 0 },
  };
  const loop = monitorEventLoopDelay({ resolution: 10 });
  loop.enable();
  const warm = Math.min(1000, Math.floor(o.count / 4));
  let next = 0;

  async function worker(): Promise<void> {
    while (next < o.count) {
      const round = next++;
      if (round === warm) report.memory.before = used();
      // Each round has a seed of its own: a finding can be repeated alone.
      const random = createRandom(o.seed + round);
      const original = requests[Math.floor(random() * requests.length)];
      if (original === undefined) throw new Error('the corpus is empty');
      const mutated = mutate(random, original, requests);
      const start = performance.now();
      const status = await send(server.port, mutated);
      const took = performance.now() - start;
      report.sent++;
      report.slowestMs = Math.max(report.slowestMs, took);
      report.statuses[status] = (report.statuses[status] ?? 0) + 1;
      if (status === 500 || status === 0 || took > ANSWER_MS)
        report.wrong.push(`round ${round} (seed ${o.seed + round}): ${status} after ${Math.round(took)} ms`);
      server.events.length = 0;
      server.outcomes.length = 0;
      server.saved.uploads.clear();
      for (const list of [
        server.saved.feedback,
        server.saved.sessions,
        server.saved.checkIns,
        server.saved.discarded,
      ])
        list.length = 0;
      if (round % 1000 === 999) o.onProgress?.(round + 1);
    }
  }
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    report.memory.after = used();
    report.wrong.push(...server.errors);
    report.longestBlockMs = loop.max / 1e6;
    if (report.longestBlockMs > HANG_MS)
      report.wrong.push(`the event loop was held for ${Math.round(report.longestBlockMs)} ms`);
    return report;
  } finally {
    await server.close();
  }
}

function loadRequests(corpus: string): FuzzRequest[] {
  const folders = [
    join(corpus, 'faults'),
    ...readdirSync(join(corpus, 'sdk')).map((sdk) => join(corpus, 'sdk', sdk)),
  ];
  return folders
    .flatMap((folder) => loadRecordings(folder))
    .filter(({ recording, body }) => recording.raw_tcp !== true && body.length <= 256 * 1024)
    .map(({ recording: { method, path, headers }, body }) => ({ method, path, headers, body }));
}

function used(): number {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

const NOT_SENT = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'expect']);

/** An agent of its own: the global one takes the server's keep-alive hint for a timeout of the request. */
const AGENT = new Agent({ keepAlive: false });

/** 0: no answer. */
function send(port: number, { method, path, headers, body }: FuzzRequest): Promise<number> {
  const kept = Object.entries(headers).filter(([name]) => !NOT_SENT.has(name.toLowerCase()));
  return new Promise((resolve) => {
    const req = request(
      {
        port,
        host: '127.0.0.1',
        method,
        path,
        headers: { ...Object.fromEntries(kept), 'content-length': String(body.length) },
        timeout: 20_000,
        agent: AGENT,
      },
      (res) => {
        res.resume();
        res.on('end', () => resolve(res.statusCode ?? 0));
        res.on('error', () => resolve(0));
      },
    );
    req.on('timeout', () => req.destroy());
    req.on('error', () => resolve(0));
    req.end(body);
  });
}
