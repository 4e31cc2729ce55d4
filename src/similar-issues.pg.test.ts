/** GR33: which issues are named as perhaps the same. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newEvent, newProject, newUser } from '../test/support/new-event.ts';
import { createTestWriter, type TestWriter } from '../test/support/store.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/test-database.ts';
import { titleKey } from './group/similarity.ts';
import { systemClock } from './lib/clock.ts';
import type { LogEntry } from './protocol/change.ts';
import { similarIssues } from './similar-issues.ts';
import { createIssueCommands, type IssueCommands } from './store/issue-commands.ts';
import { createIssueReader, type IssueReader } from './store/issues.ts';

let t: TestDatabase;
let writer: TestWriter;
let issues: IssueReader;
let commands: IssueCommands;
const entries: LogEntry[] = [];
beforeAll(async () => {
  t = await createTestDatabase(inject('postgresUrl'));
  writer = createTestWriter(t.db);
  issues = createIssueReader({ db: t.db, clock: systemClock });
  commands = createIssueCommands({
    db: t.db,
    clock: systemClock,
    onCommitted: (changes) => entries.push(...changes.flatMap((change) => change.entries)),
  });
});
afterAll(() => t.drop());

/** One issue for each `name`; `frames`: functions, innermost last. */
async function send(projectId: number, name: string, title: string, frames: string[]): Promise<string> {
  const stack = frames.map((fn, i) => ({ module: `app.${fn}`, function: fn, lineno: i, in_app: true }));
  const event = newEvent(projectId, name, { title, titleKey: titleKey(title) });
  event.payload = Buffer.from(
    JSON.stringify({ tags: [], exception: [{ type: 'Error', stacktrace: { frames: stack } }] }),
  );
  const verdict = await writer.submit(event);
  if (verdict.kind !== 'stored') throw new Error(verdict.kind);
  return verdict.issueId;
}
const named = async (id: string) => (await similarIssues(issues, id)).map((one) => one.issue.id);

describe('issues that are perhaps the same', () => {
  it('GR33 have one title but for ids and numbers, and share places; the most alike first', async () => {
    const { id: project } = await newProject(t.db);
    const { id: elsewhere } = await newProject(t.db);
    const own = await send(project, 'a', 'Timeout: job 17 of a@x.test', ['main', 'run', 'job', 'wait']);
    const some = await send(project, 'b', 'Timeout: job 18 of b@x.test', ['main', 'other', 'wait']);
    const most = await send(project, 'c', 'Timeout: job 19 of c@x.test', ['main', 'run', 'job']);
    await send(project, 'd', 'Timeout: job 20 of d@x.test', ['cron', 'tick', 'poll']);
    await send(project, 'e', 'Refused: job 21', ['main', 'run', 'job', 'wait']);
    await send(elsewhere, 'a', 'Timeout: job 17 of a@x.test', ['main', 'run', 'job', 'wait']);
    expect(await named(own)).toEqual([most, some]);
    expect((await similarIssues(issues, own))[1]).toMatchObject({ shared_frames: 2, frames: 3 });
    expect(await named('999999')).toEqual([]);
    expect(await named('x')).toEqual([]);
  });

  it('GR33 told apart, they are not named again, from either side; both say who did it; taken back, they are', async () => {
    const { id: project } = await newProject(t.db);
    const { id: elsewhere } = await newProject(t.db);
    const [a, b] = [
      await send(project, 'a', 'Timeout: 1', ['main', 'x']),
      await send(project, 'b', 'Timeout: 2', ['main', 'y']),
    ];
    const foreign = await send(elsewhere, 'a', 'Timeout: 1', ['main', 'x']);
    expect(await named(b)).toEqual([a]);
    const user = await newUser(t.db, 'teller');
    expect(await commands.tellApart(b, [a, b, foreign, '999999', 'x'], true, user)).toEqual({ affected: 1 });
    expect([await named(a), await named(b)]).toEqual([[], []]);
    expect(await commands.tellApart(a, [b], true, user)).toEqual({ affected: 0 });
    const activity = async (id: string) => (await issues.issueActivity(id, { limit: 9 })).items;
    expect(await activity(a)).toMatchObject([{ kind: 'told_apart', by: { id: user }, data: { issues: b } }]);
    expect(await activity(b)).toMatchObject([{ kind: 'told_apart', by: { id: user }, data: { issues: a } }]);
    expect(entries).toMatchObject([a, b].map((id) => ({ issueId: id, action: 'updated', rev: 2, by: user })));
    expect(await issues.getIssue(foreign)).toMatchObject({ rev: 1 });

    expect(await commands.tellApart(a, [b, foreign], false, user)).toEqual({ affected: 1 });
    expect([await named(a), await named(b)]).toEqual([[b], [a]]);
    expect(await commands.tellApart(b, [a], false, user)).toEqual({ affected: 0 });
    expect((await activity(a)).map(({ kind }) => kind)).toEqual(['told_apart_undone', 'told_apart']);
  });

  it('GR33 an issue from before has no key until its next event', async () => {
    const { id: project } = await newProject(t.db);
    const a = await send(project, 'a', 'Timeout: 1', ['main']);
    const b = await send(project, 'b', 'Timeout: 2', ['main']);
    await t.db.execute('update issues set title_key = null where id = $1', [a]);
    expect(await named(b)).toEqual([]);
    await send(project, 'a', 'Timeout: 3', ['main']);
    expect(await named(b)).toEqual([a]);
  });
});
