import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { hashOf, newEvent, newProject } from '../../test/support/new-event.ts';
import { createTestWriter } from '../../test/support/store.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import type { Verdict } from './new-event.ts';
import { createEventReader } from './events.ts';
import { createIssueReader } from './issues.ts';
import { createLogReader } from './log-reader.ts';

let t: TestDatabase;
beforeAll(async () => {
  t = await createTestDatabase(inject('postgresUrl'));
});
afterAll(() => t.drop());

function issueIdOf(verdict: Verdict | undefined): string {
  if (verdict?.kind !== 'stored') throw new Error(`not stored: ${JSON.stringify(verdict)}`);
  return verdict.issueId;
}

describe('batch writer', () => {
  it('DB1 answers an event once it can be read: by id, in its issue and in the log', async () => {
    const project = await newProject(t.db);
    const writer = createTestWriter(t.db);
    const event = newEvent(project.id, 'first', { userIdent: 'u1', release: '1.0', handled: false });
    const issueId = issueIdOf(await writer.submit(event));

    const detail = await createEventReader(t.db).getEvent(project.id, event.eventId);
    expect(detail).toMatchObject({ id: event.eventId, issue_id: issueId, previous: null, next: null });
    const issue = await createIssueReader({ db: t.db, clock: { now: Date.now } }).getIssue(issueId);
    expect(issue).toMatchObject({
      event_count: 1,
      user_count: 1,
      status: 'unresolved',
      priority: 'high',
      first_release: '1.0',
      last_event_id: event.eventId,
    });
    const reader = createLogReader(t.db);
    const entries = await reader.readLog(project.id, 0, 10);
    expect(entries.map((e) => [e.seq, e.kind])).toEqual([
      [1, 'issue'],
      [2, 'event'],
    ]);
    expect(entries).toEqual(writer.changes.flatMap((change) => change.entries));
    expect(await reader.readHead(project.id)).toMatchObject({ head: 2, oldest: 1, unresolved: 1 });
  });

  it('DB2 stores an event id once, within a batch and across batches', async () => {
    const project = await newProject(t.db);
    const writer = createTestWriter(t.db);
    const event = newEvent(project.id, 'twice');
    const same = await Promise.all([writer.submit(event), writer.submit({ ...event })]);
    expect(same.map((v) => v.kind)).toEqual(['stored', 'duplicate']);
    expect(await writer.submit(event)).toEqual({ kind: 'duplicate' });
    const elsewhere = await newProject(t.db);
    expect((await writer.submit({ ...event, projectId: elsewhere.id })).kind).toBe('stored');
  });

  it('DB7 lets the first owned hash decide and gives the event’s other hashes to its issue', async () => {
    const project = await newProject(t.db);
    const writer = createTestWriter(t.db);
    const [a, b, c] = ['a', 'b', 'c'].map(hashOf);
    if (!a || !b || !c) throw new Error('unreachable');
    const first = issueIdOf(await writer.submit(newEvent(project.id, 'x', { hashes: [a] })));
    const second = issueIdOf(await writer.submit(newEvent(project.id, 'x', { hashes: [b, a] })));
    const third = issueIdOf(await writer.submit(newEvent(project.id, 'x', { hashes: [c, b] })));
    expect([second, third]).toEqual([first, first]);
    expect(issueIdOf(await writer.submit(newEvent(project.id, 'x', { hashes: [c] })))).toBe(first);
  });

  it('DB8 makes a resolved issue unresolved with its next event and says so before the event', async () => {
    const project = await newProject(t.db);
    const writer = createTestWriter(t.db);
    const issueId = issueIdOf(await writer.submit(newEvent(project.id, 'back')));
    await t.db.execute('update issues set status = 1 where id = $1', [issueId]);
    await t.db.execute('update project_log set unresolved = 0 where project_id = $1', [project.id]);
    writer.changes.length = 0;
    const verdicts = await Promise.all([
      writer.submit(newEvent(project.id, 'back')),
      writer.submit(newEvent(project.id, 'back')),
    ]);
    expect(verdicts).toEqual([
      { kind: 'stored', issueId, isNew: false, isRegression: true },
      { kind: 'stored', issueId, isNew: false, isRegression: false },
    ]);
    const [change] = writer.changes;
    expect(change?.unresolved).toBe(1);
    expect(change?.entries.map((e) => (e.kind === 'issue' ? e.action : e.match.is_regression))).toEqual([
      'regressed',
      true,
      false,
    ]);
  });

  it('DB9 quarantines the one event PostgreSQL refuses and stores its neighbours in order', async () => {
    const project = await newProject(t.db);
    const writer = createTestWriter(t.db);
    const events = Array.from({ length: 20 }, (_, i) =>
      newEvent(project.id, `n${i}`, i === 7 ? { title: 'nul \0 here' } : {}),
    );
    const verdicts = await Promise.all(events.map((event) => writer.submit(event)));
    expect(verdicts.map((v) => v.kind)).toEqual(events.map((_, i) => (i === 7 ? 'quarantined' : 'stored')));
    const rows = await t.db.query<{ event_id: string; sqlstate: string }>(
      'select event_id, sqlstate from quarantine where project_id = $1',
      [project.id],
    );
    expect(rows.map((r) => [r.event_id.replaceAll('-', ''), r.sqlstate])).toEqual([
      [events[7]?.eventId, '22021'],
    ]);
    const stored = writer.changes
      .flatMap((c) => c.entries)
      .flatMap((e) => (e.kind === 'event' ? [e.data.id] : []));
    expect(stored).toEqual(events.filter((_, i) => i !== 7).map((e) => e.eventId));
  });

  it('DB9 an event that breaks our own code does not take its neighbours with it', async () => {
    const project = await newProject(t.db);
    const writer = createTestWriter(t.db);
    const verdicts = await Promise.all(
      [0, NaN, 0].map(async (n, i) =>
        writer.submit(newEvent(project.id, `n${i}`, Number.isNaN(n) ? { occurredAt: n } : {})),
      ),
    );
    expect(verdicts.map((v) => v.kind)).toEqual(['stored', 'unavailable', 'stored']);
  });
});
