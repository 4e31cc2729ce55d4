/** `npm run soak -- stream [runs] [first seed]`: 500 runs behind a failing network; result in bench/results/stream-faults.json. */
import { writeReport } from '../../bench/support/report.ts';
import { createFaultWorld, faultRun } from '../support/stream-faults.ts';
import { makeDataDir, redeemSetup, startServerProcess } from '../support/server-process.ts';
import { addAccount, type Account } from '../support/stream-oracle.ts';

const runs = Number(process.argv[2] ?? 500);
const firstSeed = Number(process.argv[3] ?? 1);
const dataDir = makeDataDir();
const server = await startServerProcess({ dataDir: dataDir.path, env: { MESHER_RATE_LIMIT: '0' } });
const total: Account = { delivered: 0, dropped: 0, superseded: 0, lost: 0 };
const failed: number[] = [];
try {
  const world = await createFaultWorld(server, await redeemSetup(server));
  for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
    try {
      const account = await faultRun(world, seed, seed % 25 === 0);
      addAccount(total, account);
    } catch (error) {
      failed.push(seed);
      console.error(`seed ${seed}`, error);
    }
    if (seed % 25 === 0) console.log(`seed ${seed}`, JSON.stringify(total));
  }
} finally {
  await server.end('SIGTERM');
  dataDir.remove();
}
writeReport('stream-faults', { runs, firstSeed }, [{ runs, failed: failed.length, ...total }]);
if (failed.length > 0) process.exitCode = 1;
