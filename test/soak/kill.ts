/**
 * `npm run soak -- kill [--rounds 50] [--rate 1000] [--victim server|postgres|both]`: kill -9 under load, without
 * `--victim` of each of them; result in bench/results/kill.json.
 */
import { parseArgs } from 'node:util';
import { percentile, round, writeReport } from '../../bench/support/report.ts';
import { killRounds, VICTIMS, type KillReport } from '../support/kill-rounds.ts';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '50' },
    rate: { type: 'string', default: '1000' },
    victim: { type: 'string' },
  },
});
const settings = { rounds: Number(values.rounds), rate: Number(values.rate) };
const rows = [];
for (const victim of VICTIMS.filter((name) => values.victim === undefined || values.victim === name)) {
  const onRound = (report: KillReport) => console.log(JSON.stringify(rowOf(report)));
  rows.push(rowOf(await killRounds({ ...settings, victim, onRound })));
}
writeReport('kill', settings, rows);
if (rows.length === 0 || rows.some((row) => row.missing + row.twice + row.holes + row.miscounted > 0))
  process.exitCode = 1;

function rowOf({ recoveryMs, rate, ...report }: KillReport) {
  return {
    ...report,
    events_per_s: rate,
    recovery_p50_ms: round(percentile(recoveryMs, 0.5), 0),
    recovery_max_ms: round(Math.max(...recoveryMs), 0),
  };
}
