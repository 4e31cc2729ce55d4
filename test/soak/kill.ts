/** `npm run soak -- kill [rounds]`: twenty kill -9 under load; result in bench/results/kill.json. */
import { writeReport } from '../../bench/support/report.ts';
import { killRounds } from '../support/kill-rounds.ts';

const rounds = Number(process.argv[2] ?? 20);
const result = await killRounds(rounds, (round, soFar) =>
  console.log(`round ${round}`, JSON.stringify(soFar)),
);
writeReport('kill', { rounds }, [result]);
if (result.missing + result.twice + result.holes > 0) process.exitCode = 1;
