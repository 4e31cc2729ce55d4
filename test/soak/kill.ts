/** `npm run soak -- kill [rounds]`: twenty kill -9 under load; result in bench/results/kill.json. */
import { report } from '../../bench/support/report.ts';
import { killRounds } from '../support/kill-rounds.ts';

const rounds = Number(process.argv[2] ?? 20);
const result = await killRounds(rounds, (round, so_far) =>
  console.log(`round ${round}`, JSON.stringify(so_far)),
);
await report('kill', { rounds }, [result], result.missing === 0 && result.twice === 0 && result.holes === 0);
