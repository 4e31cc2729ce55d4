/** DB31: tags of issues are counted exactly, within bounds, and follow the hashes. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { hashOf, newEvent, newProject } from '../../test/support/new-event.ts';
import { createTestWriter, type TestWriter } from '../../test/support/store.ts';
import { createTestDatabase, silentLog, type TestDatabase } from '../../test/support/test-database.ts';
import { systemClock } from '../lib/clock.ts';
import { createIssueCommands, type IssueCommands } from './issue-commands.ts';
import { createIssueReader, type IssueReader } from './issues.ts';
import { createTagRollUp, type TagRollUp } from './tag-roll-up.ts';

let t: TestDatabase;
let writer: TestWriter;
let commands: IssueCommands;
let reader: IssueReader;
let rollUp: TagRollUp;
beforeAll(async () => {
  t = await createTestDatabase(inject('postgresUrl'));
  writer = createTestWriter(t.db);
  commands = createIssueCommands({ db: t.db, clock: systemClock, onCommitted: () => undefined });
  reader = createIssueReader({ db: t.db, clock: systemClock });
  rollUp = createTagRollUp({ db: t.db, clock: systemClock, log: silentLog });
});
afterAll(() => t.drop());

async function send(projectId: number, error: string, tags: Record<string, string>): Promise<string> {
  const verdict = await writer.submit(
    newEvent(projectId, error, { tagsJson: JSON.stringify(Object.entries(tags)) }),
  );
  if (verdict.kind !== 'stored') throw new Error(verdict.kind);
  return verdict.issueId;
}

async function tagsOf(id: string): Promise<object> {
  await rollUp.run();
  return Object.fromEntries(
    (await reader.issueTags(id)).map(({ key, values, other }) => [
      key,
      { ...Object.fromEntries(values.map(({ value, count }) => [value, count])), other },
    ]),
  );
}

describe('tags of issues', () => {
  it('DB31 are counted by value, the most frequent first', async () => {
    const project = await newProject(t.db);
    for (const browser of ['Firefox', 'Chrome', 'Chrome'])
      await send(project.id, 'a', { browser, ['__proto__']: 'x', constructor: 'y' });
    const id = await send(project.id, 'a', {});
    await rollUp.run();
    expect(await reader.issueTags(id)).toEqual([
      { key: '__proto__', values: [{ value: 'x', count: 3 }], other: 0 },
      {
        key: 'browser',
        values: [
          { value: 'Chrome', count: 2 },
          { value: 'Firefox', count: 1 },
        ],
        other: 0,
      },
      { key: 'constructor', values: [{ value: 'y', count: 3 }], other: 0 },
    ]);
  });

  it('DB31 beyond 50 values of a key the others are counted together, beyond 100 keys not at all', async () => {
    const project = await newProject(t.db);
    const values = Array.from({ length: 70 }, (_, i) => `user ${String(i).padStart(2, '0')}`);
    await Promise.all(values.slice(0, 40).map((user) => send(project.id, 'a', { user })));
    await rollUp.run();
    await Promise.all(values.slice(30).map((user) => send(project.id, 'a', { user })));
    const id = await send(project.id, 'a', {});
    await rollUp.run();
    const [tag] = await reader.issueTags(id);
    expect(tag).toMatchObject({ key: 'user', other: 80 - 10 * 2 - 10 });
    expect(tag?.values).toHaveLength(20);
    // What was met in both rounds has a name and both its events.
    expect(tag?.values.slice(0, 10)).toEqual(values.slice(30, 40).map((value) => ({ value, count: 2 })));
    const rows = 'select count(*) as rows from issue_tags where issue_id = $1 and key = $2';
    expect(await t.db.query(rows, [id, 'user'])).toEqual([{ rows: 50 }]);

    const keys = Array.from({ length: 130 }, (_, i) => [`key ${i}`, 'x']);
    for (let i = 0; i < 130; i += 26) await send(project.id, 'b', Object.fromEntries(keys.slice(i, i + 26)));
    const many = await send(project.id, 'b', { 'key 0': 'y' });
    await rollUp.run();
    const kept = await reader.issueTags(many);
    expect(kept).toHaveLength(100);
    expect(kept.find(({ key }) => key === 'key 0')?.values).toHaveLength(2);
  });

  it('DB31 go with the issue when it is removed or discarded, those not added up yet too', async () => {
    const project = await newProject(t.db);
    for (const remove of ['remove', 'discard'] as const) {
      const id = await send(project.id, remove, { browser: 'Chrome' });
      await rollUp.run();
      await send(project.id, remove, { browser: 'Chrome' });
      await commands[remove]([id], null);
      await rollUp.run();
      for (const table of ['hash_tags', 'hash_tag_counts', 'hash_minutes', 'hash_quarters', 'hash_days'])
        expect(await t.db.query(`select hash from ${table} where project_id = $1`, [project.id])).toEqual([]);
    }
    const again = await send(project.id, 'remove', { browser: 'Safari' });
    expect(await tagsOf(again)).toEqual({ browser: { Safari: 1, other: 0 } });
  });

  it('DB31 equal the events sent, after any merges and unmerges, however the batches were added up', async () => {
    const name = fc.constantFrom('a', 'b', 'c');
    const step = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({
          do: fc.constant('event' as const),
          of: name,
          value: fc.constantFrom('x', 'y', 'z'),
        }),
      },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('add up' as const) }) },
      {
        weight: 2,
        arbitrary: fc.record({
          do: fc.constantFrom('merge' as const, 'unmerge' as const),
          of: name,
          with: name,
        }),
      },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 25 }), async (steps) => {
        const project = await newProject(t.db);
        /** Error → its issue; (error, value) → events. */
        const issueOf = new Map<string, string>();
        const sent: { error: string; value: string }[] = [];
        for (const one of steps) {
          if (one.do === 'add up') await rollUp.run();
          if (one.do === 'event') {
            issueOf.set(one.of, await send(project.id, one.of, { tag: one.value }));
            sent.push({ error: one.of, value: one.value });
          }
          if (one.do !== 'merge' && one.do !== 'unmerge') continue;
          const [target, source] = [issueOf.get(one.of), issueOf.get(one.with)];
          if (target === undefined || source === undefined) continue;
          if (one.do === 'merge' && target !== source) {
            await commands.merge(target, [source], null);
            for (const [error, id] of issueOf) if (id === source) issueOf.set(error, target);
          }
          if (one.do === 'unmerge' && one.of !== one.with && target === source)
            issueOf.set(one.of, (await commands.unmerge(target, [hashOf(one.of)], null)).issueId);
        }
        for (const id of new Set(issueOf.values())) {
          const counts: Record<string, number> = {};
          for (const { error, value } of sent)
            if (issueOf.get(error) === id) counts[value] = (counts[value] ?? 0) + 1;
          expect(await tagsOf(id)).toEqual({ tag: { ...counts, other: 0 } });
        }
      }),
      { numRuns: 25 },
    );
  });

  it('DB31 two nodes that add up at once count no batch twice', async () => {
    const project = await newProject(t.db);
    const other = createTagRollUp({ db: t.connect(), clock: systemClock, log: silentLog });
    let id = '';
    const done = { value: false };
    const adding = [rollUp, other].map(async (node) => {
      while (!done.value) await node.run();
    });
    for (let i = 0; i < 60; i++) id = await send(project.id, 'busy', { n: String(i % 3) });
    done.value = true;
    await Promise.all(adding);
    expect(await tagsOf(id)).toEqual({ n: { 0: 20, 1: 20, 2: 20, other: 0 } });
  });

  it('DB31 a project is searched for a tag by an index', async () => {
    const plan = await t.db.query<{ 'QUERY PLAN': string }>(
      `explain select distinct issue_id from issue_tags where project_id = 1 and key = 'browser' and value = 'Chrome'`,
    );
    expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toContain('hash_tags_pkey');
  });
});
