/**
 * Ingestion at a steady rate while retention has much to do (days dropped, single projects' events deleted, tables swept,
 * days dropped for the budget), and for as long without it, in turns, on a PostgreSQL of its own that writes down each wait
 * for a lock of 50 ms and more, and whose it was.
 */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/lib/clock.ts';
import { createDatabase, type Database } from '../../src/store/database.ts';
import { keepBudget, measureDisk } from '../../src/store/disk-budget.ts';
import { startEmbeddedPostgres } from '../../src/store/embedded/embedded-postgres.ts';
import { migrate } from '../../src/store/migrate.ts';
import { dayOf, ensureDay, ensurePartitions } from '../../src/store/partitions.ts';
import { createProjectStore } from '../../src/store/projects.ts';
import { runRetention, type Pace } from '../../src/store/retention.ts';
import { lockWaitsIn } from './lock-waits.ts';
import { newEvent, newProject } from './new-event.ts';
import { createTestWriter } from './store.ts';
import { silentLog } from './test-database.ts';

const DAY_MS = 86_400_000;
const LOCK_WAIT_MS = 50;
const TICK_MS = 5;
/** As the job of the server waits between two steps. */
const BREATH_MS = 10;
const PAYLOAD_BYTES = 1_500;
/** Of the projects; the newest days of the last one go for the budget. */
const RETENTION_DAYS = [3, 8, 20];

export interface RetentionRoundsOptions {
  rounds: number;
  /** Events a second. */
  rate: number;
  /** Of each project, before each round. */
  days: number;
  eventsADay: number;
  onRound?: (round: RetentionRound) => void;
}

export interface RetentionRound {
  seconds: number;
  droppedDays: number;
  budgetDays: number;
  deletedRows: number;
  /** From handing an event over until it is committed, ms: with retention, and without. */
  busy: number[];
  quiet: number[];
}

export interface RetentionReport {
  rounds: RetentionRound[];
  /** Statements that waited 50 ms or longer for a lock, but those of dropping days themselves. */
  lockWaits: string[];
}

export async function retentionRounds(o: RetentionRoundsOptions): Promise<RetentionReport> {
  const dataDir = mkdtempSync(join(tmpdir(), 'mesher-retention-'));
  chmodSync(dataDir, 0o755);
  const settings = { deadlock_timeout: `${LOCK_WAIT_MS}ms`, log_lock_waits: 'on' };
  const postgres = await startEmbeddedPostgres({ dataDir, log: silentLog, clock: systemClock, settings });
  const db = createDatabase({ url: postgres.url, log: silentLog });
  const rounds: RetentionRound[] = [];
  try {
    await migrate(db, { log: silentLog });
    await ensurePartitions(db, Date.now());
    const projects: number[] = [];
    for (const days of RETENTION_DAYS) {
      const { id } = await newProject(db, `Keeps ${days} days`);
      await createProjectStore(db).saveSettings(id, { retentionDays: days });
      projects.push(id);
    }
    for (let i = 0; i < o.rounds; i++) {
      await fillOldDays(db, projects, o);
      const load = startLoad(db, projects, o.rate);
      const started = performance.now();
      const done = await removeAll(db);
      const seconds = (performance.now() - started) / 1_000;
      const busy = load.takeWaits();
      await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
      const quiet = load.takeWaits();
      await load.stop();
      const round = { seconds, ...done, busy, quiet };
      rounds.push(round);
      o.onRound?.(round);
    }
    return { rounds, lockWaits: lockWaitsIn(readFileSync(join(dataDir, 'postgres.log'), 'utf8')) };
  } finally {
    await db.close();
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Everything that retention does, until nothing is left to do. */
async function removeAll(
  db: Database,
): Promise<Pick<RetentionRound, 'droppedDays' | 'budgetDays' | 'deletedRows'>> {
  const pace: Pace = {
    signal: new AbortController().signal,
    pause: () => new Promise((resolve) => setTimeout(resolve, BREATH_MS)),
  };
  const nowMs = Date.now();
  const report = await runRetention({ db, nowMs, defaultDays: 90, logDays: 7, sweep: true, pace });
  const measure = async () => (await measureDisk(db)).databaseBytes;
  // So that about half of what is left has to go.
  const budget = await keepBudget({
    db,
    nowMs,
    budgetBytes: Math.ceil((await measure()) * 0.8),
    pace,
    measure,
  });
  return {
    droppedDays: report.droppedDays.length,
    budgetDays: budget.droppedDays.length,
    deletedRows: Object.values(report.rows).reduce((sum, rows) => sum + rows, 0),
  };
}

function startLoad(db: Database, projects: readonly number[], rate: number) {
  const writer = createTestWriter(db, { onCommitted: () => (writer.changes.length = 0) });
  const payload = randomBytes(PAYLOAD_BYTES);
  const started = performance.now();
  let waits: number[] = [];
  let sent = 0;
  let lost = 0;
  const submit = async (): Promise<void> => {
    const event = newEvent(projects[sent % projects.length] ?? 0, `e${sent % 97}`, { payload });
    const at = performance.now();
    const verdict = await writer.submit(event);
    if (verdict.kind === 'stored') waits.push(performance.now() - at);
    else lost++;
  };
  const timer = setInterval(() => {
    const due = ((performance.now() - started) / 1_000) * rate;
    for (; sent < due; sent++) void submit();
  }, TICK_MS);
  return {
    takeWaits(): number[] {
      const taken = waits;
      waits = [];
      return taken;
    },
    async stop(): Promise<void> {
      clearInterval(timer);
      await writer.stop();
      if (lost > 0) throw new Error(`${lost} events were not stored.`);
    },
  };
}

/** Directly, for that is not what is measured: events with their keys and the counts by day. */
async function fillOldDays(
  db: Database,
  projects: readonly number[],
  o: { days: number; eventsADay: number },
): Promise<void> {
  const now = Date.now();
  for (let ago = 1; ago <= o.days; ago++) {
    const day = dayOf(now - ago * DAY_MS);
    await ensureDay(db, day);
    await db.execute(FILL, [projects, day, o.eventsADay, PAYLOAD_BYTES]);
  }
  await db.execute('checkpoint');
}

const FILL = `
  with made as (
    insert into events (day, project_id, event_id, issue_id, received_at, occurred_at, level, title, culprit, encoding,
      payload, hash, terms, search_text)
    select $2::date, p, gen_random_uuid(), 0, $2::date + n * interval '1 second', $2::date + n * interval '1 second', 3,
      'Error: old', 'app/main', 0, decode(repeat(md5(n::text), $4 / 16), 'hex'), decode(md5('old'), 'hex'),
      array['level=error', 'n=' || n], 'error: old ' || n
    from unnest($1::bigint[]) p, generate_series(1, $3::int) n
    returning day, project_id, event_id, octet_length(payload) as bytes
  ), keyed as (
    insert into event_keys (project_id, event_id, day) select project_id, event_id, day from made
  )
  insert into event_days as d (project_id, day, events, bytes)
  select project_id, day, count(*), sum(bytes) from made group by 1, 2
  on conflict (project_id, day) do update set events = d.events + excluded.events, bytes = d.bytes + excluded.bytes`;
