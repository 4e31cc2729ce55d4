/** DB8, DB28, DB29: weeks of an issue's life on a simulated clock. */
import { systemClock } from '../lib/clock.ts';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createFakeClock, type FakeClock } from '../../test/support/fake-clock.ts';
import { newEvent, newProject } from '../../test/support/new-event.ts';
import { createTestWriter, type TestWriter } from '../../test/support/store.ts';
import { createTestDatabase, silentLog, type TestDatabase } from '../../test/support/test-database.ts';
import type { Change } from '../protocol/change.ts';
import { createIssueCommands, type IssueCommands } from './issue-commands.ts';
import { createIssueTimers, type IssueTimers } from './issue-timers.ts';
import { createIssueReader, type IssueReader } from './issues.ts';
import { createLogReader } from './log-reader.ts';
import { ensurePartitions } from './partitions.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.parse('2026-03-02T00:00:00.000Z');

let t: TestDatabase;
let clock: FakeClock;
let writer: TestWriter;
let commands: IssueCommands;
let reader: IssueReader;
let timers: IssueTimers;
let changes: Change[];
beforeAll(async () => {
  t = await createTestDatabase(inject('postgresUrl'));
  clock = createFakeClock(START);
  changes = [];
  const onCommitted = (committed: Change[]) => void changes.push(...committed);
  // Weeks pass by hand; the writer's milliseconds are real.
  writer = createTestWriter(t.db, { clock: { ...systemClock, now: clock.now }, onCommitted });
  commands = createIssueCommands({ db: t.db, clock, onCommitted });
  timers = createIssueTimers({ db: t.db, clock, log: silentLog, onCommitted });
  reader = createIssueReader({ db: t.db, clock });
});
afterAll(() => t.drop());

/** `count` events now. */
async function send(projectId: number, error: string, count = 1, release: string | null = null) {
  const verdicts = await Promise.all(
    Array.from({ length: count }, () =>
      writer.submit(newEvent(projectId, error, { receivedAt: clock.now(), release })),
    ),
  );
  const [first] = verdicts;
  if (first?.kind !== 'stored') throw new Error(first?.kind);
  return first.issueId;
}

const status = async (id: string) => (await reader.getIssue(id))?.status;
const actions = (id: string) =>
  changes
    .flatMap((change) => change.entries)
    .flatMap((entry) => (entry.kind === 'issue' && entry.issueId === id ? [entry.action] : []));

