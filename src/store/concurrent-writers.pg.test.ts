import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newEvent, newProject } from '../../test/support/new-event.ts';
import { createTestWriter, type TestWriter } from '../../test/support/store.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { systemClock } from '../lib/clock.ts';
import { createIssueCommands } from './issue-commands.ts';
import { createLogReader } from './log-reader.ts';

let t: TestDatabase;
beforeAll(async () => {
  t = await createTestDatabase(inject('postgresUrl'));
});
afterAll(() => t.drop());

describe('several nodes on one database', () => {
  it('DB2 DB4 store each id once and number every project’s log densely, in order of commit', async () => {
    const projects = await Promise.all([1, 2, 3].map((n) => newProject(t.db, `P${n}`)));
    const reader = createLogReader(t.db);
    const writers: TestWriter[] = Array.from({ length: 4 }, () => createTestWriter(t.connect()));
    const events = projects.flatMap((project) =>
      Array.from({ length: 120 }, (_, i) => newEvent(project.id, `e${i % 40}`)),
    );
    // Every writer gets every event, in another order: three of four must be refused as duplicates.
    const verdicts = await Promise.all(
      writers.map(async (writer, w) => {
        const mine = events.map((_, i) => events[(i * 7 + w * 90) % events.length] ?? events[0]);
        const answers: string[] = [];
        for (let at = 0; at < mine.length; at += 30)
          answers.push(
            ...(await Promise.all(
              mine.slice(at, at + 30).map(async (event) => (event ? (await writer.submit(event)).kind : '')),
            )),
          );
        return answers;
      }),
    );
    const kinds = verdicts.flat();
    expect(kinds.filter((kind) => kind === 'stored')).toHaveLength(events.length);
    expect(kinds.filter((kind) => kind === 'duplicate')).toHaveLength(events.length * 3);

    for (const project of projects) {
      const entries = await reader.readLog(project.id, 0, 10_000);
      expect(entries.map((e) => e.seq)).toEqual(entries.map((_, i) => i + 1));
      const ids = entries.flatMap((e) => (e.kind === 'event' ? [e.data.id] : []));
      expect(new Set(ids).size).toBe(120);
      expect(ids).toHaveLength(120);
      const issues = await t.db.query<{ event_count: number }>(
        'select event_count from issues where project_id = $1',
        [project.id],
      );
      // 40 errors met by four nodes at once make 40 issues, not more.
      expect(issues.map((i) => i.event_count)).toEqual(Array.from({ length: 40 }, () => 3));
      expect(await reader.readHead(project.id)).toMatchObject({ head: entries.length, unresolved: 40 });
      // What each node published is what the log says, and its own order is ascending.
      for (const writer of writers) {
        const published = writer.changes.flatMap((c) => (c.projectId === project.id ? c.entries : []));
        expect(published).toEqual(published.map((entry) => entries[entry.seq - 1]));
      }
    }
  });

  it('DB4 an entry can be read, and all before it, at the moment it is published', async () => {
    const project = await newProject(t.db);
    const reader = createLogReader(t.connect());
    const reads: Promise<void>[] = [];
    const check = (head: number): void => {
      reads.push(
        reader.readLog(project.id, 0, 10_000).then((entries) => {
          expect(entries.length).toBeGreaterThanOrEqual(head);
          expect(entries.map((e) => e.seq)).toEqual(entries.map((_, i) => i + 1));
        }),
      );
    };
    const writers = Array.from({ length: 4 }, () =>
      createTestWriter(t.connect(), { onCommitted: (changes) => changes.forEach((c) => check(c.head)) }),
    );
    await Promise.all(
      writers.map(async (writer, w) => {
        for (let i = 0; i < 25; i++) await writer.submit(newEvent(project.id, `w${w}`));
      }),
    );
    await Promise.all(reads);
    expect(reads.length).toBe(100);
  });

  it('DB5 events and commands at once neither deadlock nor lose count', async () => {
    const project = await newProject(t.db);
    const writers = Array.from({ length: 3 }, () => createTestWriter(t.connect()));
    const seed = await Promise.all(
      Array.from({ length: 12 }, async (_, i) => writers[0]?.submit(newEvent(project.id, `c${i}`))),
    );
    const ids = seed.flatMap((v) => (v?.kind === 'stored' ? [v.issueId] : []));
    const commands = createIssueCommands({
      db: t.connect(),
      clock: systemClock,
      onCommitted: () => undefined,
    });
    const verdicts = await Promise.all([
      ...writers.flatMap((writer) =>
        Array.from({ length: 150 }, async (_, i) => writer.submit(newEvent(project.id, `c${(i * 5) % 16}`))),
      ),
      ...Array.from({ length: 30 }, (_, i) =>
        i % 2 === 0
          ? commands.setStatus([...ids].reverse(), 'resolved', null)
          : commands.setStatus(ids.slice(i % 6), 'archived', null),
      ),
      commands.discard(ids.slice(0, 2), null),
      commands.remove(ids.slice(3, 5), null),
    ]);
    expect(verdicts.filter((v) => 'kind' in v && v.kind !== 'stored' && v.kind !== 'discarded')).toEqual([]);
    const [row] = await t.db.query<{ counted: number; real: number }>(
      `select h.unresolved as counted,
         (select count(*) from issues i where i.project_id = h.project_id and i.status = 0) as real
       from project_log h where h.project_id = $1`,
      [project.id],
    );
    expect(row?.counted).toBe(row?.real);
    const retries = await Promise.all(writers.map((w) => w.metrics.writerRetries.get()));
    const deadlocks = retries.flatMap((r) => r.values).filter((v) => v.labels.reason === '40P01');
    expect(deadlocks).toEqual([]);
  });
});
