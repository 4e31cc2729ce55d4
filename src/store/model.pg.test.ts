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
import { dayOf, ensureDay } from './partitions.ts';
import { dropEventsDay } from './retention.ts';

let t: TestDatabase;
beforeAll(async () => {
  t = await createTestDatabase(inject('postgresUrl'));
});
afterAll(() => t.drop());

/** After a merge several errors share one. */
interface ModelIssue {
  id: string;
  status: IssueStatus;
  /** Ever; retention takes none of them. */
  events: number;
}
/** Error name → its issue, or `discarded`. */
type Model = Map<string, ModelIssue | 'discarded'>;

const TODAY = dayOf(Date.now());
const YESTERDAY = dayOf(Date.now() - 86_400_000);
const ERRORS = ['a', 'b', 'c', 'd'];
const error = fc.constantFrom(...ERRORS);
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('events' as const, 'old events' as const),
      errors: fc.array(error, { minLength: 1, maxLength: 6 }),
    }),
  },
  // The day of the old events is over.
  { weight: 1, arbitrary: fc.record({ do: fc.constant('retention' as const), errors: fc.constant([]) }) },
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
  it('DB6 DB30 DB41 DB43 unresolved, counters, states and the log follow a naive model', async () => {
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
        /** Stored ones of each error, wherever they are, by day. */
        const stored = { [TODAY]: new Map<string, number>(), [YESTERDAY]: new Map<string, number>() };
        const storedOf = (name: string): number =>
          Object.values(stored).reduce((sum, day) => sum + (day.get(name) ?? 0), 0);
        for (const { do: what, errors } of steps) {
          if (what === 'retention') {
            await dropEventsDay(t.db, YESTERDAY);
            await ensureDay(t.db, YESTERDAY);
            stored[YESTERDAY]?.clear();
            continue;
          }
          if (what === 'events' || what === 'old events') {
            const day = what === 'events' ? TODAY : YESTERDAY;
            const verdicts = await Promise.all(
              errors.map(async (name, i) =>
                // An issue takes the level of its last event.
                writer.submit(
                  newEvent(project.id, name, {
                    hashes: [hashOf(name)],
                    receivedAt: Date.parse(day) + 1_000,
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
              stored[day]?.set(name, (stored[day].get(name) ?? 0) + 1);
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
            const events = storedOf(first.name);
            const unmerging = commands.unmerge(first.issue.id, [hashOf(first.name)], null);
            if (events === 0) {
              await expect(unmerging).rejects.toThrow('no stored event');
              continue;
            }
            const { issueId } = await unmerging;
            first.issue.events -= events;
            model.set(first.name, { id: issueId, status: 'unresolved', events });
            continue;
          }
          if (what === 'discard' || what === 'remove') {
            expect(await commands[what](ids, null)).toEqual({ affected: ids.length });
            for (const name of ids.flatMap(owned)) {
              if (what === 'discard') model.set(name, 'discarded');
              else model.delete(name);
              for (const day of Object.values(stored)) day.delete(name);
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
        for (const row of rows) {
          const names = [...model].filter(
            ([, issue]) => issue !== 'discarded' && issue.id === String(row.id),
          );
          expect(row.events).toBe(names.reduce((sum, [name]) => sum + storedOf(name), 0));
        }
        const days = await t.db.query<{ day: string; events: number }>(
          'select day, events from event_days where project_id = $1 and events > 0',
          [project.id],
        );
        expect(new Map(days.map((row) => [row.day, row.events]))).toEqual(
          new Map(
            Object.entries(stored).flatMap(([day, counts]) => {
              const events = [...counts.values()].reduce((sum, count) => sum + count, 0);
              return events > 0 ? [[day, events] as const] : [];
            }),
          ),
        );

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
