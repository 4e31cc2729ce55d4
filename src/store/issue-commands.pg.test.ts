import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newEvent, newProject, newUser } from '../../test/support/new-event.ts';
import { createTestWriter, type TestWriter } from '../../test/support/store.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { systemClock } from '../lib/clock.ts';
import { createEventReader } from './events.ts';
import { createIssueCommands, type IssueCommands } from './issue-commands.ts';
import { createIssueReader } from './issues.ts';

let t: TestDatabase;
let writer: TestWriter;
let commands: IssueCommands;
beforeAll(async () => {
  t = await createTestDatabase(inject('postgresUrl'));
  writer = createTestWriter(t.db);
  commands = createIssueCommands({
    db: t.db,
    clock: systemClock,
    onCommitted: (changes) => writer.changes.push(...changes),
  });
});
afterAll(() => t.drop());

async function newIssue(projectId: number, error: string): Promise<string> {
  const verdict = await writer.submit(newEvent(projectId, error));
  if (verdict.kind !== 'stored') throw new Error(verdict.kind);
  return verdict.issueId;
}

describe('issue commands', () => {
  it('DB17 a change is committed, then published with what the issue was and is', async () => {
    const project = await newProject(t.db);
    const user = await newUser(t.db, 'ada');
    const issueId = await newIssue(project.id, 'x');
    writer.changes.length = 0;
    expect(await commands.setStatus([issueId], 'resolved', user)).toEqual({ affected: 1 });
    expect(writer.changes).toMatchObject([
      {
        projectId: project.id,
        head: 3,
        unresolved: 0,
        stats: [{ issue_id: issueId, rev: 2 }],
        entries: [
          {
            kind: 'issue',
            seq: 3,
            action: 'resolved',
            rev: 2,
            by: user,
            data: { id: issueId, status: 'resolved' },
            before: { status: 'unresolved' },
            after: { status: 'resolved' },
          },
        ],
      },
    ]);
    const reader = createIssueReader({ db: t.db, clock: systemClock });
    expect((await reader.issueActivity(issueId, { limit: 10 })).items).toMatchObject([
      { kind: 'resolved', by: { id: user, email: 'ada@example.com' } },
    ]);
  });

  it('DB17 what changes nothing makes no entry and counts nothing; unknown ids are passed over', async () => {
    const project = await newProject(t.db);
    const issueId = await newIssue(project.id, 'x');
    writer.changes.length = 0;
    const none = { affected: 0 };
    expect(await commands.setStatus([issueId], 'unresolved', null)).toEqual(none);
    expect(await commands.assign([issueId], null, null)).toEqual(none);
    expect(await commands.setPriority([issueId], 'medium', null)).toEqual(none);
    expect(await commands.setStatus(['999999999', 'abc', '-1', ''], 'resolved', null)).toEqual(none);
    expect(await commands.discard(['999999999'], null)).toEqual(none);
    expect(writer.changes).toEqual([]);
    expect(await commands.setPriority([issueId, issueId], 'high', null)).toEqual({ affected: 1 });
  });

  it('DB17 assigns to a user and to nobody, and refuses who does not exist', async () => {
    const project = await newProject(t.db);
    const user = await newUser(t.db, 'bob');
    const issueId = await newIssue(project.id, 'x');
    await commands.assign([issueId], user, null);
    const reader = createIssueReader({ db: t.db, clock: systemClock });
    expect(await reader.getIssue(issueId)).toMatchObject({ assigned_to: user, rev: 2 });
    await expect(commands.assign([issueId], 'nobody', null)).rejects.toMatchObject({ code: 'not_found' });
    await commands.assign([issueId], null, null);
    expect(await reader.getIssue(issueId)).toMatchObject({ assigned_to: null, rev: 3 });
  });

  it('DB18 discard removes the issue with its events and keeps its errors out for good', async () => {
    const project = await newProject(t.db);
    const event = newEvent(project.id, 'noise');
    await writer.submit(event);
    const issueId = await newIssue(project.id, 'noise');
    writer.changes.length = 0;
    expect(await commands.discard([issueId], null)).toEqual({ affected: 1 });
    expect(writer.changes[0]).toMatchObject({
      unresolved: 0,
      stats: [],
      entries: [
        { action: 'discarded', after: null, before: { status: 'unresolved' }, data: { id: issueId } },
      ],
    });
    expect(await createEventReader(t.db).getEvent(project.id, event.eventId)).toBeNull();
    expect(await t.db.query('select from events where project_id = $1', [project.id])).toEqual([]);
    writer.changes.length = 0;
    expect(await writer.submit(newEvent(project.id, 'noise'))).toEqual({ kind: 'discarded' });
    expect(writer.changes).toEqual([]);
  });

  it('DB18 remove lets the same error make a new issue', async () => {
    const project = await newProject(t.db);
    const issueId = await newIssue(project.id, 'again');
    await commands.remove([issueId], null);
    expect(await newIssue(project.id, 'again')).not.toBe(issueId);
  });

  it('DB8 an archived issue stays archived when it gets events', async () => {
    const project = await newProject(t.db);
    const issueId = await newIssue(project.id, 'shelf');
    await commands.setStatus([issueId], 'archived', null);
    await newIssue(project.id, 'shelf');
    const reader = createIssueReader({ db: t.db, clock: systemClock });
    expect(await reader.getIssue(issueId)).toMatchObject({ status: 'archived', event_count: 2 });
  });
});
