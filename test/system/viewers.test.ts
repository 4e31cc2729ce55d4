/** The short form of `npm run soak -- viewers`: 30 s of events, a hundred clients of whom one fails every second. */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import {
  makeDataDir,
  redeemSetup,
  startServerProcess,
  type FirstRun,
  type ServerProcess,
} from '../support/server-process.ts';
import { viewerLoad } from '../support/viewer-load.ts';

// The users are made on the command line, a process each.
vi.setConfig({ testTimeout: 180_000 });

const dataDir = makeDataDir();
let server: ServerProcess;
let first: FirstRun;

beforeAll(async () => {
  server = await startServerProcess({ dataDir: dataDir.path, env: { MESHER_RATE_LIMIT: '0' } });
  first = await redeemSetup(server);
});
afterAll(async () => {
  await server.end('SIGTERM');
  dataDir.remove();
});

it('ST10 a hundred clients account for every matching entry of 30 s at 500 events/s', async () => {
  const result = await viewerLoad(server, first, {
    seconds: 30,
    eventsPerSecond: 500,
    clients: 100,
    seed: 1,
  });
  expect(result).toMatchObject({ lost: 0 });
  expect(result.events).toBeGreaterThan(3000);
  expect(result.faults).toBeGreaterThan(10);
  expect(result.delivered).toBeGreaterThan(result.events);
  // A bound on what must not happen, not a measurement: docs/benchmarks.md has those.
  expect(result.rss_max_mb).toBeLessThan(500);
});
