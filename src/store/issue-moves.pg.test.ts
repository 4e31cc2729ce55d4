/** DB33: large issues are merged and removed in portions; whoever ends in between leaves the rest to the next. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { hashOf, newEvent, newProject } from '../../test/support/new-event.ts';
import { createTestWriter, type TestWriter } from '../../test/support/store.ts';
import { createTestDatabase, silentLog, type TestDatabase } from '../../test/support/test-database.ts';
import { systemClock } from '../lib/clock.ts';
import type { Change } from '../protocol/change.ts';
import type { Database, Transaction } from './database.ts';
import { createEventReader } from './events.ts';
import { createIssueCommands, type IssueCommands } from './issue-commands.ts';
import { createIssueMoves, type IssueMoves } from './issue-moves.ts';
import { createIssueReader, type IssueReader } from './issues.ts';
import { moveEvents } from './sql/issue-moves.ts';
import { surveyIssue } from './sql/survey-issue.ts';
import { moveNextEvents, selectLeavingUsers } from './sql/unmerge-moves.ts';

let t: TestDatabase;
let writer: TestWriter;
let commands: IssueCommands;
/** Ends as if killed right after its first transaction. */
let hasty: IssueCommands;
let reader: IssueReader;
let moves: IssueMoves;
beforeAll(async () => {
  t = await createTestDatabase(inject('postgresUrl'));
  writer = createTestWriter(t.db);
  const onCommitted = (changes: Change[]) => void writer.changes.push(...changes);
  commands = createIssueCommands({ db: t.db, clock: systemClock, onCommitted });
  let leap = 0;
  const hurry = { now: systemClock.now, monotonic: () => (leap += 60_000) };
  hasty = createIssueCommands({ db: t.db, clock: hurry, onCommitted });
  reader = createIssueReader({ db: t.db, clock: systemClock });
  moves = createIssueMoves({ db: t.db, clock: systemClock, log: silentLog, onCommitted });
});
afterAll(() => t.drop());

async function send(projectId: number, error: string, userIdent: string | null = null): Promise<string> {
  const verdict = await writer.submit(newEvent(projectId, error, { userIdent }));
  if (verdict.kind !== 'stored') throw new Error(verdict.kind);
  return verdict.issueId;
}

/** As if they had been sent, with `users` different users. */
async function fill(projectId: number, error: string, events: number, users: number): Promise<string> {
  const id = await send(projectId, error);
  const user = `('x' || left(encode(sha256(convert_to('u' || g % ${users}, 'UTF8')), 'hex'), 16))::bit(64)::bigint`;
  await t.db.execute(
    `with stored as (
       insert into events (day, project_id, event_id, issue_id, received_at, occurred_at, level, user_ident, title, culprit,
       encoding, payload, hash)
     select day, project_id, gen_random_uuid(), issue_id, received_at, occurred_at, level, 'u' || g % ${users}, title,
       culprit, encoding, payload, hash
     from events, generate_series(1, $2::integer) g where issue_id = $1
       returning project_id, event_id, day
     )
     insert into event_keys (project_id, event_id, day) select * from stored`,
    [id, events - 1],
  );
  await t.db.execute(
    `insert into issue_users select distinct $1::bigint, ${user} from generate_series(1, $2::integer) g`,
    [id, events - 1],
  );
  await t.db.execute(
    'update issues set event_count = $2, user_count = (select count(*) from issue_users where issue_id = $1) where id = $1',
    [id, events],
  );
  await t.db.execute('update issue_hours set events = $2 where issue_id = $1', [id, events]);
  return id;
}

async function counts(id: string): Promise<object> {
  const [row] = await t.db.query<object>(
    `select i.event_count as counted, i.user_count as users,
       (select count(*) from events e where e.issue_id = i.id) as stored,
       (select sum(h.events)::bigint from issue_hours h where h.issue_id = i.id) as hours,
       (select count(*) from issue_users u where u.issue_id = i.id) as known_users
     from issues i where id = $1`,
    [id],
  );
  return row ?? {};
}
const left = (id: string) =>
  t.db.query(
    `select 'event' from events where issue_id = $1 union all select 'user' from issue_users where issue_id = $1
     union all select 'move' from issue_moves where from_id = $1 or to_id = $1`,
    [id],
  );
const same = (events: number, users: number) => ({
  counted: events,
  stored: events,
  hours: events,
  users,
  known_users: users,
});

/** Notes how many rows each transaction changed, as PostgreSQL counts them. */
function countingDatabase(db: Database): { db: Database; most: () => number } {
  let most = 0;
  const transaction: Database['transaction'] = (fn) =>
    db.transaction(async (tx) => {
      // What is not yet reported counts too: of earlier transactions of the connection.
      const before = await changedRows(tx);
      const result = await fn(tx);
      most = Math.max(most, (await changedRows(tx)) - before);
      return result;
    });
  return {
    db: { ...db, transaction },
    most() {
      const was = most;
      most = 0;
      return was;
    },
  };
}