describe('the life of an issue', () => {
  it('DB29 an issue archived until it escalates sleeps through its usual weeks and wakes at a spike, once', async () => {
    const project = await newProject(t.db);
    let id = '';
    // Two weeks of 8 events an hour by day, 1 by night, then a week of 12.
    for (let hour = 0; hour < 21 * 24; hour++) {
      id = await send(project.id, 'noise', hour % 24 < 12 ? (hour < 14 * 24 ? 8 : 12) : 1);
      if (hour === 24) await commands.setStatus([id], 'archived', null, { kind: 'escalating' });
      await clock.advance(HOUR / 2);
      await timers.run();
      await clock.advance(HOUR / 2);
      if (hour >= 24) expect(await status(id)).toBe('archived');
    }
    // Twice the usual twelve is the limit by now; twice the eight of the weeks before would have been passed.
    await send(project.id, 'noise', 24);
    expect(await timers.run()).toBe(0);
    await send(project.id, 'noise', 1);
    expect(await timers.run()).toBe(1);
    expect(await timers.run()).toBe(0);
    expect(await reader.getIssue(id)).toMatchObject({ status: 'unresolved', priority: 'high' });
    expect(actions(id)).toEqual(['new', 'archived', 'escalated']);
    expect((await reader.issueActivity(id, { limit: 1 })).items).toMatchObject([
      { kind: 'escalated', by: null, data: { events: 25, threshold: 24 } },
    ]);
  }, 120_000);

  it('DB8 six weeks on two nodes: new is told once, and each resolution is followed by one regression, in the log too', async () => {
    const project = await newProject(t.db);
    const second = createTestWriter(t.connect(), { clock: { ...systemClock, now: clock.now } });
    /** Both nodes at once, in batches of their own. */
    const burst = async () => {
      const verdicts = await Promise.all(
        [writer, second].flatMap((node) =>
          Array.from({ length: 20 }, () =>
            node.submit(newEvent(project.id, 'weekly', { receivedAt: clock.now() })),
          ),
        ),
      );
      const [first] = verdicts;
      if (first?.kind !== 'stored') throw new Error(first?.kind);
      return first.issueId;
    };
    let id = await burst();
    const log = createLogReader(t.db);
    const expected = ['new'];
    const told: string[] = [];
    const flags = { is_new: 0, is_regression: 0 };
    let seq = 0;
    for (let week = 0; week < 6; week++) {
      await commands.setStatus([id], 'resolved', null);
      await clock.advance(7 * DAY);
      await ensurePartitions(t.db, clock.now());
      expect(await timers.run()).toBe(0);
      expect(await status(id)).toBe('resolved');
      id = await burst();
      await burst();
      expected.push('resolved', 'regressed');
      // Every week, because the log of six is not kept.
      for (const entry of await log.readLog(project.id, seq, 1_000)) {
        expect(entry.seq).toBe(++seq);
        if (entry.kind === 'issue') told.push(entry.action);
        else {
          if (entry.match.is_new) flags.is_new++;
          if (entry.match.is_regression) flags.is_regression++;
        }
      }
    }
    expect(told).toEqual(expected);
    expect(flags).toEqual({ is_new: 1, is_regression: 6 });
    expect(await reader.getIssue(id)).toMatchObject({ event_count: 40 * 13 });
  }, 60_000);

  it('DB29 what came before it was archived is no spike; a priority a person set stays', async () => {
    const project = await newProject(t.db);
    const id = await send(project.id, 'burst', 200);
    await commands.setPriority([id], 'low', null);
    await commands.setStatus([id], 'archived', null, { kind: 'escalating' });
    expect(await timers.run()).toBe(0);
    await send(project.id, 'burst', 10);
    expect(await timers.run()).toBe(0);
    await clock.advance(DAY);
    await send(project.id, 'burst', 2000);
    expect(await timers.run()).toBe(1);
    expect(await reader.getIssue(id)).toMatchObject({ status: 'unresolved', priority: 'low' });
  });

  it('DB29 a spike at the very end of an hour is seen in the next', async () => {
    const project = await newProject(t.db);
    const id = await send(project.id, 'late', 1);
    await commands.setStatus([id], 'archived', null, { kind: 'escalating' });
    await clock.advance(HOUR + HOUR - (clock.now() % HOUR) - 1);
    await send(project.id, 'late', 30);
    await clock.advance(2 * 60_000);
    expect(await timers.run()).toBe(1);
  });

  it('DB29 archived for N events, N users, a date: back when it is reached', async () => {
    const project = await newProject(t.db);
    const events = await send(project.id, 'events');
    const users = await send(project.id, 'users');
    const date = await send(project.id, 'date');
    const forever = await send(project.id, 'forever');
    await commands.setStatus([events], 'archived', null, { kind: 'events', count: 3 });
    await commands.setStatus([users], 'archived', null, { kind: 'users', count: 1 });
    await commands.setStatus([date], 'archived', null, { kind: 'date', until: clock.now() + 3 * DAY });
    await commands.setStatus([forever], 'archived', null);
    await send(project.id, 'events', 2);
    await send(project.id, 'users', 5);
    await send(project.id, 'forever', 50);
    await clock.advance(2 * DAY);
    expect(await timers.run()).toBe(0);
    expect(await Promise.all([events, users, date, forever].map(status))).toEqual(
      Array.from({ length: 4 }, () => 'archived'),
    );
    await send(project.id, 'events');
    await writer.submit(newEvent(project.id, 'users', { receivedAt: clock.now(), userIdent: 'id:1' }));
    await clock.advance(DAY);
    // The hourly upkeep of a server: a command, unlike a batch, does not make the day's partition.
    await ensurePartitions(t.db, clock.now());
    expect(await timers.run()).toBe(1);
    expect(await Promise.all([events, users, date, forever].map(status))).toEqual([
      'unresolved',
      'unresolved',
      'unresolved',
      'archived',
    ]);
    for (const id of [events, users, date]) expect(actions(id)).toEqual(['new', 'archived', 'unresolved']);
  });

  it('DB28 resolved in a release: old programs in the field do not bring it back, the next release does, once', async () => {
    const project = await newProject(t.db);
    const id = await send(project.id, 'bug', 1, 'shop@1.9.0');
    await commands.setStatus([id], 'resolved', null, { kind: 'next_release' });
    for (let day = 0; day < 10; day++) {
      await clock.advance(DAY);
      await send(project.id, 'bug', 2, day % 2 ? 'shop@1.9.0' : 'shop@1.8.0');
      await send(project.id, 'bug', 1, null);
    }
    expect(await reader.getIssue(id)).toMatchObject({ status: 'resolved', event_count: 31 });
    await send(project.id, 'bug', 3, 'shop@1.10.0');
    expect(await status(id)).toBe('unresolved');
    expect(actions(id)).toEqual(['new', 'resolved', 'regressed']);

    await commands.setStatus([id], 'resolved', null, { kind: 'in_release', release: 'shop@2.0.0' });
    await send(project.id, 'bug', 1, 'shop@1.10.0');
    expect(await status(id)).toBe('resolved');
    await send(project.id, 'bug', 1, 'shop@2.0.0');
    expect(await status(id)).toBe('unresolved');
    await commands.setStatus([id], 'resolved', null);
    await send(project.id, 'bug', 1, 'shop@1.0.0');
    expect(actions(id).filter((action) => action === 'regressed')).toHaveLength(3);
  });

  it('DB28 releases that are no versions are ordered by when they were first seen', async () => {
    const project = await newProject(t.db);
    const id = await send(project.id, 'bug', 1, 'monday-abc');
    await clock.advance(HOUR);
    await send(project.id, 'bug', 1, 'tuesday-def');
    await commands.setStatus([id], 'resolved', null, { kind: 'next_release' });
    await clock.advance(HOUR);
    await send(project.id, 'bug', 1, 'monday-abc');
    await send(project.id, 'bug', 1, 'tuesday-def');
    expect(await status(id)).toBe('resolved');
    await send(project.id, 'bug', 1, 'aaa-ghi');
    expect(await status(id)).toBe('unresolved');
  });

  it('DB17 a condition of another status is passed over; a new condition is a change', async () => {
    const project = await newProject(t.db);
    const id = await send(project.id, 'x');
    await commands.setStatus([id], 'resolved', null, { kind: 'escalating' });
    expect(await commands.setStatus([id], 'resolved', null)).toEqual({ affected: 0 });
    expect(await commands.setStatus([id], 'resolved', null, { kind: 'in_release', release: '2' })).toEqual({
      affected: 1,
    });
    expect(await commands.comment(id, ' seen it ', null)).toEqual({ affected: 1 });
    expect((await reader.issueActivity(id, { limit: 1 })).items).toMatchObject([
      { kind: 'comment', data: { text: 'seen it' } },
    ]);
    expect(actions(id)).toEqual(['new', 'resolved', 'resolved', 'comment']);
  });
});
