/** DB30: merging and taking apart, against a naive model and under concurrent events. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { hashOf, newEvent, newProject, newUser } from '../../test/support/new-event.ts';
import { createTestWriter, type TestWriter } from '../../test/support/store.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { systemClock } from '../lib/clock.ts';
import type { Change } from '../protocol/change.ts';
import { createIssueCommands, type IssueCommands } from './issue-commands.ts';
import { createIssueReader, type IssueReader } from './issues.ts';
import { createLogReader } from './log-reader.ts';

const HOUR_MS = 3_600_000;
let t: TestDatabase;
let writer: TestWriter;
let commands: IssueCommands;
let reader: IssueReader;
beforeAll(async () => {
  t = await createTestDatabase(inject('postgresUrl'));
  writer = createTestWriter(t.db);
  const onCommitted = (changes: Change[]) => void writer.changes.push(...changes);
  commands = createIssueCommands({ db: t.db, clock: systemClock, onCommitted });
  reader = createIssueReader({ db: t.db, clock: systemClock });
});
afterAll(() => t.drop());

async function send(projectId: number, error: string, change: Parameters<typeof newEvent>[2] = {}) {
  const verdict = await writer.submit(newEvent(projectId, error, change));
  if (verdict.kind !== 'stored') throw new Error(verdict.kind);
  return verdict.issueId;
}

/** Everything there is to know of an issue but who it is and how often it changed. */
async function portrait(id: string): Promise<object> {
  const issue = await reader.getIssue(id);
  const { id: _id, rev: _rev, ...rest } = issue ?? { id, rev: 0 };
  const [row] = await t.db.query<object>(
    `select (select count(*) from events where issue_id = $1) as stored,
       (select array_agg(user_hash order by user_hash) from issue_users where issue_id = $1) as users,
       (select array_agg(hour || ' ' || events order by hour) from issue_hours where issue_id = $1) as hours,
       (select array_agg(encode(hash, 'hex') order by hash) from issue_hashes where issue_id = $1) as hashes`,
    [id],
  );
  return { ...rest, ...row };
}

