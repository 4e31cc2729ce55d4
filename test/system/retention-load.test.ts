/** DB41: the short form of `npm run soak -- retention`. */
import { expect, it } from 'vitest';
import { lockWaitsIn } from '../support/lock-waits.ts';
import { retentionRounds } from '../support/retention-rounds.ts';

// How long an event takes meanwhile is for the soak: here only what no load of the machine changes.
it(
  'DB41 nobody waits 50 ms for a lock of retention, however much it has to remove',
  { timeout: 300_000 },
  async () => {
    const { rounds, lockWaits } = await retentionRounds({ rounds: 1, rate: 100, days: 24, eventsADay: 100 });
    expect(lockWaits).toEqual([]);
    for (const one of rounds) {
      expect(one.droppedDays).toBeGreaterThan(0);
      expect(one.budgetDays).toBeGreaterThan(0);
      expect(one.deletedRows).toBeGreaterThan(1_000);
      expect(one.busy.length).toBeGreaterThan(20);
    }
  },
);

it('DB41 a wait for a lock is found in the log, but for those of dropping a day', () => {
  const log = (
    statement: string,
  ) => `2026-01-01 00:00:00.000 UTC [7] LOG:  process 7 still waiting for ShareLock on transaction 9 after 50.1 ms
2026-01-01 00:00:00.000 UTC [7] DETAIL:  Process holding the lock: 8. Wait queue: 7.
2026-01-01 00:00:00.000 UTC [7] STATEMENT:  ${statement}
`;
  expect(lockWaitsIn(log('insert into issue_hours'))).toHaveLength(1);
  expect(lockWaitsIn(log('alter table events detach partition events_20260101 concurrently'))).toEqual([]);
});
