/** DB1: 200 means committed. The long form is `npm run soak -- kill`. */
import { expect, it } from 'vitest';
import { killRounds } from '../support/kill-rounds.ts';

it('DB1 three kill -9 under load lose nothing, store nothing twice and leave no hole', async () => {
  const report = await killRounds(3);
  expect(report).toMatchObject({ rounds: 3, missing: 0, twice: 0, holes: 0 });
  expect(report.answered).toBeGreaterThan(100);
});
