import { randomBytes } from 'node:crypto';
import { expect, inject, it } from 'vitest';
import { newEvent, newProject } from '../../test/support/new-event.ts';
import { createTestWriter } from '../../test/support/store.ts';
import { createTestDatabase } from '../../test/support/test-database.ts';
import { systemClock } from '../lib/clock.ts';
import { createStorageReader } from './storage-usage.ts';

const DAY = 86_400_000;

it('DB44 what projects take and the rest are the size of the database, shared by what each stored', async () => {
  const t = await createTestDatabase(inject('postgresUrl'));
  const [large, small, empty] = [await newProject(t.db), await newProject(t.db), await newProject(t.db)];
  const writer = createTestWriter(t.db);
  const now = Date.now();
  for (let i = 0; i < 60; i++)
    await Promise.all([
      writer.submit(
        newEvent(large.id, `e${i % 3}`, { payload: randomBytes(20_000), receivedAt: now - (i % 3) * DAY }),
      ),
      ...(i % 6 === 0 ? [writer.submit(newEvent(small.id, 'e', { payload: randomBytes(20_000) }))] : []),
    ]);
  const usage = await createStorageReader({ db: t.db, clock: systemClock }).usage();
  const of = (id: number) => usage.projects.get(id);
  expect(of(empty.id)).toBeUndefined();
  expect(of(large.id)?.events).toMatchObject({
    count: 60,
    oldestDay: new Date(now - 2 * DAY).toISOString().slice(0, 10),
  });
  expect(of(small.id)?.events.count).toBe(10);
  const [{ entries } = { entries: 0 }] = await t.db.query<{ entries: number }>(
    'select count(*) as entries from log where project_id = $1',
    [large.id],
  );
  expect(of(large.id)?.log.count).toBe(entries);
  // At least the payloads, and little beside them; six times the events are about six times the bytes.
  const bytes = (id: number) => of(id)?.events.bytes ?? 0;
  expect(bytes(large.id)).toBeGreaterThan(60 * 20_000);
  expect(bytes(large.id)).toBeLessThan(2 * 60 * 20_000);
  expect(bytes(large.id) / bytes(small.id)).toBeGreaterThan(3);
  const shared = [...usage.projects.values()].reduce(
    (sum, one) => sum + one.events.bytes + one.attachments.bytes + one.log.bytes,
    0,
  );
  expect(shared + usage.otherBytes).toBe(usage.databaseBytes);
  await t.drop();
});
