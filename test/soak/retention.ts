/**
 * `npm run soak -- retention [--rounds 5] [--rate 500] [--days 40] [--events 4000]`: result in bench/results/retention.json.
 * Ingestion must never wait 50 ms for a lock of retention; the longest wait of an event with and without it says what else
 * it costs (the disk, the CPU).
 */
import { parseArgs } from 'node:util';
import { percentile, round, writeReport } from '../../bench/support/report.ts';
import { retentionRounds, type RetentionRound } from '../support/retention-rounds.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    rate: { type: 'string', default: '500' },
    days: { type: 'string', default: '40' },
    events: { type: 'string', default: '4000' },
  },
});
const settings = {
  rounds: Number(values.rounds),
  rate: Number(values.rate),
  days: Number(values.days),
  eventsADay: Number(values.events),
};
const onRound = (one: RetentionRound) => console.log(JSON.stringify(rowOf(one)));
const { rounds, lockWaits } = await retentionRounds({ ...settings, onRound });
writeReport('retention', { ...settings, lock_waits_over_50_ms: lockWaits.length }, rounds.map(rowOf));
for (const wait of lockWaits) console.error(wait);
if (lockWaits.length > 0) process.exitCode = 1;

function rowOf({ busy, quiet, seconds, ...done }: RetentionRound) {
  return {
    ...done,
    seconds: round(seconds),
    events: busy.length + quiet.length,
    p50_ms: round(percentile(busy, 0.5)),
    p99_ms: round(percentile(busy, 0.99)),
    max_ms: round(Math.max(0, ...busy)),
    quiet_p50_ms: round(percentile(quiet, 0.5)),
    quiet_p99_ms: round(percentile(quiet, 0.99)),
    quiet_max_ms: round(Math.max(0, ...quiet)),
  };
}
