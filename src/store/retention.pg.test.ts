import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newEvent, newProject } from '../../test/support/new-event.ts';
import { createTestWriter } from '../../test/support/store.ts';
import { createTestDatabase, silentLog, type TestDatabase } from '../../test/support/test-database.ts';
import { systemClock } from '../lib/clock.ts';
import { createAttachmentStore } from './attachments.ts';
import type { Database } from './database.ts';
import { createEventReader } from './events.ts';
import { createIssueReader } from './issues.ts';
import { dayOf, listDays } from './partitions.ts';
import { createProjectStore } from './projects.ts';
import { runRetention, type Pace } from './retention.ts';
import { selectStoredDays } from './sql/select-retention.ts';

let t: TestDatabase;
beforeAll(async () => {
  t = await createTestDatabase(inject('postgresUrl'));
});
afterAll(() => t.drop());

const DAY = 86_400_000;
const START = Date.UTC(2031, 0, 1, 12);

function retain(nowMs: number, pace: Partial<Pace> = {}, o: { db?: Database; sweep?: boolean } = {}) {
  const signal = new AbortController().signal;
  return runRetention({
    db: o.db ?? t.db,
    nowMs,
    defaultDays: 10,
    logDays: 7,
    sweep: o.sweep ?? true,
    pace: { signal, pause: () => new Promise((resolve) => setImmediate(resolve)), ...pace },
  });
}

/** A writer whose events come in at the time of `at`. */
function timedWriter() {
  let now = START;
  const writer = createTestWriter(t.db, { clock: { ...systemClock, now: () => now } });
  return {
    at: (ms: number, projectId: number, error: string, change = {}) => {
      now = ms;
      return writer.submit(newEvent(projectId, error, { receivedAt: ms, ...change }));
    },
  };
}

async function eventDays(projectId: number): Promise<string[]> {
  const rows = await t.db.query<{ day: string }>(
    'select distinct day from events where project_id = $1 order by 1',
    [projectId],
  );
  return rows.map(({ day }) => day);
}

async function daysCounted(projectId: number) {
  return (await selectStoredDays(t.db)).filter((row) => row.project_id === projectId);
}

