/**
 * `npm run soak -- viewers [minutes]`: ten minutes at 500 events/s with 100 clients; result in
 * bench/results/viewers.json. Fails when an entry is lost silently or the memory of the server grows.
 */
import { writeReport } from '../../bench/support/report.ts';
import { makeDataDir, redeemSetup, startServerProcess } from '../support/server-process.ts';
import { viewerLoad } from '../support/viewer-load.ts';

const minutes = Number(process.argv[2] ?? 10);
const load = { seconds: minutes * 60, eventsPerSecond: 500, clients: 100, seed: 1 };
const dataDir = makeDataDir();
const server = await startServerProcess({ dataDir: dataDir.path, env: { MESHER_RATE_LIMIT: '0' } });
try {
  const result = await viewerLoad(server, await redeemSetup(server), load);
  writeReport('viewers', load, [result]);
  if (result.lost > 0 || !result.flat) process.exitCode = 1;
} finally {
  await server.end('SIGTERM');
  dataDir.remove();
}
