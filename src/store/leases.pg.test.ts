import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { eventually } from '../../test/support/eventually.ts';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { createTestDatabase, silentLog, type TestDatabase } from '../../test/support/test-database.ts';
import type { Clock } from '../lib/clock.ts';
import { createLease } from './leases.ts';

let t: TestDatabase;
beforeAll(async () => {
  t = await createTestDatabase(inject('postgresUrl'));
});
afterAll(() => t.drop());

/** A node: its lease, and how often its work began and ended. */
function node(name: string, clock: Clock, db = t.connect()) {
  const seen = { begun: 0, ended: 0 };
  const lease = createLease({
    db,
    clock,
    log: silentLog,
    name,
    async work(signal) {
      seen.begun++;
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      seen.ended++;
    },
  });
  return { lease, seen, db };
}

const expire = (name: string) =>
  t.db.execute(`update leases set until = clock_timestamp() - interval '1 ms' where name = $1`, [name]);

describe('leases', () => {
  it('DB40 of several nodes one works, and the next begins when it has stopped', async () => {
    const clock = createFakeClock();
    const nodes = [node('a', clock), node('a', clock), node('a', clock)];
    await Promise.all(nodes.map(({ lease }) => lease.start()));
    const working = () => nodes.filter(({ lease }) => lease.held());
    await eventually(() => working().length).toBe(1);
    const [first] = working();
    await first?.lease.stop();
    expect(first?.seen).toEqual({ begun: 1, ended: 1 });
    await eventually(async () => {
      await clock.advance(1_000);
      return working().length;
    }).toBe(1);
    expect(nodes.map(({ seen }) => seen.begun - seen.ended).reduce((a, b) => a + b)).toBe(1);
    await Promise.all(nodes.map(({ lease }) => lease.stop()));
    expect(await t.db.query(`select from leases where name = 'a'`)).toEqual([]);
  });

  it('DB40 a holder that says nothing for three seconds is followed, and stops by itself', async () => {
    const clock = createFakeClock();
    const first = node('b', clock);
    const second = node('b', clock);
    await first.lease.start();
    await eventually(() => first.lease.held()).toBe(true);
    // It can reach the database no more.
    await first.db.close();
    await second.lease.start();
    await clock.advance(2_000);
    expect(first.lease.held()).toBe(true);
    expect(second.lease.held()).toBe(false);
    await expire('b');
    await clock.advance(1_000);
    await eventually(() => first.seen.ended).toBe(1);
    await eventually(async () => {
      await clock.advance(1_000);
      return second.lease.held();
    }).toBe(true);
    await Promise.all([first.lease.stop(), second.lease.stop()]);
  });

  it('DB40 who lost the lease stops, though it can still reach the database', async () => {
    const clock = createFakeClock();
    const { lease, seen } = node('c', clock);
    await lease.start();
    await eventually(() => lease.held()).toBe(true);
    await t.db.execute(
      `update leases set holder = 'other', until = clock_timestamp() + interval '1 hour' where name = 'c'`,
    );
    await clock.advance(1_000);
    await eventually(() => seen.ended).toBe(1);
    expect(lease.held()).toBe(false);
    await lease.stop();
    expect(await t.db.query(`select holder from leases where name = 'c'`)).toEqual([{ holder: 'other' }]);
  });
});