describe('retention', () => {
  it('DB41 each project keeps its own days; issues, their numbers and hours stay', async () => {
    const [brief, usual] = [await newProject(t.db), await newProject(t.db)];
    await createProjectStore(t.db).saveSettings(brief.id, { retentionDays: 3 });
    const writer = timedWriter();
    for (let day = 0; day < 20; day++) {
      for (const { id } of [brief, usual])
        await writer.at(START + day * DAY, id, 'same', { userIdent: `u${day}` });
    }
    const now = START + 19 * DAY;
    const report = await retain(now);
    expect(report.done).toBe(true);
    const since = (days: number) => Array.from({ length: days + 1 }, (_, i) => dayOf(now - (days - i) * DAY));
    expect(await eventDays(brief.id)).toEqual(since(3));
    expect(await eventDays(usual.id)).toEqual(since(10));
    // Whole days went as partitions, and the files with them.
    expect(report.droppedDays.filter((day) => day >= dayOf(START))).toHaveLength(9);
    expect((await listDays(t.db, 'events')).filter((day) => day < dayOf(now - 10 * DAY))).toEqual([]);
    expect(report.rows['events']).toBe(7);
    for (const [project, days] of [
      [brief, 3],
      [usual, 10],
    ] as const) {
      expect((await daysCounted(project.id)).map(({ day, events }) => [day, events])).toEqual(
        since(days).map((day) => [day, 1]),
      );
      const { items } = await createIssueReader({ db: t.db, clock: { now: () => now } }).listIssues({
        projectId: project.id,
        limit: 10,
      });
      expect(items).toMatchObject([
        { event_count: 20, user_count: 20, first_seen: new Date(START).toISOString() },
      ]);
      const keys = await t.db.query('select from event_keys where project_id = $1', [project.id]);
      expect(keys).toHaveLength(days + 1);
      const [hours] = await t.db.query<{ events: number }>(
        'select sum(events) as events from project_counts where project_id = $1',
        [project.id],
      );
      expect(hours?.events).toBe(20);
    }
  });

  it('DB41 an issue whose events are all gone is still there, and its event is said to be gone', async () => {
    const project = await newProject(t.db);
    const events = createEventReader(t.db);
    const writer = timedWriter();
    const id = 'ab'.repeat(16);
    const stored = await writer.at(START, project.id, 'old', { eventId: id });
    if (stored.kind !== 'stored') throw new Error(stored.kind);
    await retain(START + 11 * DAY, {}, { sweep: false });
    const issues = createIssueReader({ db: t.db, clock: systemClock });
    expect(await issues.getIssue(stored.issueId)).toMatchObject({ event_count: 1, last_event_id: id });
    expect((await events.listIssueEvents(stored.issueId, { limit: 10 })).items).toEqual([]);
    expect(await events.getEvent(project.id, id)).toBeNull();
    expect(await events.wasStored(project.id, id)).toBe(true);
    expect(await events.wasStored(project.id, 'cd'.repeat(16))).toBe(false);
    // Its key goes with the next sweep: then it is as if it had never been.
    await retain(START + 11 * DAY);
    expect(await events.wasStored(project.id, id)).toBe(false);
    // The same error again belongs to it.
    expect(await writer.at(START + 11 * DAY, project.id, 'old')).toMatchObject({
      issueId: stored.issueId,
      isNew: false,
    });
  });

  it('DB41 stopped or cut off anywhere, the next run does the rest', async () => {
    const project = await newProject(t.db);
    await createProjectStore(t.db).saveSettings(project.id, { retentionDays: 2 });
    const other = await newProject(t.db);
    const writer = timedWriter();
    for (let day = 0; day < 8; day++)
      for (const { id } of [project, other]) await writer.at(START + day * DAY, id, 'same');
    const now = START + 9 * DAY;
    for (let stops = 0; ; stops++) {
      const abort = new AbortController();
      const report = await retain(
        now,
        { signal: abort.signal, pause: async () => abort.abort() },
        { sweep: false },
      );
      if (report.done) break;
      expect(stops).toBeLessThan(100);
    }
    expect(await eventDays(project.id)).toEqual([dayOf(START + 7 * DAY)]);
    expect(await eventDays(other.id)).toHaveLength(8);
    expect(await daysCounted(project.id)).toHaveLength(1);
  });

  it('DB41 rows that somebody holds are passed over, not waited for', async () => {
    const project = await newProject(t.db);
    await createProjectStore(t.db).saveSettings(project.id, { retentionDays: 2 });
    const other = await newProject(t.db);
    const writer = timedWriter();
    for (const { id } of [project, other]) for (const _ of [1, 2]) await writer.at(START, id, 'same');
    const now = START + 5 * DAY;
    await t.db.transaction(async (tx) => {
      await tx.query('select from events where project_id = $1 limit 1 for update', [project.id]);
      await retain(now, {}, { db: t.connect() });
      expect(await t.db.query('select from events where project_id = $1', [project.id])).toHaveLength(1);
      expect(await daysCounted(project.id)).toHaveLength(1);
    });
    await retain(now);
    expect(await eventDays(project.id)).toEqual([]);
    expect(await daysCounted(project.id)).toEqual([]);
    expect(await eventDays(other.id)).toHaveLength(1);
  });

  it('DB42 attachments, feedback, check-ins and what was quarantined live as long as events', async () => {
    const project = await newProject(t.db);
    const attachments = createAttachmentStore({
      db: t.db,
      clock: systemClock,
      log: silentLog,
      budgetBytes: 1e9,
    });
    for (const [day, size] of [
      [0, 600_000],
      [15, 10],
    ] as const) {
      const upload = await attachments.begin({ projectId: project.id, attachmentBudgetBytes: null });
      await upload.write(Buffer.alloc(size));
      await upload.finish();
      await attachments.attach([
        {
          id: upload.id,
          projectId: project.id,
          eventId: 'ef'.repeat(16),
          receivedAt: START + day * DAY,
          name: 'core',
          contentType: 'application/octet-stream',
          kind: 'event.attachment',
          size,
        },
      ]);
      const at = new Date(START + day * DAY).toISOString();
      await t.db.execute(
        `insert into feedback (project_id, id, source, message, received_at) values ($1, gen_random_uuid(), 'dialog', '', $2)`,
        [project.id, at],
      );
      await t.db.execute(
        `insert into quarantine (project_id, event_id, at, sqlstate, message) values ($1, gen_random_uuid(), $2, '22000', '')`,
        [project.id, at],
      );
      await t.db.execute(
        `insert into outcomes (project_id, key_id, hour, category, outcome, reason, quantity)
         values ($1, 1, $2, 'error', 'accepted', '', 1)`,
        [project.id, at],
      );
    }
    attachments.stop();
    await retain(START + 16 * DAY);
    for (const table of ['attachments', 'feedback', 'quarantine'])
      expect(
        await t.db.query(`select from ${table} where project_id = $1`, [project.id]),
        table,
      ).toHaveLength(1);
    expect(await t.db.query('select from attachment_chunks')).toHaveLength(1);
    expect(await t.db.query('select from outcomes where project_id = $1', [project.id])).toHaveLength(2);
    await retain(START + 402 * DAY);
    expect(await t.db.query('select from outcomes where project_id = $1', [project.id])).toHaveLength(1);
    expect(await t.db.query('select from attachment_chunks')).toEqual([]);
  });

  it('DB43 what is counted by day is what is stored, also after issues were removed', async () => {
    const project = await newProject(t.db);
    const writer = timedWriter();
    for (let i = 0; i < 12; i++)
      await writer.at(START + (i % 3) * DAY, project.id, `e${i % 4}`, {
        payload: Buffer.alloc(100 * (i + 1)),
      });
    const [issue] = await t.db.query<{ id: number }>('select id from issues where project_id = $1 limit 1', [
      project.id,
    ]);
    const { createIssueCommands } = await import('./issue-commands.ts');
    const commands = createIssueCommands({ db: t.db, clock: systemClock, onCommitted: () => undefined });
    await commands.remove([String(issue?.id)], null);
    expect((await daysCounted(project.id)).map(({ day, events, bytes }) => ({ day, events, bytes }))).toEqual(
      await t.db.query(
        `select day, count(*) as events, sum(octet_length(payload)) as bytes from events
         where project_id = $1 group by 1 order by 1`,
        [project.id],
      ),
    );
  });
});