async function changedRows(tx: Transaction): Promise<number> {
  const [row] = await tx.query<{ rows: number }>(
    'select coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) as rows from pg_stat_xact_user_tables',
  );
  return row?.rows ?? 0;
}

describe('large issues', () => {
  it('DB33 100,000 events are merged while events of both sides come in; none is lost or counted twice', async () => {
    const project = await newProject(t.db);
    const target = await fill(project.id, 'target', 10, 3);
    const source = await fill(project.id, 'source', 100_000, 3_000);
    let sending = true;
    let sent = 0;
    const sender = (async () => {
      for (; sending; sent += 2) {
        await Promise.all([send(project.id, 'source'), send(project.id, 'target')]);
      }
    })();
    await commands.merge(target, [source], null);
    const arriving = await send(project.id, 'source');
    expect(arriving).toBe(target);
    await moves.run();
    sending = false;
    await sender;
    expect(await counts(target)).toEqual(same(100_011 + sent, 3_000));
    expect(await left(source)).toEqual([]);
  }, 120_000);

  it('DB33 moving holds up no event of the target', async () => {
    const project = await newProject(t.db);
    const [a, b] = [await send(project.id, 'a'), await fill(project.id, 'b', 300, 5)];
    await hasty.merge(a, [b], null);
    await t.db.transaction(async (tx) => {
      expect(await moveEvents(tx, Number(b), Number(a), 200)).toBe(200);
      // Another connection, while this transaction is open.
      expect([await send(project.id, 'a'), await send(project.id, 'b')]).toEqual([a, a]);
    });
    await moves.run();
    expect(await counts(a)).toEqual(same(303, 5));
  });

  it('DB33 a merge that was cut off is seen, is read, and goes on', async () => {
    const project = await newProject(t.db);
    const [a, b] = [await fill(project.id, 'a', 20, 3), await fill(project.id, 'b', 1_200, 1_100)];
    const [stored] = await t.db.query<{ id: string }>(
      'select event_id as id from events where issue_id = $1',
      [b],
    );
    await hasty.merge(a, [b], null);
    expect(await reader.getIssue(a)).toMatchObject({
      event_count: 1_220,
      moving: { kind: 'merge', done: 0, total: 1_200 },
    });
    const events = createEventReader(t.db);
    expect(await events.getEvent(project.id, stored?.id.replaceAll('-', '') ?? '')).toMatchObject({
      issue_id: a,
    });
    await Promise.all([moves.run(), moves.run()]);
    expect(await reader.getIssue(a)).toMatchObject({ moving: null, user_count: 1_100 });
    expect(await counts(a)).toEqual(same(1_220, 1_100));
    expect(await left(b)).toEqual([]);
  });

  it('DB33 what is on its way goes on to where the target goes', async () => {
    const project = await newProject(t.db);
    const [a, b, c] = [
      await fill(project.id, 'a', 20, 2),
      await fill(project.id, 'b', 30, 3),
      await fill(project.id, 'c', 40, 4),
    ];
    await hasty.merge(b, [a], null);
    await hasty.merge(c, [b], null);
    await moves.run();
    expect(await counts(c)).toEqual(same(90, 4));
    // An unmerge finds the events where they should be.
    await commands.unmerge(c, [hashOf('a')], null);
    await hasty.merge(c, [a], null);
    expect(await commands.unmerge(c, [hashOf('a')], null)).toEqual({ issueId: a });
    expect(await counts(a)).toEqual(same(20, 2));
    await hasty.merge(c, [a], null);
    await hasty.remove([c], null);
    const again = await send(project.id, 'a');
    await moves.run();
    for (const id of [a, b, c]) expect(await left(id)).toEqual([]);
    expect(await counts(again)).toEqual(same(1, 0));
  });

  it('DB33 20,000 events are taken apart while events of both sides come in; each user is with whose events it has', async () => {
    const project = await newProject(t.db);
    const a = await fill(project.id, 'a', 3_000, 700);
    const b = await fill(project.id, 'b', 20_000, 3_000);
    await commands.merge(a, [b], null);
    await moves.run();
    expect(await counts(a)).toEqual(same(23_000, 3_000));
    let sending = true;
    let sent = 0;
    const sender = (async () => {
      // So far this user had events of the other side only.
      for (; sending; sent += 2) await Promise.all([send(project.id, 'a', 'u2999'), send(project.id, 'b')]);
    })();
    expect(await commands.unmerge(a, [hashOf('b')], null)).toEqual({ issueId: b });
    expect(await send(project.id, 'b')).toBe(b);
    await moves.run();
    sending = false;
    await sender;
    const [restored, own] = [await counts(b), await counts(a)];
    expect(own).toMatchObject({ users: 701, known_users: 701 });
    expect(restored).toMatchObject({ users: 3_000, known_users: 3_000 });
    for (const side of [restored, own]) {
      const { counted, stored, hours } = side as Record<string, number>;
      expect([stored, hours]).toEqual([counted, counted]);
    }
    const [all] = await t.db.query<{ n: number }>(
      'select count(*) as n from events where issue_id = any ($1)',
      [[a, b]],
    );
    expect(all?.n).toBe(23_001 + sent);
    const strays = await t.db.query(
      `select e.event_id from events e join issue_hashes h on h.project_id = e.project_id and h.hash = e.hash
       where e.project_id = $1 and h.issue_id <> e.issue_id`,
      [project.id],
    );
    expect(strays).toEqual([]);
  }, 120_000);

  it('DB33 taking apart that was cut off is seen at both issues, keeps them from being moved, and goes on', async () => {
    const project = await newProject(t.db);
    const [a, b] = [await fill(project.id, 'a', 1_200, 3), await fill(project.id, 'b', 1_300, 1_100)];
    const c = await send(project.id, 'c');
    await commands.merge(a, [b], null);
    await moves.run();
    await hasty.unmerge(a, [hashOf('b')], null);
    const moving = { kind: 'unmerge', done: 0, total: 2_500 };
    expect(await reader.getIssue(a)).toMatchObject({ event_count: 1_200, moving });
    expect(await reader.getIssue(b)).toMatchObject({ event_count: 1_300, moving });
    const tries = [
      () => hasty.merge(c, [a], null),
      () => hasty.merge(b, [c], null),
      () => hasty.remove([c, b], null),
      () => hasty.discard([a], null),
      () => hasty.unmerge(b, [hashOf('b')], null),
    ];
    for (const tried of tries) await expect(tried()).rejects.toMatchObject({ code: 'conflict' });
    await Promise.all([moves.run(), moves.run()]);
    expect(await reader.getIssue(a)).toMatchObject({ moving: null });
    expect(await counts(a)).toEqual(same(1_200, 3));
    expect(await counts(b)).toEqual(same(1_300, 1_100));
    // A command that has patience does the work itself.
    await hasty.merge(a, [b], null);
    await moves.run();
    await hasty.unmerge(a, [hashOf('b')], null);
    await commands.merge(a, [b], null);
    await moves.run();
    expect(await counts(a)).toEqual(same(2_500, 1_100));
  });

  it('DB33 taking apart holds up no event of either issue, neither while it reads nor while it moves', async () => {
    const project = await newProject(t.db);
    const [a, b] = [await fill(project.id, 'a', 1_200, 3), await fill(project.id, 'b', 300, 5)];
    await commands.merge(a, [b], null);
    await moves.run();
    const sendBoth = async () => [await send(project.id, 'a', 'u1'), await send(project.id, 'b', 'u2')];
    const issue = { projectId: project.id, issueId: Number(a), hashes: [hashOf('b')] };
    await t.db.transaction(async (tx) => {
      expect(await surveyIssue(tx, { ...issue, since: null })).toMatchObject({
        moved: { events: 300 },
        kept: { events: 1_200 },
      });
      // Another connection, while this transaction is open.
      expect(await sendBoth()).toEqual([a, a]);
    });
    await hasty.unmerge(a, [hashOf('b')], null);
    const [job] = await t.db.query<{ id: number }>('select id from issue_moves where to_id = $1', [b]);
    await t.db.transaction(async (tx) => {
      expect(await moveNextEvents(tx, job?.id ?? 0, 200)).toMatchObject({ seen: 200 });
      const sides = { projectId: project.id, from: Number(a), to: Number(b), hashes: issue.hashes };
      await selectLeavingUsers(tx, { ...sides, limit: 9 });
      expect(await sendBoth()).toEqual([a, b]);
    });
    await moves.run();
    expect(await counts(a)).toEqual(same(1_202, 3));
    expect(await counts(b)).toEqual(same(302, 5));
  });

  it('DB33 no transaction changes more rows the larger the issue', async () => {
    /** The most rows one transaction changed, by command, with issues of so many events and users. */
    const mostRows = async (size: number) => {
      const project = await newProject(t.db);
      const counted = countingDatabase(t.db);
      const deps = { db: counted.db, clock: systemClock, onCommitted: () => undefined };
      const own = createIssueCommands(deps);
      const timer = createIssueMoves({ ...deps, log: silentLog });
      const [a, b] = [await fill(project.id, 'a', size, size), await fill(project.id, 'b', size, size)];
      const during = async (command: () => Promise<unknown>) => {
        await command();
        await timer.run();
        return counted.most();
      };
      return {
        merge: await during(() => own.merge(a, [b], null)),
        unmerge: await during(() => own.unmerge(a, [hashOf('b')], null)),
        remove: await during(() => own.remove([a], null)),
      };
    };
    const most = await mostRows(3_000);
    expect(await mostRows(6_000)).toEqual(most);
    for (const rows of Object.values(most)) expect(rows).toBeLessThan(2_100);
  }, 60_000);

  it.each(['remove', 'discard'] as const)('DB33 a %s that was cut off goes on', async (what) => {
    const project = await newProject(t.db);
    const id = await fill(project.id, 'a', 1_200, 1_100);
    await hasty[what]([id], null);
    expect((await createEventReader(t.db).listProjectEvents(project.id, { limit: 9 })).items).toEqual([]);
    await moves.run();
    expect(await left(id)).toEqual([]);
  });
});
