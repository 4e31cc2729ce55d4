import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newEvent, newProject, newUser } from '../../test/support/new-event.ts';
import { createTestWriter, type TestWriter } from '../../test/support/store.ts';
import { createTestDatabase, silentLog, type TestDatabase } from '../../test/support/test-database.ts';
import { systemClock } from '../lib/clock.ts';
import { createEventReader } from './events.ts';
import { createIssueCommands } from './issue-commands.ts';
import { createIssueReader, type IssueReader } from './issues.ts';
import { createOutcomeCounter } from './outcome-counter.ts';
import { parseFilters } from '../protocol/filter-parse.ts';
import { createStatsReader } from './stats.ts';
import { createTagRollUp } from './tag-roll-up.ts';

let t: TestDatabase;
let writer: TestWriter;
let issues: IssueReader;
/** Within the partitions of the template, on a whole hour. */
const NOW = Math.floor(Date.now() / 3_600_000) * 3_600_000;
const clock = { ...systemClock, now: () => NOW + 60_000 };
beforeAll(async () => {
  t = await createTestDatabase(inject('postgresUrl'));
  writer = createTestWriter(t.db);
  issues = createIssueReader({ db: t.db, clock });
});
afterAll(() => t.drop());

async function pages<T>(
  get: (cursor: string | null) => Promise<{ items: T[]; next: string | null }>,
): Promise<T[][]> {
  const all: T[][] = [];
  let cursor: string | null = null;
  do {
    const page: { items: T[]; next: string | null } = await get(cursor);
    all.push(page.items);
    cursor = page.next;
  } while (cursor !== null);
  return all;
}

