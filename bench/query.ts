/**
 * How long reads take at a million events in 20,000 issues and 10 projects: quiet, and while 200 events a second are
 * stored. Through the store's readers, on a PostgreSQL of its own.
 * Usage: npm run bench -- query [--events=50000] [--data-dir=PATH]; what was filled into a PATH is measured again, not filled.
 * Clean: every read found something, and nothing failed.
 */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../src/lib/clock.ts';
import { parseFilters } from '../src/protocol/filter-parse.ts';
import type { Filter } from '../src/protocol/filter.ts';
import { createCountUpkeep } from '../src/store/count-upkeep.ts';
import { createDatabase, type Database } from '../src/store/database.ts';
import { startEmbeddedPostgres } from '../src/store/embedded/embedded-postgres.ts';
import { createEventReader } from '../src/store/events.ts';
import { createIssueReader } from '../src/store/issues.ts';
import { migrate } from '../src/store/migrate.ts';
import { ensurePartitions } from '../src/store/partitions.ts';
import { createStatsReader } from '../src/store/stats.ts';
import { createTagRollUp } from '../src/store/tag-roll-up.ts';
import { newEvent } from '../test/support/new-event.ts';
import { createTestWriter } from '../test/support/store.ts';
import { silentLog } from '../test/support/test-database.ts';
import {
  DAYS,
  fillQueryData,
  makePayloads,
  mulberry,
  PAYLOAD_ENCODING,
  type QueryData,
} from './support/query-events.ts';
import { percentile, round, writeReport } from './support/report.ts';

const SETTINGS = { events: 1_000_000, issues: 20_000, projects: 10, seed: 1, rounds: 200, write_rate: 200 };
const DAY_MS = 86_400_000;

interface Read {
  name: string;
  goal: number;
  run: (projectId: number, random: () => number) => Promise<number>;
}

export async function run(args: string[]): Promise<{ clean: boolean }> {
  const { values: given } = parseArgs({
    args,
    options: { events: { type: 'string' }, 'data-dir': { type: 'string' } },
  });
  const keptDir = given['data-dir'];
  const dataDir = keptDir ?? mkdtempSync(join(tmpdir(), 'mesher-query-'));
  mkdirSync(dataDir, { recursive: true });
  chmodSync(dataDir, 0o755);
  const noteFile = join(dataDir, 'query-data.json');
  const filled = existsSync(noteFile) ? readNote(noteFile) : null;
  const events = filled?.events ?? Number(given.events ?? SETTINGS.events);
  const settings = { ...SETTINGS, events, issues: Math.ceil(events / 50) };
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
    const started = performance.now();
    const data = filled
      ? { ...filled, payloads: makePayloads(mulberry(settings.seed)) }
      : await fillQueryData(db, settings);
    if (!filled) {
      const { projectIds, nowMs } = data;
      writeFileSync(noteFile, JSON.stringify({ events, projectIds, nowMs }));
      console.error(`filled in ${Math.round((performance.now() - started) / 1000)} s`);
    }
    await compactMinutes(db, data.nowMs);
    const loadBefore = loadavg()[0] ?? 0;
    const reads = readsOf(db, data);
    await measure(reads, data, 20, settings.seed);
    const quiet = await measure(reads, data, settings.rounds, settings.seed + 1);
    const stop = keepWriting(db, data, settings.write_rate);
    const busy = await measure(reads, data, settings.rounds, settings.seed + 2);
    const written = await stop();
    const results = reads.map(({ name, goal }) => ({
      read: name,
      quiet_p50_ms: quiet.get(name)?.p50,
      quiet_p95_ms: quiet.get(name)?.p95,
      busy_p50_ms: busy.get(name)?.p50,
      busy_p95_ms: busy.get(name)?.p95,
      goal_p95_ms: goal,
      found: quiet.get(name)?.found,
    }));
    const load = { load_before: round(loadBefore), load_after: round(loadavg()[0] ?? 0) };
    writeReport('query', { ...settings, written_per_second: written, ...load }, results);
    return { clean: results.every((one) => (one.found ?? 0) > 0) };
  } finally {
    await db.close();
    await postgres.stop();
    if (keptDir === undefined) rmSync(dataDir, { recursive: true, force: true });
  }
}

/** As an upkeep every hour would have left them, which looks for minutes of seven days. */
async function compactMinutes(db: Database, nowMs: number): Promise<void> {
  for (const at of [nowMs - 7 * DAY_MS, nowMs])
    await createCountUpkeep({ db, clock: { ...systemClock, now: () => at }, log: silentLog }).run();
  await db.execute('vacuum analyze project_counts');
}

function readNote(file: string): Omit<QueryData, 'payloads'> & { events: number } {
  return JSON.parse(readFileSync(file, 'utf8')) as Omit<QueryData, 'payloads'> & { events: number };
}

