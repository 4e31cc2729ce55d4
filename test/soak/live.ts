/**
 * `npm run soak -- live [seconds]`: the live page at 500 events/s for a minute, then its connection cut for a minute;
 * result in bench/results/live.json. Fails when anything is lost silently, a task takes more than 100 ms, there are
 * fewer than 50 frames/s, or the heap of the page grows.
 */
import { writeReport } from '../../bench/support/report.ts';
import { chromiumPath, launchChromium } from '../support/chromium.ts';
import { cutConnection } from '../support/cut-connection.ts';
import { livePageLoad, unaccounted } from '../support/live-page-load.ts';
import { makeDataDir, redeemSetup, startServerProcess } from '../support/server-process.ts';
import { openPage } from '../support/signed-in-page.ts';

const load = { seconds: Number(process.argv[2] ?? 60), eventsPerSecond: 500 };
const cut = { seconds: Number(process.argv[2] ?? 60), eventsPerSecond: 50 };
const executable = chromiumPath();
if (executable === null) throw new Error('needs Chromium');
const dataDir = makeDataDir();
const server = await startServerProcess({ dataDir: dataDir.path, env: { MESHER_RATE_LIMIT: '0' } });
const browser = await launchChromium(executable);
try {
  const first = await redeemSetup(server);
  const { page, context } = await openPage(browser, server, { as: first });
  const busy = await livePageLoad(page, server, first, load);
  await context.close();
  const resumed = await cutConnection(browser, server, first, cut);
  writeReport('live', { load, cut }, [busy, resumed]);
  const problems = [
    ...unaccounted(busy),
    ...(busy.tasks_over_100_ms === 0 ? [] : [`${busy.tasks_over_100_ms} tasks of more than 100 ms`]),
    ...(busy.frames_per_second >= 50 ? [] : [`${busy.frames_per_second} frames/s`]),
    ...(busy.heap_end_mb < busy.heap_early_mb * 1.2 + 5 ? [] : ['the heap of the page grows']),
    ...(resumed.missing + resumed.dropped + resumed.disordered + resumed.notices === 0
      ? []
      : ['the cut left a gap']),
  ];
  for (const problem of problems) console.error(`FAILED: ${problem}`);
  if (problems.length > 0) process.exitCode = 1;
} finally {
  await browser.close();
  await server.end('SIGTERM');
  dataDir.remove();
}