describe('reading', () => {
  it.each(['last_seen', 'first_seen', 'events', 'users'] as const)(
    'DB19 pages by %s show every issue once, in order, though all are equal or new ones come between',
    async (sort) => {
      const project = await newProject(t.db);
      const total = 23;
      await Promise.all(
        Array.from({ length: total }, async (_, i) =>
          // Three equal times and counts each, so that the tie-break decides.
          writer.submit(newEvent(project.id, `i${i}`, { occurredAt: NOW - (i % 3) * 1000, receivedAt: NOW })),
        ),
      );
      let added = 0;
      const seen = await pages(async (cursor) => {
        const page = await issues.listIssues({ projectId: project.id, sort, cursor, limit: 4 });
        // Newer than everything: belongs before the first page.
        if (added++ === 2 && (sort === 'last_seen' || sort === 'first_seen'))
          await writer.submit(newEvent(project.id, 'newcomer', { occurredAt: NOW + 1000, receivedAt: NOW }));
        return page;
      });
      expect(seen.map((page) => page.length)).toEqual([4, 4, 4, 4, 4, 3]);
      const flat = seen.flat();
      expect(new Set(flat.map((issue) => issue.id)).size).toBe(total);
      const keys = flat.map((issue): [number, number] => [
        sort === 'last_seen' || sort === 'first_seen' ? Date.parse(issue[sort]) : 0,
        Number(issue.id),
      ]);
      expect(keys).toEqual(keys.toSorted((a, b) => b[0] - a[0] || b[1] - a[1]));
    },
  );

  it('DB19 a cursor of another order or of nobody is refused', async () => {
    const project = await newProject(t.db);
    for (let i = 0; i < 3; i++) await writer.submit(newEvent(project.id, `i${i}`));
    const { next } = await issues.listIssues({ projectId: project.id, limit: 1 });
    expect(next).toEqual(expect.any(String));
    for (const cursor of [next, 'nonsense', 'W10', '%%%'])
      await expect(
        issues.listIssues({ projectId: project.id, sort: 'events', cursor, limit: 1 }),
      ).rejects.toMatchObject({ code: 'invalid_cursor' });
  });

  it('DB22 filters are joined by and; text is found as written, in any case', async () => {
    const project = await newProject(t.db);
    const user = await newUser(t.db, 'carol');
    await writer.submit(
      newEvent(project.id, 'a', {
        title: '100% of_Disk',
        level: 'fatal',
        tagsJson: JSON.stringify(Object.entries({ environment: 'staging', release: '2.0' })),
      }),
    );
    await writer.submit(newEvent(project.id, 'b', { title: '100 of Disk', culprit: 'app/main' }));
    const commands = createIssueCommands({ db: t.db, clock, onCommitted: () => undefined });
    const all = (await issues.listIssues({ projectId: project.id, limit: 10 })).items;
    const b = all.find((issue) => issue.title === '100 of Disk');
    await commands.assign([b?.id ?? ''], user, null);
    await commands.setStatus([b?.id ?? ''], 'resolved', null);
    const titles = async (q: string, range: object = {}): Promise<string[]> => {
      const parsed = parseFilters({ q }, { scope: 'issue_search', me: user });
      if (parsed.kind === 'invalid') throw new Error(parsed.message);
      const page = await issues.listIssues({
        projectId: project.id,
        limit: 10,
        filter: parsed.filter,
        ...range,
      });
      return page.items.map((i) => i.title);
    };
    await createTagRollUp({ db: t.db, clock, log: silentLog }).run();
    expect(await titles('"% OF_d"')).toEqual(['100% of_Disk']);
    expect(await titles('MAIN is:resolved')).toEqual(['100 of Disk']);
    expect(await titles('level:fatal')).toEqual(['100% of_Disk']);
    expect(await titles('environment:staging tags.release:[1.0, 2.0]')).toEqual(['100% of_Disk']);
    expect(await titles('environment:staging is:resolved')).toEqual([]);
    expect(await titles('assigned:me')).toEqual(['100 of Disk']);
    expect(await titles('is:unassigned')).toEqual(['100% of_Disk']);
    expect(await titles('', { since: Date.now() + 60_000 })).toEqual([]);
  });

  it('DB23 hours, timeline and volume count every event where it happened', async () => {
    const project = await newProject(t.db);
    const at = [0, 0, 1, 5, 23].map((hours) => NOW - hours * 3_600_000);
    await Promise.all(
      at.map(async (occurredAt, i) =>
        writer.submit(
          newEvent(project.id, 'h', { occurredAt, receivedAt: NOW, level: i === 0 ? 'fatal' : 'error' }),
        ),
      ),
    );
    const [issue] = (await issues.listIssues({ projectId: project.id, limit: 1 })).items;
    const expected = Array.from({ length: 24 }, (_, i) => ({ 0: 1, 18: 1, 22: 1, 23: 2 })[i] ?? 0);
    expect(issue?.hours).toEqual(expected);
    expect(issue?.first_seen).toBe(new Date(NOW - 23 * 3_600_000).toISOString());
    const range = { since: NOW - 23 * 3_600_000, until: NOW + 1 };
    await createTagRollUp({ db: t.db, clock, log: silentLog }).run();
    const hourly = { ...range, interval: 'hour', timeZone: 'UTC' } as const;
    const timeline = await issues.issueTimeline(issue?.id ?? '', hourly);
    expect(timeline.starts[0]).toBe(new Date(range.since).toISOString());
    expect(timeline.events).toEqual(expected);
    const volume = await createStatsReader({ db: t.db, clock }).volume(project.id, {
      ...hourly,
      by: 'level',
    });
    expect(volume.total).toEqual(expected);
    expect(volume.series.map(({ name, sum }) => [name, sum])).toEqual([
      ['error', 4],
      ['fatal', 1],
    ]);
  });

  it('ST20 counters of issues are read for those of the project only', async () => {
    const [project, other] = [await newProject(t.db), await newProject(t.db)];
    for (const one of [project, project, other])
      await writer.submit(newEvent(one.id, 'c', { receivedAt: NOW }));
    const idOf = async (projectId: number) =>
      (await issues.listIssues({ projectId, limit: 1 })).items[0]?.id ?? '';
    const mine = await idOf(project.id);
    expect(await issues.issueStats(project.id, [mine, await idOf(other.id), '9'.repeat(19)])).toEqual([
      { issue_id: mine, rev: 2, events: 2, users: 0, last_seen: new Date(NOW).toISOString() },
    ]);
  });

  it('DB24 the events of an issue form a chain from the newest to the oldest, each readable by id', async () => {
    const project = await newProject(t.db);
    const events = Array.from({ length: 9 }, (_, i) =>
      newEvent(project.id, 'chain', { receivedAt: NOW - Math.floor(i / 3) * 1000, userIdent: `u${i % 4}` }),
    );
    for (const event of events) {
      await writer.submit(event);
    }
    const reader = createEventReader(t.db);
    const [issue] = (await issues.listIssues({ projectId: project.id, limit: 1 })).items;
    expect(issue).toMatchObject({ event_count: 9, user_count: 4, last_event_id: events[8]?.eventId });
    const issueId = issue?.id ?? '';
    const listed = (await pages((cursor) => reader.listIssueEvents(issueId, { cursor, limit: 4 }))).flat();
    expect(new Set(listed.map((e) => e.id)).size).toBe(9);
    expect(
      (await pages((cursor) => reader.listProjectEvents(project.id, { cursor, limit: 2 }))).flat(),
    ).toEqual(listed);
    const walked: string[] = [];
    let detail = await reader.getEvent(project.id, { issueId, which: 'latest' });
    while (detail) {
      walked.push(detail.id);
      expect(detail.next).toBe(walked.at(-2) ?? null);
      detail = detail.previous === null ? null : await reader.getEvent(project.id, detail.previous);
    }
    expect(walked).toEqual(listed.map((e) => e.id));
    expect(await reader.getEvent(project.id + 1000, events[0]?.eventId ?? '')).toBeNull();
    expect(await reader.getEvent(project.id, 'not an id')).toBeNull();
  });

  it('DB25 outcomes add up, whatever the number of counters, and survive a failed write', async () => {
    const project = await newProject(t.db);
    const manual = { ...clock, every: () => ({ cancel: () => undefined }) };
    const counters = [1, 2].map(() => createOutcomeCounter({ db: t.db, clock: manual, log: silentLog }));
    const row = {
      projectId: project.id,
      keyId: 1,
      category: 'error',
      outcome: 'accepted',
      reason: '',
      quantity: 2,
    };
    for (const counter of counters) {
      counter.count(row);
      counter.count({ ...row, outcome: 'rate_limited', reason: 'project', quantity: 1 });
      counter.count({ ...row, projectId: 999_999 });
    }
    await t.db.execute('alter table outcomes rename to outcomes_away');
    await counters[0]?.flush();
    await t.db.execute('alter table outcomes_away rename to outcomes');
    await Promise.all(counters.map((counter) => counter.stop()));
    const stats = createStatsReader({ db: t.db, clock });
    expect(await stats.outcomeRows(project.id, { since: NOW - 1, until: NOW + 3_600_000 })).toEqual([
      { outcome: 'accepted', reason: '', category: 'error', quantity: 4 },
      { outcome: 'rate_limited', reason: 'project', category: 'error', quantity: 2 },
    ]);
  });
});
