/** IN16: bombs of every kind at once cost a server that has just started next to nothing, and it serves on meanwhile. */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeBombs } from '../support/bombs.ts';
import {
  makeDataDir,
  redeemSetup,
  startServerProcess,
  type FirstRun,
  type ServerProcess,
} from '../support/server-process.ts';

const MB = 1024 * 1024;
const dataDir = makeDataDir();
let server: ServerProcess;
let first: FirstRun;

beforeAll(async () => {
  server = await startServerProcess({ dataDir: dataDir.path });
  first = await redeemSetup(server);
});
afterAll(async () => {
  await server.end('SIGTERM');
  dataDir.remove();
});

/** Of the kernel, which misses nothing in between. */
function peakRss(): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}

const post = (path: string, body: Buffer<ArrayBuffer> | string, headers: { [name: string]: string } = {}) =>
  fetch(`${server.url}${path}`, { method: 'POST', headers, body });

it.skipIf(process.platform !== 'linux')(
  'IN16 eleven bombs at once are refused, cost under 50 MB, and others are served meanwhile',
  async () => {
    const bombs = await makeBombs(first.publicKey, first.projectId);
    for (const bomb of bombs) expect(bomb.body.length, bomb.name).toBeLessThan(MB);
    const plain = () =>
      post(
        `/api/${first.projectId}/store/?sentry_key=${first.publicKey}`,
        JSON.stringify({ message: 'plain' }),
      );
    expect((await plain()).status).toBe(200);
    // Cold, and its peak counted from here: what it needed to start is not at hand for bombs.
    writeFileSync(`/proc/${server.pid}/clear_refs`, '5');
    const before = peakRss();
    let done = false;
    const others = (async () => {
      let slowest = 0;
      while (!done) {
        const start = performance.now();
        expect((await plain()).status).toBe(200);
        slowest = Math.max(slowest, performance.now() - start);
      }
      return slowest;
    })();
    const answers = await Promise.all(bombs.map(({ path, body, headers }) => post(path, body, headers)));
    done = true;
    const slowest = await others;
    const peak = peakRss();
    const statuses = answers.map((answer, i) => `${bombs[i]?.name ?? ''}: ${answer.status}`);
    expect(statuses.filter((line) => !/: (?:400|413|415)$/.test(line))).toEqual([]);
    process.stderr.write(
      `bombs: +${Math.round((peak - before) / MB)} MB at the peak, others waited ${Math.round(slowest)} ms at most\n`,
    );
    expect((peak - before) / MB).toBeLessThan(50);
    expect((await plain()).status).toBe(200);
  },
);
