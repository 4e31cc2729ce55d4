/** The document is true: requests made from it are answered as it says. More of them: `npm run soak -- api-fuzz`. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fuzzApi } from '../support/api-fuzz.ts';
import {
  makeDataDir,
  redeemSetup,
  startServerProcess,
  type ServerProcess,
} from '../support/server-process.ts';

const RUNS = Number(process.env['FUZZ_RUNS'] ?? 20);
const dataDir = makeDataDir();
let server: ServerProcess;

beforeAll(async () => {
  server = await startServerProcess({ dataDir: dataDir.path });
});
afterAll(async () => {
  await server.end('SIGTERM');
  dataDir.remove();
});

it('API40 requests made from the document are never answered 500 and always as documented', async () => {
  const first = await redeemSetup(server);
  const report = await fuzzApi({ server, first, runs: RUNS, seed: 20_261_124 });
  expect(report.wrong).toEqual([]);
  expect(report.operations).toBeGreaterThan(90);
  // A fuzz that is refused everywhere finds nothing.
  expect(report.never_succeeded).toEqual([]);
}, 300_000);
