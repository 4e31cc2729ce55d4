/**
 * The promises of the stream on a real server behind a network that stalls, resets, goes half-open and fragments:
 * 50 seeded runs. `npm run soak -- stream [runs] [first seed]` does 500.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createFaultWorld, faultRun, type FaultWorld } from '../support/stream-faults.ts';
import {
  makeDataDir,
  redeemSetup,
  startServerProcess,
  type ServerProcess,
} from '../support/server-process.ts';
import { addAccount, type Account } from '../support/stream-oracle.ts';

const dataDir = makeDataDir();
let server: ServerProcess;
let world: FaultWorld;

beforeAll(async () => {
  server = await startServerProcess({ dataDir: dataDir.path, env: { MESHER_RATE_LIMIT: '0' } });
  world = await createFaultWorld(server, await redeemSetup(server));
});
afterAll(async () => {
  await server.end('SIGTERM');
  dataDir.remove();
});

it('ST10 ST11 ST12 ST6 every viewer accounts for every matching entry, whatever the network does', async () => {
  const total: Account = { delivered: 0, dropped: 0, superseded: 0, lost: 0 };
  for (let seed = 1; seed <= 50; seed++) {
    const account = await faultRun(world, seed, seed % 25 === 0).catch((error: unknown) => {
      throw new Error(`seed ${seed}`, { cause: error });
    });
    addAccount(total, account);
  }
  // Runs in which nothing was dropped or superseded would prove less than they say.
  expect(total.delivered).toBeGreaterThan(1000);
  expect(total.dropped).toBeGreaterThan(100);
  expect(total.superseded).toBeGreaterThan(0);
  expect(total.lost).toBe(0);
});
