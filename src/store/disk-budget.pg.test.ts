import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newEvent, newProject } from '../../test/support/new-event.ts';
import { createTestWriter } from '../../test/support/store.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { readConfig } from '../config.ts';
import { systemClock } from '../lib/clock.ts';
import { keepBudget } from './disk-budget.ts';
import { dayOf } from './partitions.ts';

let t: TestDatabase;
beforeAll(async () => {
  t = await createTestDatabase(inject('postgresUrl'));
});
afterAll(() => t.drop());

const DAY = 86_400_000;
const NOW = Date.UTC(2031, 0, 20, 12);

describe('the disk budget', () => {
  it('DB39 announced at 80 %, from 95 % on the oldest days go until 90 %, today never', async () => {
    const project = await newProject(t.db);
    let now = NOW;
    const writer = createTestWriter(t.db, { clock: { ...systemClock, now: () => now } });
    for (let age = 4; age >= 0; age--) {
      now = NOW - age * DAY;
      await writer.submit(newEvent(project.id, 'a', { receivedAt: now, payload: randomBytes(100) }));
    }
    const days = async () =>
      (
        await t.db.query<{ day: string }>(
          'select distinct day from events where project_id = $1 order by 1',
          [project.id],
        )
      ).map(({ day }) => day);
    /** 100 bytes of the budget are one day of this project; the template's own days are empty and count nothing. */
    const measured = async (fixed: number) => fixed + 100 * (await days()).length;
    const keep = (fixed: number) =>
      keepBudget({
        db: t.db,
        nowMs: NOW,
        budgetBytes: 1_000,
        pace: { signal: new AbortController().signal, pause: async () => undefined },
        measure: () => measured(fixed),
      });
    expect(await keep(200)).toEqual({ state: 'ok', usedBytes: 700, droppedDays: [] });
    expect(await keep(300)).toEqual({ state: 'near', usedBytes: 800, droppedDays: [] });
    expect(await keep(450)).toEqual({ state: 'near', usedBytes: 950, droppedDays: [] });
    expect(await days()).toHaveLength(5);
    const kept = [1, 0].map((age) => dayOf(NOW - age * DAY));
    expect(await keep(700)).toMatchObject({ state: 'near', usedBytes: 900 });
    expect(await days()).toEqual(kept);
    expect(await keep(1_500)).toMatchObject({ state: 'over', usedBytes: 1_600, droppedDays: [kept[0]] });
    expect(await days()).toEqual([dayOf(NOW)]);
    now = NOW;
    expect(await writer.submit(newEvent(project.id, 'a', { receivedAt: NOW }))).toMatchObject({
      kind: 'stored',
    });
  });

  it('DB39 is said in MB, GB or TB and is at least 1 GB', () => {
    const read = (text: string) => {
      const result = readConfig({ MESHER_DISK_BUDGET: text });
      return result.kind === 'ok' ? result.config.diskBudget : result.problems;
    };
    expect(read('20GB')).toBe(20 * 1024 ** 3);
    expect(read('1.5 tb')).toBe(1.5 * 1024 ** 4);
    expect(read('2048MB')).toBe(2 * 1024 ** 3);
    for (const wrong of ['500MB', '20', 'GB', '-1GB', '1e9GB'])
      expect(read(wrong), wrong).toEqual([expect.stringContaining('MESHER_DISK_BUDGET')]);
  });
});
