/**
 * Durable throughput of the batch writer alone, against a COPY-only writer of the same event rows in the same round.
 * Usage: node bench/store-writer.ts <admin url of a PostgreSQL with fsync on> [events] [rounds]
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { insertEvents } from '../src/store/sql/insert-events.ts';
import type { NewEvent } from '../src/store/new-event.ts';
import { hashOf, newEvent, newProject } from '../test/support/new-event.ts';
import { createTestWriter } from '../test/support/store.ts';
import { createTestDatabase } from '../test/support/test-database.ts';

const [adminUrl = '', count = '20000', rounds = '3'] = process.argv.slice(2);
const EVENTS = Number(count);
/** Part of the payload that does not compress: 2,400 gives about 3 KB. */
const RANDOM_BYTES = Number(process.env.RANDOM_BYTES ?? 2_400);
const IN_FLIGHT = Number(process.env.IN_FLIGHT ?? 512);
const t = await createTestDatabase(adminUrl);
const projects = await Promise.all([1, 2, 3, 4].map((n) => newProject(t.db, `P${n}`)));

/** JSON of about 12 KB, gzipped as ingestion does. */
function makeEvents(): NewEvent[] {
  return Array.from({ length: EVENTS }, (_, i) => {
    const project = projects[i % projects.length];
    // Skewed as in life: a few errors make most of the events.
    const name = `error ${Math.floor(Math.random() ** 3 * 300)}`;
    const event = newEvent(project?.id ?? 0, name, {
      eventId: randomBytes(16).toString('hex'),
      release: '1.2.3',
      userIdent: `user ${i % 5000}`,
      hashes: [hashOf(name), hashOf(`system ${name}`)],
    });
    event.data.tags = {
      browser: 'Chrome 130',
      os: 'Linux',
      server: 'web-1',
      runtime: 'node 24',
      transaction: 'GET /x',
    };
    event.data.user = { id: '17', email: 'someone@example.com', ip_address: '10.0.0.1' };
    const json = JSON.stringify({
      a: randomBytes(RANDOM_BYTES).toString('hex'),
      b: 'frame '.repeat(1_250),
      id: event.eventId,
    });
    return { ...event, encoding: 1, payload: gzipSync(json, { level: 1 }) };
  });
}

const ticks = 100;
function postgresCpuMs(): number {
  // All postgres processes of this machine that belong to the measured cluster (PG_PID = postmaster).
  const postmaster = process.env.PG_PID;
  if (!postmaster) return 0;
  const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8')
    .trim()
    .split(/\s+/);
  let sum = 0;
  for (const pid of children) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      sum += (Number(stat[11]) + Number(stat[12])) * (1000 / ticks);
    } catch {
      // gone
    }
  }
  return sum;
}

async function measure(name: string, run: (events: NewEvent[]) => Promise<void>): Promise<number> {
  const events = makeEvents();
  globalThis.gc?.();
  const cpu = process.cpuUsage();
  const pgCpu = postgresCpuMs();
  const start = performance.now();
  await run(events);
  const ms = performance.now() - start;
  const used = process.cpuUsage(cpu);
  const rate = (EVENTS / ms) * 1000;
  const node = (used.user + used.system) / EVENTS;
  const pg = ((postgresCpuMs() - pgCpu) * 1000) / EVENTS;
  console.log(
    `${name.padEnd(12)} ${rate.toFixed(0).padStart(7)} ev/s   node ${node.toFixed(0)} µs   pg ${pg.toFixed(0)} µs an event`,
  );
  return rate;
}

async function copyOnly(events: NewEvent[]): Promise<void> {
  for (let at = 0; at < events.length; at += 500) {
    const rows = events
      .slice(at, at + 500)
      .map((event) => ({ event, issueId: 1, isNew: false, isRegression: false }));
    await t.db.transaction((tx) => insertEvents(tx, rows));
  }
}

async function throughWriter(events: NewEvent[]): Promise<void> {
  const writer = createTestWriter(t.db, { maxEvents: 10_000 });
  let at = 0;
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (at < events.length) {
        const event = events[at++];
        if (!event) break;
        const verdict = await writer.submit(event);
        if (verdict.kind !== 'stored') throw new Error(verdict.kind);
      }
    }),
  );
  writer.changes.length = 0;
}

await measure('warm-up', throughWriter);
for (let round = 0; round < Number(rounds); round++) {
  const copy = await measure('copy only', copyOnly);
  const writer = await measure('writer', throughWriter);
  console.log(`ratio ${((writer / copy) * 100).toFixed(0)} %`);
}
await t.drop();
