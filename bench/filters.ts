/**
 * Cost of one entry against the number of distinct filters and of connections, without sockets: the feed, the classes
 * and the sessions over sinks that count. Baseline: each connection tests and encodes each entry for itself.
 */
import { pino } from 'pino';
import { systemClock } from '../src/lib/clock.ts';
import { createMetrics } from '../src/metrics.ts';
import { canonical } from '../src/protocol/filter-canonical.ts';
import { compileEventFilter } from '../src/protocol/filter-evaluate.ts';
import { parseFilters } from '../src/protocol/filter-parse.ts';
import { parseCommand } from '../src/protocol/up.ts';
import { encodeTextFrame } from '../src/stream/frame.ts';
import { createHub } from '../src/stream/hub.ts';
import { Session } from '../src/stream/session.ts';
import type { Sink } from '../src/stream/sink.ts';
import { subscribe } from '../src/stream/subscribe.ts';
import { createFakeLog, fakeEvent } from '../test/support/fake-log.ts';
import { fakeViewer } from '../test/support/stream-world.ts';
import { round, writeReport } from './support/report.ts';

/**
 * Each event is of one of so many values in turn, and a filter asks for one of them: whatever the number of filters,
 * 1,000 connections make one delivery an entry, so that the rows differ in filtering alone. A negated filter asks for
 * all but one: 999 deliveries an entry.
 */
const VALUES = 1000;
const KINDS = ['equality', 'text', 'tag', 'negated'] as const;
const SETTINGS = {
  cases: [
    [1, 1000],
    [10, 1000],
    [100, 1000],
    [1000, 1000],
    [10, 100],
    [10, 4000],
  ] as [filters: number, connections: number][],
  entries: 4000,
  batch: 20,
};

export async function run(args: string[]): Promise<{ clean: boolean }> {
  const settings = args.includes('--short')
    ? { ...SETTINGS, cases: SETTINGS.cases.slice(0, 2), entries: 200 }
    : SETTINGS;
  const results: object[] = [];
  let clean = true;
  for (const kind of KINDS) {
    const entries = kind === 'negated' ? settings.entries / 20 : settings.entries;
    for (const [filters, connections] of settings.cases) {
      const specs = Array.from({ length: connections }, (_, i) => filterOf(kind, i % filters));
      const ours = await measureOurs(specs, { ...settings, entries });
      const naive = measureNaive(specs, { entries });
      clean &&= ours.delivered === naive.delivered;
      results.push({
        kind,
        filters,
        connections,
        delivered: ours.delivered,
        us_per_entry: ours.us,
        naive_us_per_entry: naive.us,
        ratio: round(naive.us / ours.us, 1),
      });
    }
  }
  writeReport('filters', settings, results);
  return { clean };
}

function filterOf(kind: (typeof KINDS)[number], value: number): Record<string, unknown> {
  switch (kind) {
    case 'equality':
      return { environment: `env-${value}` };
    case 'text':
      return { text: `<${value}>` };
    case 'tag':
      return { tags: { shard: String(value) } };
    case 'negated':
      return { environment: `!env-${value}` };
  }
}

function eventOf(index: number) {
  const value = (index * 7) % VALUES;
  const title = `TypeError: cannot read properties of undefined (reading 'total') <${value}>`;
  return fakeEvent({ environment: `env-${value}`, title, tags: { browser: 'Chrome', shard: String(value) } });
}

async function measureOurs(specs: readonly object[], settings: { entries: number; batch: number }) {
  const metrics = createMetrics();
  const log = createFakeLog();
  const hub = createHub({
    ...log,
    clock: systemClock,
    log: pino({ level: 'silent' }),
    metrics,
  });
  const deps = {
    hub,
    resolveProject: () => Promise.resolve({ id: 1, slug: 'shop', name: 'Shop', organizationId: 'o1' }),
    mayRead: () => true,
    listSnapshotIssues: () => Promise.resolve([]),
    readIssueStats: () => Promise.resolve([]),
  };
  let delivered = 0;
  let counting = false;
  const sink = (): Sink => ({
    write(bytes) {
      if (counting) delivered += countEvents(bytes);
    },
    unsentBytes: 0,
    progress: 0,
    received: 0,
    ping() {},
    close() {},
    listen() {},
  });
  const sessions: Session[] = [];
  for (const [i, filters] of specs.entries()) {
    const session = new Session({
      id: `s${i}`,
      mode: 1,
      transport: 'websocket',
      sink: sink(),
      clock: systemClock,
      metrics,
      viewer: fakeViewer(),
      onFailure: () => {},
      onClosed: (closed) => hub.removeSession(closed),
    });
    hub.addSession(session);
    sessions.push(session);
    const parsed = parseCommand(JSON.stringify({ type: 'subscribe', project_id: '1', filters }));
    if (parsed.kind === 'ok' && parsed.command.type === 'subscribe')
      await subscribe(deps, session, { ...parsed.command, project_id: '1' }, { mode0Answer: 'none' });
  }
  counting = true;
  const before = process.cpuUsage();
  for (let i = 0; i < settings.entries; i += settings.batch) {
    log.commit(
      1,
      Array.from({ length: settings.batch }, (_, k) => eventOf(i + k)),
    );
    hub.tick();
  }
  const used = process.cpuUsage(before);
  hub.stop();
  return { delivered, us: round((used.user + used.system) / settings.entries, 2) };
}

/** Hops from header to header; none of ours is longer than 64 KiB. */
function countEvents(bytes: Buffer): number {
  let events = 0;
  for (let at = 0; at < bytes.length;) {
    const short = bytes[at + 1] ?? 0;
    const start = at + (short < 126 ? 2 : 4);
    // {"type":"event" …
    if (bytes[start + 9] === 0x65) events++;
    at = start + (short < 126 ? short : bytes.readUInt16BE(at + 2));
  }
  return events;
}

function measureNaive(specs: readonly object[], settings: { entries: number }) {
  const tests = specs.map((spec) => {
    const parsed = parseFilters(spec, { scope: 'all', me: null });
    if (parsed.kind === 'invalid') throw new Error(parsed.message);
    return compileEventFilter(canonical(parsed.filter));
  });
  let delivered = 0;
  let bytes = 0;
  const before = process.cpuUsage();
  for (let i = 0; i < settings.entries; i++) {
    const entry = { ...eventOf(i), seq: i + 1 };
    for (const test of tests) {
      if (!test(entry, entry.ts)) continue;
      delivered++;
      bytes += encodeTextFrame(
        JSON.stringify({ type: 'event', project_id: '1', issue_id: entry.issueId, ...entry }),
      ).length;
    }
  }
  const used = process.cpuUsage(before);
  if (bytes < 0) throw new Error('unreachable: keeps the frames from being optimised away');
  return { delivered, us: round((used.user + used.system) / settings.entries, 2) };
}
