/**
 * `npm run bench -- issue-moves [--events 200000] [--rate 200]`: how long an event waits for its commit while an issue of
 * so many events is merged into another of the same size, taken apart again and removed, events of both coming in all
 * the while; beside it, in the same run, the same stream with nothing under way. Through the store's writer and commands,
 * on a PostgreSQL of its own. Clean: every event was stored, and every issue's count is that of its rows.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../src/lib/clock.ts';
import { createDatabase, type Database, type Transaction } from '../src/store/database.ts';
import { startEmbeddedPostgres } from '../src/store/embedded/embedded-postgres.ts';
import { createIssueCommands } from '../src/store/issue-commands.ts';
import { createIssueMoves } from '../src/store/issue-moves.ts';
import { migrate } from '../src/store/migrate.ts';
import { ensurePartitions } from '../src/store/partitions.ts';
import { hashOf, newEvent, newProject } from '../test/support/new-event.ts';
import { createTestWriter, type TestWriter } from '../test/support/store.ts';
import { silentLog } from '../test/support/test-database.ts';
import { percentile, round, writeReport } from './support/report.ts';

const QUIET_MS = 10_000;
const USERS = 20_000;
const FILL = 10_000;
/** Compressed, as one of an SDK is. */
const PAYLOAD_BYTES = 2_400;

