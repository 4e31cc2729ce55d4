/** Random events and commands against a naive model in memory: whatever happens, the counts and the log agree. */
import { LEVELS } from '../event.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { hashOf, newEvent, newProject } from '../../test/support/new-event.ts';
import { createTestWriter } from '../../test/support/store.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { systemClock } from '../lib/clock.ts';
import type { Change, IssueStatus } from '../protocol/change.ts';
import { createIssueCommands } from './issue-commands.ts';
import { createLogReader } from './log-reader.ts';

let t: TestDatabase;
beforeAll(async () => {
  t = await createTestDatabase(inject('postgresUrl'));
});
afterAll(() => t.drop());

/** After a merge several errors share one. */
interface ModelIssue {
  id: string;
  status: IssueStatus;
  events: number;
}
/** Error name → its issue, or `discarded`. */
type Model = Map<string, ModelIssue | 'discarded'>;

const ERRORS = ['a', 'b', 'c', 'd'];
const error = fc.constantFrom(...ERRORS);
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('events' as const),
      errors: fc.array(error, { minLength: 1, maxLength: 6 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('resolved' as const, 'unresolved' as const, 'archived' as const),
      errors: fc.array(error, { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('discard' as const, 'remove' as const),
      errors: fc.array(error, { minLength: 1, maxLength: 1 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom('merge' as const, 'unmerge' as const),
      errors: fc.array(error, { minLength: 2, maxLength: 3 }),
    }),
  },
);

describe('the store as a whole', () => {
  it('DB6 DB30 unresolved, counters, states and the log follow a naive model', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 15 }), async (steps) => {
        const project = await newProject(t.db);
        const writer = createTestWriter(t.db);
        const changes: Change[] = writer.changes;
        const commands = createIssueCommands({
          db: t.db,
          clock: systemClock,
          onCommitted: (committed) => changes.push(...committed),
        });
        const model: Model = new Map();
        /** Of each error, wherever they are. */
        const sent = new Map<string, number>();
        for (const { do: what, errors } of steps) {
          if (what === 'events') {
            const verdicts = await Promise.all(
              errors.map(async (name, i) =>
                // An issue takes the level of its last event.
                writer.submit(
                  newEvent(project.id, name, {
                    hashes: [hashOf(name)],
                    level: LEVELS[(errors.length + i) % LEVELS.length] ?? 'error',
                  }),
                ),
              ),
            );
            errors.forEach((name, i) => {
              const known = model.get(name);
              const verdict = verdicts[i];
              if (known === 'discarded') return expect(verdict).toEqual({ kind: 'discarded' });
              if (verdict?.kind !== 'stored') throw new Error(`not stored: ${JSON.stringify(verdict)}`);
              expect(verdict.isNew).toBe(known === undefined);
              expect(verdict.isRegression).toBe(known?.status === 'resolved');
              const status = known?.status === 'archived' ? 'archived' : 'unresolved';
              if (known) Object.assign(known, { status, events: known.events + 1 });
              else model.set(name, { id: verdict.issueId, status, events: 1 });
              sent.set(name, (sent.get(name) ?? 0) + 1);
            });
            continue;
          }
          const names = [...new Set(errors)];
          const issues = names.flatMap((name) => {
            const issue = model.get(name);
            return issue === undefined || issue === 'discarded' ? [] : [{ name, issue }];
          });
          const ids = [...new Set(issues.map(({ issue }) => issue.id))];
          const owned = (id: string): string[] =>
            [...model].flatMap(([name, issue]) => (issue !== 'discarded' && issue.id === id ? [name] : []));
          if (what === 'merge') {
            const [target, ...others] = ids;
            if (target === undefined) continue;
            expect(await commands.merge(target, others, null)).toMatchObject({ affected: others.length });
            const into = issues[0]?.issue;
            if (!into) continue;
            for (const issue of new Set(issues.map((one) => one.issue)))
              if (issue !== into) into.events += issue.events;
            for (const name of others.flatMap(owned)) model.set(name, into);
            continue;
          }
          if (what === 'unmerge') {
            const [first] = issues;
            if (!first || owned(first.issue.id).length < 2) continue;
            const { issueId } = await commands.unmerge(first.issue.id, [hashOf(first.name)], null);
            const events = sent.get(first.name) ?? 0;
            first.issue.events -= events;
            model.set(first.name, { id: issueId, status: 'unresolved', events });
            continue;
          }
          if (what === 'discard' || what === 'remove') {
            expect(await commands[what](ids, null)).toEqual({ affected: ids.length });
            for (const name of ids.flatMap(owned)) {
              if (what === 'discard') model.set(name, 'discarded');
              else model.delete(name);
              sent.delete(name);
            }
          } else {
            const differing = new Set(
              issues.map(({ issue }) => issue).filter((issue) => issue.status !== what),
            );
            expect(await commands.setStatus(ids, what, null)).toEqual({ affected: differing.size });
            for (const issue of differing) issue.status = what;
          }
        }
        const alive = [...new Set(model.values())].filter((issue) => issue !== 'discarded');
        const rows = await t.db.query<{ id: number; status: number; event_count: number; events: number }>(
          `select id, status, event_count, (select count(*) from events e where e.issue_id = i.id) as events
           from issues i where project_id = $1`,
          [project.id],
        );
        const shape = (list: { id: string; status: string; events: number }[]): unknown[] =>
          list.sort((x, y) => Number(x.id) - Number(y.id)).map((x) => [x.id, x.status, x.events]);
        const names = ['unresolved', 'resolved', 'archived'];
        expect(
          shape(
            rows.map((r) => ({ id: String(r.id), status: names[r.status] ?? '', events: r.event_count })),
          ),
        ).toEqual(shape(alive));
        expect(rows.map((r) => r.events)).toEqual(rows.map((r) => r.event_count));

        const reader = createLogReader(t.db);
        const head = await reader.readHead(project.id);
        const entries = await reader.readLog(project.id, 0, 1_000);
        expect(head?.unresolved).toBe(alive.filter((issue) => issue.status === 'unresolved').length);
        const counted = await t.db.query<{ level: number; issues: number }>(
          'select level, count(*) as issues from issues where project_id = $1 and status = 0 group by level',
          [project.id],
        );
        expect(head?.unresolvedByLevel).toEqual(
          LEVELS.map((_, level) => counted.find((row) => row.level === level)?.issues ?? 0),
        );
        expect(head?.head).toBe(entries.length);
        expect(changes.flatMap((change) => change.entries)).toEqual(entries);
        if (changes.length > 0) expect(changes.at(-1)?.unresolved).toBe(head?.unresolved);
        // Replaying the log's issue entries gives the state of the database, counters aside.
        const replayed = new Map<string, string>();
        for (const entry of entries) {
          if (entry.kind !== 'issue') continue;
          if (entry.after) replayed.set(entry.issueId, entry.after.status);
          else replayed.delete(entry.issueId);
        }
        expect(replayed).toEqual(new Map(alive.map((i) => [i.id, i.status])));
      }),
      { numRuns: 40 },
    );
  });
});
