import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createCuttingProxy, type CuttingProxy } from '../../test/support/cutting-proxy.ts';
import { newEvent, newProject } from '../../test/support/new-event.ts';
import { createTestWriter } from '../../test/support/store.ts';
import { createTestDatabase, silentLog, type TestDatabase } from '../../test/support/test-database.ts';
import { systemClock, type Clock } from '../lib/clock.ts';
import { createDatabase, type Database } from './database.ts';
import { createLogReader } from './log-reader.ts';

let t: TestDatabase;
let proxy: CuttingProxy;
let db: Database;
/** Waits end at once, so that retries cost no time. */
const impatient: Clock = {
  ...systemClock,
  after(_ms, fn) {
    setImmediate(fn);
    return { cancel: () => undefined };
  },
};
beforeAll(async () => {
  t = await createTestDatabase(inject('postgresUrl'));
  proxy = await createCuttingProxy(t.url);
  db = createDatabase({ url: proxy.url, log: silentLog });
});
afterAll(async () => {
  await db.close();
  await proxy.close();
  await t.drop();
});

describe('batch writer when things break', () => {
  it.each(['before', 'after'] as const)(
    'DB10 a connection lost %s its commit was done leaves every event stored once, answered and published',
    async (when) => {
      const project = await newProject(t.db);
      const writer = createTestWriter(db);
      const before = proxy.cuts();
      proxy.cutNextCommit(when);
      const events = Array.from({ length: 5 }, (_, i) => newEvent(project.id, `lost ${i}`));
      const verdicts = await Promise.all(events.map((event) => writer.submit(event)));
      expect(proxy.cuts()).toBe(before + 1);
      expect(verdicts.map((v) => v.kind)).toEqual(events.map(() => 'stored'));
      const entries = await createLogReader(t.db).readLog(project.id, 0, 100);
      expect(entries).toHaveLength(10);
      expect(writer.changes.flatMap((c) => c.entries)).toEqual(entries);
      const [row] = await t.db.query<{ n: number }>(
        'select count(*) as n from events where project_id = $1',
        [project.id],
      );
      expect(row?.n).toBe(5);
    },
  );

  it('DB10 an unreachable database is answered unavailable, and the same event is stored when it is back', async () => {
    const project = await newProject(t.db);
    const writer = createTestWriter(db, { clock: impatient });
    const event = newEvent(project.id, 'down');
    proxy.refuse(true);
    expect(await writer.submit(event)).toMatchObject({ kind: 'unavailable' });
    expect(writer.admit()).toMatchObject({ kind: 'full' });
    proxy.refuse(false);
    expect((await writer.submit(event)).kind).toBe('stored');
  });

  it('DB11 refuses beyond its bounds in events and in bytes, and takes again when it has answered', async () => {
    const project = await newProject(t.db);
    const few = createTestWriter(t.db, { maxEvents: 3 });
    const verdicts = [1, 2, 3, 4].map(async (n) => few.submit(newEvent(project.id, `m${n}`)));
    expect(few.admit()).toEqual({ kind: 'full', retryAfterS: expect.any(Number) });
    expect((await Promise.all(verdicts)).map((v) => v.kind)).toEqual([
      'stored',
      'stored',
      'stored',
      'unavailable',
    ]);
    expect(few.admit()).toEqual({ kind: 'ok' });

    const small = createTestWriter(t.db, { maxBytes: 100_000 });
    const big = small.submit(newEvent(project.id, 'big', { payload: Buffer.alloc(120_000) }));
    expect(small.admit().kind).toBe('full');
    expect((await big).kind).toBe('stored');
    expect(small.admit().kind).toBe('ok');
  });

  it('DB11 stop answers what it has and takes nothing more', async () => {
    const project = await newProject(t.db);
    const writer = createTestWriter(t.db);
    const last = writer.submit(newEvent(project.id, 'last'));
    await writer.stop();
    expect((await last).kind).toBe('stored');
    expect((await writer.submit(newEvent(project.id, 'late'))).kind).toBe('unavailable');
  });

  it('DB3 a failing listener does not change what the client is told', async () => {
    const project = await newProject(t.db);
    const writer = createTestWriter(t.db, {
      onCommitted() {
        throw new Error('bus');
      },
    });
    expect((await writer.submit(newEvent(project.id, 'x'))).kind).toBe('stored');
  });
});