export async function run(args: string[]): Promise<{ clean: boolean }> {
  const { values } = parseArgs({
    args,
    options: { events: { type: 'string', default: '200000' }, rate: { type: 'string', default: '200' } },
  });
  const settings = { events: Number(values.events), users: USERS, rate: Number(values.rate) };
  const dataDir = mkdtempSync(join(tmpdir(), 'mesher-moves-'));
  chmodSync(dataDir, 0o755);
  const postgres = await startEmbeddedPostgres({
    dataDir,
    log: silentLog,
    clock: systemClock,
    onState: () => undefined,
  });
  const db = createDatabase({ url: postgres.url, log: silentLog });
  try {
    await migrate(db, { log: silentLog });
    await ensurePartitions(db, Date.now());
    const load = loadavg()[0] ?? 0;
    const { rows, clean } = await measure(db, settings);
    writeReport(
      'issue-moves',
      { ...settings, load_before: round(load), load_after: round(loadavg()[0] ?? 0) },
      rows,
    );
    return { clean };
  } finally {
    await db.close();
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function measure(db: Database, o: { events: number; rate: number }) {
  const writer = createTestWriter(db);
  const locking = timeLocks(db);
  const deps = { db: locking.db, clock: systemClock, onCommitted: () => undefined };
  const commands = createIssueCommands(deps);
  const moves = createIssueMoves({ ...deps, log: silentLog });
  const { id: projectId } = await newProject(db);
  const a = await fill(db, writer, projectId, 'a', o.events);
  const b = await fill(db, writer, projectId, 'b', o.events);
  await db.execute('vacuum analyze');
  let clean = true;
  const during = async (what: string, work: () => Promise<unknown>) => {
    const stream = sendAtRate(writer, projectId, o.rate);
    const started = performance.now();
    await work();
    const commandMs = performance.now() - started;
    await moves.run();
    const ms = performance.now() - started;
    const { waits, lost } = await stream();
    const locks = locking.taken();
    const wrong = await wrongCounts(db);
    if (lost > 0 || wrong > 0)
      console.error(`NOT CLEAN: ${what}: ${lost} events lost, ${wrong} issues miscounted`);
    clean &&= lost === 0 && wrong === 0;
    const [over50, over100] = [50, 100].map((limit) => waits.filter((wait) => wait > limit).length);
    return {
      what,
      answered_after_ms: round(commandMs, 0),
      done_after_s: round(ms / 1000),
      events: waits.length,
      wait_p50_ms: round(percentile(waits, 0.5)),
      wait_p99_ms: round(percentile(waits, 0.99)),
      wait_max_ms: round(Math.max(...waits)),
      over_50_ms: over50,
      over_100_ms: over100,
      // Of the command and of what it leaves to be moved: what a batch may have had to wait for.
      transactions_with_locks: locks.length,
      locked_p50_ms: round(percentile([0, ...locks], 0.5)),
      locked_max_ms: round(Math.max(0, ...locks)),
    };
  };
  const rows = [
    await during('nothing', () => new Promise((resolve) => setTimeout(resolve, QUIET_MS))),
    await during('merge', () => commands.merge(a, [b], null)),
    await during('unmerge', () => commands.unmerge(a, [hashOf('b')], null)),
    await during('remove', () => commands.remove([b], null)),
    await during('nothing again', () => new Promise((resolve) => setTimeout(resolve, QUIET_MS))),
  ];
  return { rows, clean };
}

/** How long each transaction held locks of issues, from asking for them to its commit. */
function timeLocks(db: Database): { db: Database; taken: () => number[] } {
  let held: number[] = [];
  const transaction: Database['transaction'] = async (fn) => {
    let since: number | null = null;
    const noting = (tx: Transaction): Transaction => ({
      ...tx,
      query(statement, params) {
        if (typeof statement === 'object' && statement.name === 'lock_issues') since ??= performance.now();
        return tx.query(statement, params);
      },
    });
    const result = await db.transaction((tx) => fn(noting(tx)));
    if (since !== null) held.push(performance.now() - since);
    return result;
  };
  return {
    db: { ...db, transaction },
    taken() {
      const all = held;
      held = [];
      return all;
    },
  };
}

/** Of both issues in turn. Resolves, stopped, with how long each waited. */
function sendAtRate(writer: TestWriter, projectId: number, rate: number) {
  const waits: number[] = [];
  const pending = new Set<Promise<void>>();
  let lost = 0;
  let sent = 0;
  const started = performance.now();
  const send = async () => {
    const at = performance.now();
    const name = sent++ % 2 ? 'a' : 'b';
    const event = newEvent(projectId, name, { userIdent: `id:${sent % USERS}`, payload: payload() });
    const verdict = await writer.submit(event);
    if (verdict.kind !== 'stored') lost++;
    waits.push(performance.now() - at);
    writer.changes.length = 0;
  };
  const timer = setInterval(() => {
    // Late by as much as the timer was, not by a slow answer.
    for (const due = ((performance.now() - started) * rate) / 1000; sent < due;) {
      const one = send();
      pending.add(one);
      void one.finally(() => pending.delete(one));
    }
  }, 5);
  return async () => {
    clearInterval(timer);
    await Promise.all(pending);
    return { waits, lost };
  };
}

function payload(): Buffer {
  return Buffer.from(
    JSON.stringify({ tags: [], extra: { noise: randomBytes(PAYLOAD_BYTES / 2).toString('hex') } }),
  );
}

/** As if they had been sent, over the last hours. */
async function fill(
  db: Database,
  writer: TestWriter,
  projectId: number,
  name: string,
  events: number,
): Promise<string> {
  const verdict = await writer.submit(newEvent(projectId, name, { payload: payload() }));
  if (verdict.kind !== 'stored') throw new Error(verdict.kind);
  const id = verdict.issueId;
  for (let from = 1; from < events; from += FILL)
    await db.execute(
      `with stored as (
         insert into events (day, project_id, event_id, issue_id, received_at, occurred_at, level, user_ident, title,
           culprit, encoding, payload, hash, terms)
         select day, project_id, gen_random_uuid(), issue_id, received_at - g * interval '50 ms', occurred_at, level,
           'id:' || g % ${USERS}, title, culprit, encoding, payload, hash, terms
         from (select * from events where issue_id = $1 order by received_at desc limit 1) e,
           generate_series($2::integer, $3::integer) g
         returning project_id, event_id, day
       )
       insert into event_keys (project_id, event_id, day) select * from stored`,
      [id, from, Math.min(from + FILL, events) - 1],
    );
  const user = `('x' || left(encode(sha256(convert_to('id:' || g, 'UTF8')), 'hex'), 16))::bit(64)::bigint`;
  await db.execute(
    `insert into issue_users select $1::bigint, ${user} from generate_series(0, ${USERS - 1}) g`,
    [id],
  );
  await db.execute('update issues set event_count = $2, user_count = $3 where id = $1', [id, events, USERS]);
  await db.execute('update issue_hours set events = $2 where issue_id = $1', [id, events]);
  return id;
}

/** Issues whose numbers are not those of their rows. */
async function wrongCounts(db: Database): Promise<number> {
  return db.execute(
    `select i.id from issues i
     where i.event_count <> (select count(*) from events e where e.issue_id = i.id)
        or i.event_count <> (select sum(h.events) from issue_hours h where h.issue_id = i.id)
        or i.user_count <> (select count(*) from issue_users u where u.issue_id = i.id)`,
  );
}
