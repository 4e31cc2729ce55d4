import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newEvent, newProject } from '../../test/support/new-event.ts';
import { createTestWriter } from '../../test/support/store.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { systemClock } from '../lib/clock.ts';
import { createEventReader } from './events.ts';
import { createLogReader } from './log-reader.ts';
import { dropOldLogPartitions, ensurePartitions } from './partitions.ts';

let t: TestDatabase;
beforeAll(async () => {
  t = await createTestDatabase(inject('postgresUrl'));
});
afterAll(() => t.drop());

const MIDNIGHT = Date.UTC(2031, 0, 2);
const DAY = 86_400_000;

describe('partitions', () => {
  it('DB12 a day without partitions gets them from the event that needs them, across midnight too', async () => {
    const project = await newProject(t.db);
    let now = MIDNIGHT - 5;
    const writer = createTestWriter(t.db, { clock: { ...systemClock, now: () => now } });
    const before = newEvent(project.id, 'a', { receivedAt: MIDNIGHT - 10 });
    const after = newEvent(project.id, 'a', { receivedAt: MIDNIGHT + 10 });
    const kinds = await Promise.all([writer.submit(before), writer.submit(after)]);
    now = MIDNIGHT + 20;
    kinds.push(await writer.submit(newEvent(project.id, 'a', { receivedAt: MIDNIGHT - 1 })));
    expect(kinds.map((v) => v.kind)).toEqual(['stored', 'stored', 'stored']);
    expect(await createEventReader(t.db).getEvent(project.id, after.eventId)).toMatchObject({
      id: after.eventId,
      previous: expect.any(String),
    });
    const days = await t.db.query<{ day: string; seq: number }>(
      'select day, seq from log where project_id = $1 order by seq',
      [project.id],
    );
    expect(days.map((d) => d.day)).toEqual(['2031-01-01', '2031-01-01', '2031-01-01', '2031-01-02']);
  });

  it('DB13 the log is read densely across days, from any position and with any limit', async () => {
    const project = await newProject(t.db);
    let now = MIDNIGHT;
    const writer = createTestWriter(t.db, { clock: { ...systemClock, now: () => now } });
    for (let day = 0; day < 5; day++) {
      now = MIDNIGHT + day * 2 * DAY; // also days without any entry
      for (let i = 0; i < 3; i++) await writer.submit(newEvent(project.id, 'same', { receivedAt: now + i }));
    }
    // A node whose clock is behind does not move the log back in time.
    now = MIDNIGHT;
    await writer.submit(newEvent(project.id, 'same', { receivedAt: now }));
    const { readLog, readHead } = createLogReader(t.db);
    const head = await readHead(project.id);
    expect(head).toMatchObject({ head: 17, oldest: 1 });
    for (let after = 0; after <= 17; after++)
      for (const limit of [1, 2, 3, 7, 100]) {
        const seqs = (await readLog(project.id, after, limit)).map((e) => e.seq);
        expect(seqs).toEqual(Array.from({ length: Math.min(limit, 17 - after) }, (_, i) => after + 1 + i));
      }
    const days = await t.db.query<{ days: number }>(
      'select count(distinct day) as days from log where project_id = $1',
      [project.id],
    );
    expect(days).toEqual([{ days: 5 }]);
  });

  it('DB14 days out of the log’s time are dropped, and the head says what is left', async () => {
    const project = await newProject(t.db);
    let now = MIDNIGHT;
    const writer = createTestWriter(t.db, { clock: { ...systemClock, now: () => now } });
    await writer.submit(newEvent(project.id, 'old', { receivedAt: now }));
    now = MIDNIGHT + 7 * DAY;
    await writer.submit(newEvent(project.id, 'old', { receivedAt: now }));
    const { readLog, readHead } = createLogReader(t.db);
    const dropped = await dropOldLogPartitions(t.db, MIDNIGHT + 7 * DAY, 3);
    expect(dropped).toContain('2031-01-02');
    expect(dropped).not.toContain('2031-01-09');
    expect(await readHead(project.id)).toMatchObject({ head: 3, oldest: 3 });
    expect((await readLog(project.id, 0, 10)).map((e) => e.seq)).toEqual([3]);
    await dropOldLogPartitions(t.db, MIDNIGHT + 30 * DAY, 3);
    expect(await readHead(project.id)).toMatchObject({ head: 3, oldest: 4 });
    expect(await readLog(project.id, 0, 10)).toEqual([]);
  });

  it('DB12 several nodes make the same days at once', async () => {
    const nodes = [t.connect(), t.connect(), t.connect()];
    await Promise.all(nodes.map((db) => ensurePartitions(db, Date.UTC(2033, 5, 1))));
    const rows = await t.db.query<{ name: string }>(
      `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
       where c.relname ~ '_20330[56]..$' order by 1`,
    );
    expect(rows.map((r) => r.name)).toEqual(
      ['events', 'log'].flatMap((table) =>
        ['20330531', '20330601', '20330602', '20330603'].map((d) => `${table}_${d}`),
      ),
    );
    const [options] = await t.db.query<{ reloptions: string[] }>(
      `select reloptions from pg_class where relname = 'events_20330601'`,
    );
    expect(options?.reloptions).toEqual(['toast_tuple_target=8160']);
  });
});