function readsOf(db: Database, { nowMs }: QueryData): Read[] {
  const issues = createIssueReader({ db, clock: systemClock });
  const events = createEventReader(db);
  const stats = createStatsReader({ db, clock: systemClock });
  const range = { since: nowMs - DAYS * DAY_MS, until: nowMs };
  const { since } = range;
  const listIssues = (q: string, sort?: 'events' | 'trend') => async (projectId: number) =>
    (await issues.listIssues({ projectId, filter: parsed(q, 'issue_search'), since, sort, limit: 50 })).items
      .length;
  const listEvents = async (projectId: number, q: string): Promise<number> =>
    (await events.listProjectEvents(projectId, { filter: parsed(q, 'events'), since, limit: 50 })).items
      .length;
  const word = (random: () => number): string =>
    `${['payment', 'checkout', 'invoice', 'mailer'][Math.floor(random() * 4)]} ${['timeout', 'refused', 'denied'][Math.floor(random() * 3)]}`;
  return [
    {
      name: 'issue list, three filters',
      goal: 50,
      run: listIssues('is:unresolved level:error environment:production'),
    },
    { name: 'issue list, by trend', goal: 50, run: listIssues('is:unresolved', 'trend') },
    {
      name: 'issue list, tag',
      goal: 50,
      run: (id, random) => listIssues(`tenant:t${Math.floor(random() * 1_000)}`)(id),
    },
    { name: 'issue list, full text', goal: 100, run: (id, random) => listIssues(`"${word(random)}"`)(id) },
    {
      name: 'issue list, identifier',
      goal: 100,
      run: (id, random) => listIssues(`module_${Math.floor(random() * 100)}`)(id),
    },
    { name: 'event list, common tag', goal: 50, run: async (id) => listEvents(id, 'browser:"Chrome 130"') },
    {
      name: 'event list, rare tag',
      goal: 50,
      run: async (id, random) => listEvents(id, `tenant:t${Math.floor(random() * 1_000)} environment:dev`),
    },
    {
      name: 'event list, user',
      goal: 50,
      run: async (id, random) => listEvents(id, `user:u${Math.floor(random() * 500)}`),
    },
    {
      name: 'event list, full text',
      goal: 100,
      run: async (id, random) => listEvents(id, `"${word(random)}"`),
    },
    {
      name: 'issue page',
      goal: 50,
      async run(projectId, random) {
        const page = await issues.listIssues({ projectId, sort: 'events', limit: 50 });
        const id = page.items[Math.floor(random() * page.items.length)]?.id ?? '';
        const started = performance.now();
        const [issue] = await Promise.all([
          issues.getIssue(id),
          issues.issueTimeline(id, { ...range, interval: 'hour', timeZone: 'Asia/Kolkata' }),
          issues.issueTags(id),
          events.listIssueEvents(id, { limit: 50 }),
        ]);
        return issue === null ? 0 : started - performance.now();
      },
    },
    {
      name: 'event page',
      goal: 50,
      async run(projectId) {
        const page = await events.listProjectEvents(projectId, { limit: 1 });
        const started = performance.now();
        const event = await events.getEvent(projectId, page.items[0]?.id ?? '');
        return event === null ? 0 : started - performance.now();
      },
    },
    {
      name: 'volume of 14 days by hour',
      goal: 50,
      run: async (id) =>
        (await stats.volume(id, { ...range, interval: 'hour', timeZone: 'Asia/Kolkata', by: 'environment' }))
          .total.length,
    },
    {
      name: 'top issues of 14 days',
      goal: 50,
      run: async (id) => (await stats.topIssues(id, { ...range, limit: 20 })).length,
    },
    {
      name: 'levels of 14 days',
      goal: 50,
      run: async (id) => (await stats.sums(id, { ...range, by: 'level', limit: 20 })).length,
    },
    {
      name: 'releases of 14 days',
      goal: 50,
      run: async (id) => (await stats.releaseSums(id, { ...range, limit: 50 })).length,
    },
    {
      name: 'tags',
      goal: 50,
      run: async (id) => (await stats.tags(id, { ...range, key: null, limit: 10 })).length,
    },
    {
      name: 'health',
      goal: 50,
      run: async (id) => ((await stats.health(id, 'Europe/Berlin')).last_event_at ? 1 : 0),
    },
  ];
}

interface Measured {
  p50: number;
  p95: number;
  /** On average. */
  found: number;
}

/** A read that answers a negative number has measured itself: so many ms. */
async function measure(
  reads: Read[],
  data: QueryData,
  rounds: number,
  seed: number,
): Promise<Map<string, Measured>> {
  const random = mulberry(seed);
  const results = new Map<string, Measured>();
  for (const read of reads) {
    const times: number[] = [];
    let found = 0;
    for (let i = 0; i < rounds; i++) {
      const projectId = data.projectIds[i % data.projectIds.length] ?? 0;
      const started = performance.now();
      const answer = await read.run(projectId, random);
      times.push(answer < 0 ? -answer : performance.now() - started);
      found += answer < 0 ? 1 : answer;
    }
    results.set(read.name, {
      p50: round(percentile(times, 0.5)),
      p95: round(percentile(times, 0.95)),
      found: round(found / rounds),
    });
  }
  return results;
}

/** Resolves with the rate that was reached. */
function keepWriting(db: Database, data: QueryData, rate: number): () => Promise<number> {
  const writer = createTestWriter(db, { onCommitted: () => (writer.changes.length = 0) });
  // As in the server.
  const rollUp = createTagRollUp({ db, clock: systemClock, log: silentLog });
  void rollUp.start();
  const started = performance.now();
  let sent = 0;
  let failed: unknown = null;
  const tick = setInterval(() => {
    const due = ((performance.now() - started) / 1000) * rate;
    for (; sent < due; sent++) {
      const projectId = data.projectIds[sent % data.projectIds.length] ?? 0;
      const payload = data.payloads[sent % data.payloads.length] ?? Buffer.alloc(0);
      const event = newEvent(projectId, `live ${sent % 500}`, { payload, encoding: PAYLOAD_ENCODING });
      writer.submit(event).catch((error: unknown) => (failed = error));
    }
  }, 10);
  return async () => {
    clearInterval(tick);
    const seconds = (performance.now() - started) / 1000;
    await writer.stop();
    await rollUp.stop();
    if (failed !== null) throw failed;
    return Math.round(sent / seconds);
  };
}

function parsed(q: string, scope: 'issue_search' | 'events'): Filter {
  const result = parseFilters({ q }, { scope, me: null });
  if (result.kind === 'invalid') throw new Error(result.message);
  return result.filter;
}
