/** DB1: 200 means committed, whoever is killed. The long form is `npm run soak -- kill`. */
import { expect, it } from 'vitest';
import { killRounds, VICTIMS } from '../support/kill-rounds.ts';

const OF_WHOM = {
  server: 'of the server',
  postgres: 'of PostgreSQL below a running server',
  both: 'of the server and of PostgreSQL',
};

it.each(VICTIMS)(
  'DB1 OP3 OP4 three kill -9 of %s under load lose nothing, store nothing twice, leave no hole, and it heals alone',
  async (victim) => {
    const report = await killRounds({ victim, rounds: 3, rate: 1000 });
    expect(report, OF_WHOM[victim]).toMatchObject({
      rounds: 3,
      missing: 0,
      twice: 0,
      holes: 0,
      miscounted: 0,
    });
    expect(report.answered).toBeGreaterThan(1000);
  },
);