describe('merge and unmerge', () => {
  it('DB30 a merge is one issue, told to viewers and to the page', async () => {
    const project = await newProject(t.db);
    const user = await newUser(t.db, 'merger');
    const a = await send(project.id, 'a', { userIdent: 'id:1' });
    const b = await send(project.id, 'b', { userIdent: 'id:1' });
    await send(project.id, 'b', { userIdent: 'id:2', level: 'fatal' });
    writer.changes.length = 0;
    expect(await commands.merge(a, [b, a, '999999', 'x'], user)).toMatchObject({ affected: 1 });
    expect(writer.changes).toMatchObject([
      {
        unresolved: 1,
        entries: [
          { action: 'merged', issueId: b, after: null, by: user },
          { action: 'merged', issueId: a, rev: 2, data: { event_count: 3, user_count: 2, level: 'fatal' } },
        ],
      },
    ]);
    expect(await reader.getIssue(b)).toBeNull();
    expect((await reader.issueActivity(a, { limit: 9 })).items).toMatchObject([
      { kind: 'merged', by: { id: user }, data: { issue: b, events: 2, hashes: hashOf('b') } },
    ]);
    expect(await send(project.id, 'b')).toBe(a);
  });

  it('DB32 a merged id leads to where the issue is, and an unmerge brings it back with a greater rev', async () => {
    const project = await newProject(t.db);
    const [a, b, c] = [await send(project.id, 'a'), await send(project.id, 'b'), await send(project.id, 'c')];
    await commands.merge(b, [a], null);
    await commands.merge(c, [b], null);
    expect([await reader.mergedInto(a), await reader.mergedInto(b), await reader.mergedInto(c)]).toEqual([
      c,
      c,
      null,
    ]);
    writer.changes.length = 0;
    expect(await commands.unmerge(c, [hashOf('a')], null)).toMatchObject({ issueId: a });
    expect(writer.changes[0]?.entries[0]).toMatchObject({
      action: 'unmerged',
      issueId: a,
      rev: 3,
      before: null,
    });
    expect([await reader.mergedInto(a), await reader.mergedInto(b)]).toEqual([null, c]);
    expect(await reader.getIssue(a)).toMatchObject({ title: 'Error: a', event_count: 1, rev: 3 });
    // Hashes of two issues are no issue that was.
    await commands.merge(c, [a], null);
    const { issueId } = await commands.unmerge(c, [hashOf('a'), hashOf('b')], null);
    expect([a, b, c]).not.toContain(issueId);
    await commands.remove([c], null);
    expect(await reader.mergedInto(a)).toBeNull();
  });

  it('DB30 refuses what is no merge and no unmerge', async () => {
    const project = await newProject(t.db);
    const other = await newProject(t.db);
    const a = await send(project.id, 'a');
    const foreign = await send(other.id, 'a');
    expect(await commands.merge(a, [foreign], null)).toMatchObject({ affected: 0 });
    await expect(commands.merge('999999', [a], null)).rejects.toMatchObject({ code: 'not_found' });
    await expect(commands.unmerge('999999', [hashOf('a')], null)).rejects.toMatchObject({
      code: 'not_found',
    });
    await expect(commands.unmerge(a, [hashOf('a')], null)).rejects.toThrow('one hash at least must stay');
    await expect(commands.unmerge(a, [hashOf('b')], null)).rejects.toThrow('none of them belongs');
    const two = await send(project.id, 'two', { hashes: [hashOf('app'), hashOf('system')] });
    await expect(commands.unmerge(two, [hashOf('system')], null)).rejects.toThrow('no stored event');
    expect(await reader.getIssue(two)).toMatchObject({ event_count: 1, rev: 1 });
  });

  it('DB30 unmerge after merge restores both issues', async () => {
    const event = fc.record({
      hashes: fc.uniqueArray(fc.constantFrom('1', '2', '3'), { minLength: 1, maxLength: 2 }),
      hour: fc.integer({ min: 1, max: 3 }),
      user: fc.option(fc.constantFrom('id:1', 'id:2', 'email:\u00e9@x.test')),
      release: fc.option(fc.constantFrom('1.0', '1.1')),
      level: fc.constantFrom('error' as const, 'fatal' as const),
    });
    const events = fc.array(event, { minLength: 1, maxLength: 5 });
    let at = Date.now() - 100_000;
    await fc.assert(
      fc.asyncProperty(events, events, async (left, right) => {
        const project = await newProject(t.db);
        const fill = async (side: string, list: typeof left): Promise<string> => {
          let id = '';
          for (const { hashes, hour, user, release, level } of list) {
            const receivedAt = (at += 7);
            id = await send(project.id, side, {
              // The first ties all of one side together.
              hashes: [...hashes.map((hash) => hashOf(side + hash)), hashOf(side)],
              receivedAt,
              occurredAt: receivedAt - hour * HOUR_MS,
              userIdent: user,
              release,
              level,
              payload: Buffer.from(
                JSON.stringify({
                  event_id: '',
                  tags: [],
                  platform: 'node',
                  exception: [{ type: 'Error', value: side }],
                }),
              ),
            });
          }
          return id;
        };
        const a = await fill('left', left);
        const b = await fill('right', right);
        const before = [await portrait(a), await portrait(b)];
        const { hashes } = (await portrait(b)) as { hashes: string[] };
        await commands.merge(a, [b], null);
        const restored = await commands.unmerge(a, hashes, null);
        expect([await portrait(a), await portrait(restored.issueId)]).toEqual(before);
        const [head] = await t.db.query<{ unresolved: number }>(
          'select unresolved from project_log where project_id = $1',
          [project.id],
        );
        expect(head?.unresolved).toBe(2);
        expect(await send(project.id, 'right', { hashes: [hashOf('right')] })).toBe(restored.issueId);
      }),
      { numRuns: 25 },
    );
  });

  it('DB30 under a stream of events every event stays with the owner of its hash, and counts are exact', async () => {
    const project = await newProject(t.db);
    const second = createTestWriter(t.connect());
    let a = await send(project.id, 'a');
    let b = await send(project.id, 'b');
    let sending = true;
    const senders = [writer, second].map(async (node) => {
      for (let i = 0; sending; i++) {
        const verdict = await node.submit(newEvent(project.id, i % 2 ? 'a' : 'b'));
        if (verdict.kind !== 'stored') throw new Error(verdict.kind);
      }
    });
    for (let round = 0; round < 12; round++) {
      await commands.merge(a, [b], null);
      b = (await commands.unmerge(a, [hashOf('b')], null)).issueId;
      if (round % 3 === 0) [a, b] = [b, a];
      if (round % 3 === 0) await commands.merge(b, [a], null).then(() => (a = b));
      if (a === b) b = (await commands.unmerge(a, [hashOf('b')], null)).issueId;
    }
    sending = false;
    await Promise.all(senders);
    const strays = await t.db.query(
      `select e.event_id from events e join issue_hashes h on h.project_id = e.project_id and h.hash = e.hash
       where e.project_id = $1 and h.issue_id <> e.issue_id`,
      [project.id],
    );
    expect(strays).toEqual([]);
    const rows = await t.db.query<{ counted: number; stored: number; hours: number }>(
      `select i.event_count as counted, (select count(*) from events e where e.issue_id = i.id) as stored,
         (select sum(h.events)::bigint from issue_hours h where h.issue_id = i.id) as hours
       from issues i where i.project_id = $1`,
      [project.id],
    );
    expect(rows).toHaveLength(2);
    for (const row of rows) expect([row.stored, row.hours]).toEqual([row.counted, row.counted]);
    const entries = await createLogReader(t.db).readLog(project.id, 0, 100_000);
    expect(entries.filter((entry) => entry.kind === 'issue' && entry.action === 'new')).toHaveLength(2);
  });
});
