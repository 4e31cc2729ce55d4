/**
 * `npm run bench -- ingest [--seconds 10] [--connections 128] [--rounds 1]`: durable events a second end to end
 * (HTTP, gunzip, parse, normalise, group, commit; 200 after commit; embedded PostgreSQL with fsync), beside bare
 * `node:http` that gunzips, parses and answers, in the same run. Clean only if every event answered 200 is stored
 * exactly once and the log is dense.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { readFileSync } from 'node:fs';
import { peekEmbedded } from '../src/store/embedded/embedded-postgres.ts';
import { makeDataDir, redeemSetup, ROOT, startServerProcess } from '../test/support/server-process.ts';
import { copyOnly } from './support/copy-only.ts';
import { cpuMs, rssMb, treeCpuMs } from './support/cpu.ts';
import { envelopeRequest } from './support/event-body.ts';
import { httpLoad, type LoadResult } from './support/http-load.ts';
import { round, writeReport } from './support/report.ts';

const ISSUES = 200;
/** Requests a second to have ready; what is beyond is made as it goes. */
const BARE_AT_MOST = 9000;
const OURS_AT_MOST = 4000;

export async function run(args: string[]): Promise<{ clean: boolean }> {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: 'string', default: '10' },
      connections: { type: 'string', default: '128' },
      rounds: { type: 'string', default: '1' },
    },
  });
  const settings = {
    connections: Number(values.connections),
    durationMs: Number(values.seconds) * 1000,
    issues: ISSUES,
  };
  const rows = [];
  let clean = true;
  for (let round_ = 1; round_ <= Number(values.rounds); round_++) {
    const baseline = await bareRound(settings);
    const ours = await mesherRound(settings);
    clean &&= ours.clean;
    rows.push({
      round: round_,
      ...ours.row,
      ...baseline,
      ratio_to_bare: round(ours.row.events_per_s / baseline.bare_per_s, 2),
    });
  }
  writeReport('ingest', { ...settings, clean }, rows);
  return { clean };
}

interface Settings {
  connections: number;
  durationMs: number;
}

async function bareRound(settings: Settings): Promise<{ bare_per_s: number; bare_cpu_us: number }> {
  const child = spawn(process.execPath, [join(ROOT, 'bench/support/bare-http.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const port = Number(/port (\d+)/.exec(line.toString())?.[1]);
  const before = cpuMs(child.pid ?? 0);
  const { result } = await load({ port, projectId: '1', publicKey: 'a'.repeat(32) }, settings, BARE_AT_MOST);
  const cpu = cpuMs(child.pid ?? 0) - before;
  child.kill('SIGTERM');
  return { bare_per_s: perSecond(result), bare_cpu_us: round((cpu * 1000) / result.answered, 0) };
}

async function mesherRound(settings: Settings) {
  const dataDir = makeDataDir();
  const server = await startServerProcess({
    dataDir: dataDir.path,
    env: { MESHER_RATE_LIMIT: '0', MESHER_LOG_LEVEL: 'warn' },
  });
  try {
    const first = await redeemSetup(server);
    const url = peekEmbedded(dataDir.path) ?? '';
    const postmaster = await postmasterPid(url);
    const target = { port: server.port, projectId: first.projectId, publicKey: first.publicKey };
    await load(target, { ...settings, durationMs: 1500 }, OURS_AT_MOST); // warm: JIT, pools, partitions
    const before = { node: cpuMs(server.pid), postgres: treeCpuMs(postmaster) };
    const { result, answered } = await load(target, settings, OURS_AT_MOST);
    const cpu = { node: cpuMs(server.pid) - before.node, postgres: treeCpuMs(postmaster) - before.postgres };
    const memory = rssMb(server.pid);
    const batch = await meanBatch(server.url);
    const stored = await verify(url, answered);
    const copy = await copyOnly(url, Math.min(3000, settings.durationMs));
    return {
      clean: stored,
      row: {
        events_per_s: perSecond(result),
        p50_ms: result.latency.p50,
        p99_ms: result.latency.p99,
        node_cpu_us: round((cpu.node * 1000) / result.answered, 0),
        postgres_cpu_us: round((cpu.postgres * 1000) / result.answered, 0),
        rss_mb: memory,
        mean_batch: batch,
        not_200: result.answered - (result.byStatus['200'] ?? 0),
        copy_only_per_s: copy,
        ratio_to_copy: round(perSecond(result) / copy, 2),
      },
    };
  } finally {
    await server.end('SIGTERM');
    dataDir.remove();
  }
}

/**
 * Requests are made before the clock starts: building and compressing one costs a fifth of what the server needs for it,
 * on the same cores.
 */
async function load(
  target: { port: number; projectId: string; publicKey: string },
  { connections, durationMs }: Settings,
  atMostPerSecond: number,
): Promise<{ result: LoadResult; answered: string[] }> {
  const requests = Math.ceil((durationMs / 1000) * atMostPerSecond);
  const prepared = Array.from({ length: requests }, (_, i) => envelopeRequest(target, i % ISSUES));
  const ids: string[] = [];
  const answered: string[] = [];
  const end = performance.now() + durationMs;
  const result = await httpLoad({
    port: target.port,
    connections,
    next() {
      if (performance.now() > end) return null;
      const request = prepared.pop() ?? envelopeRequest(target, Math.floor(Math.random() * ISSUES));
      ids.push(request.id);
      return request.bytes;
    },
    onAnswer(status, index) {
      if (status === 200) answered.push(ids[index] ?? '');
    },
  });
  return { result, answered };
}

/** Events per committed transaction, over the life of the server. */
async function meanBatch(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const value = (name: string) =>
    Number(new RegExp(`^mesher_writer_batch_events_${name} (.+)$`, 'm').exec(text)?.[1]);
  return round(value('sum') / value('count'));
}

async function verify(url: string, answered: string[]): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const events = await client.query<{ n: string; ids: string }>(
    `select count(*) as n, count(distinct event_id) as ids from events where event_id = any($1::uuid[])`,
    [answered],
  );
  const log = await client.query<{ dense: boolean }>(
    `select max(seq) - min(seq) + 1 = count(*) as dense from log`,
  );
  await client.end();
  const row = events.rows[0];
  const good =
    Number(row?.n) === answered.length && Number(row?.ids) === answered.length && log.rows[0]?.dense === true;
  if (!good)
    console.error(
      `NOT CLEAN: answered ${answered.length}, stored ${row?.n}, distinct ${row?.ids}, log dense: ${log.rows[0]?.dense}`,
    );
  return good;
}

async function postmasterPid(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows: found } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const stat = readFileSync(`/proc/${found[0]?.pid ?? 0}/stat`, 'utf8');
  await client.end();
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

function perSecond(result: LoadResult): number {
  return Math.round((result.answered * 1000) / result.elapsedMs);
}
