/**
 * `npm run bench -- ingest [--seconds 10] [--connections 128] [--rounds 1] [--rules 0]`: durable events a second end to
 * end (HTTP, gunzip, parse, normalise, group, commit; 200 after commit; embedded PostgreSQL with fsync), beside bare
 * `node:http` that gunzips, parses and answers, in the same run. With `--rules 100` also what a project with so many
 * rules gets, in turns with one without on the same server. Clean only if every event answered 200 is stored exactly
 * once and the log is dense.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { readFileSync } from 'node:fs';
import type { Page, Project, ProjectKey } from '../src/protocol/rest.ts';
import { peekEmbedded } from '../src/store/embedded/embedded-postgres.ts';
import {
  getJson,
  makeDataDir,
  redeemSetup,
  ROOT,
  sendJson,
  startServerProcess,
  type ServerProcess,
} from '../test/support/server-process.ts';
import { copyOnly } from './support/copy-only.ts';
import { cpuMs, rssMb, treeCpuMs } from './support/cpu.ts';
import { envelopeRequest } from './support/event-body.ts';
import { httpLoad, type LoadResult } from './support/http-load.ts';
import { setRules } from './support/project-rules.ts';
import { round, writeReport } from './support/report.ts';

const ISSUES = 200;
/** Requests a second to have ready; what is beyond is made as it goes. */
const BARE_AT_MOST = 9000;
const OURS_AT_MOST = 4000;
/** Turns of a project without rules and one with: the load of the machine weighs on both alike. */
const TURNS = 4;

export async function run(args: string[]): Promise<{ clean: boolean }> {
  const { values } = parseArgs({
    args,
    options: {
      seconds: { type: 'string', default: '10' },
      connections: { type: 'string', default: '128' },
      rounds: { type: 'string', default: '1' },
      rules: { type: 'string', default: '0' },
    },
  });
  const settings = {
    connections: Number(values.connections),
    durationMs: Number(values.seconds) * 1000,
    issues: ISSUES,
    rules: Number(values.rules),
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
  writeReport(settings.rules > 0 ? 'ingest-rules' : 'ingest', { ...settings, clean }, rows);
  return { clean };
}

interface Settings {
  connections: number;
  durationMs: number;
  /** Of the project that is measured beside the one without; 0: none is. */
  rules: number;
}

interface Target {
  port: number;
  projectId: string;
  publicKey: string;
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
    const ruled = settings.rules === 0 ? null : await ruledProject(server, first.cookie, settings.rules);
    // Warm: JIT, pools, partitions.
    for (const one of [target, ruled])
      if (one) await load(one, { ...settings, durationMs: 1500 }, OURS_AT_MOST);
    const turn = { ...settings, durationMs: ruled ? settings.durationMs / TURNS : settings.durationMs };
    const measured = async (to: Target): Promise<Turn> => {
      const before = { node: cpuMs(server.pid), postgres: treeCpuMs(postmaster) };
      const done = await load(to, turn, OURS_AT_MOST);
      return {
        ...done,
        nodeMs: cpuMs(server.pid) - before.node,
        postgresMs: treeCpuMs(postmaster) - before.postgres,
      };
    };
    const turns: Turn[] = [];
    const ruledTurns: Turn[] = [];
    for (let i = 0; i < (ruled ? TURNS : 1); i++) {
      turns.push(await measured(target));
      if (ruled) ruledTurns.push(await measured(ruled));
    }
    const answered = [...turns, ...ruledTurns].flatMap((one) => one.answered);
    const memory = rssMb(server.pid);
    const batch = await meanBatch(server.url);
    const stored = await verify(url, answered);
    const copy = await copyOnly(url, Math.min(3000, settings.durationMs));
    return {
      clean: stored,
      row: {
        ...figures(turns),
        ...(ruled && withRules(turns, ruledTurns)),
        rss_mb: memory,
        mean_batch: batch,
        copy_only_per_s: copy,
        ratio_to_copy: round(figures(turns).events_per_s / copy, 2),
      },
    };
  } finally {
    await server.end('SIGTERM');
    dataDir.remove();
  }
}

interface Turn {
  result: LoadResult;
  answered: string[];
  nodeMs: number;
  postgresMs: number;
}

function figures(turns: readonly Turn[]) {
  const sum = (of: (turn: Turn) => number) => turns.reduce((total, turn) => total + of(turn), 0);
  const count = sum((turn) => turn.result.answered);
  return {
    events_per_s: Math.round((count * 1000) / sum((turn) => turn.result.elapsedMs)),
    p50_ms: Math.max(...turns.map((turn) => turn.result.latency.p50)),
    p99_ms: Math.max(...turns.map((turn) => turn.result.latency.p99)),
    node_cpu_us: round((sum((turn) => turn.nodeMs) * 1000) / count, 0),
    postgres_cpu_us: round((sum((turn) => turn.postgresMs) * 1000) / count, 0),
    not_200: sum((turn) => turn.result.answered - (turn.result.byStatus['200'] ?? 0)),
  };
}

function withRules(none: readonly Turn[], all: readonly Turn[]) {
  const [without, ruled] = [figures(none), figures(all)];
  return {
    rules_per_s: ruled.events_per_s,
    rules_p99_ms: ruled.p99_ms,
    rules_node_cpu_us: ruled.node_cpu_us,
    rules_postgres_cpu_us: ruled.postgres_cpu_us,
    rules_not_200: ruled.not_200,
    rules_ratio: round(ruled.events_per_s / without.events_per_s, 2),
    rules_cpu_ratio: round(
      (ruled.node_cpu_us + ruled.postgres_cpu_us) / (without.node_cpu_us + without.postgres_cpu_us),
      2,
    ),
  };
}

/** A second project of the same server. */
async function ruledProject(server: ServerProcess, cookie: string, rules: number): Promise<Target> {
  const { id } = await sendJson<Project>(server, cookie, '/projects', { name: 'ruled' });
  const { items } = await getJson<Page<ProjectKey>>(server, cookie, `/projects/${id}/keys`);
  await setRules(server, cookie, id, rules);
  return { port: server.port, projectId: id, publicKey: items[0]?.public_key ?? '' };
}

/**
 * Requests are made before the clock starts: building and compressing one costs a fifth of what the server needs for it,
 * on the same cores.
 */
async function load(
  target: Target,
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
    `select bool_and(dense) as dense from (
       select max(seq) - min(seq) + 1 = count(*) as dense from log group by project_id) of_project`,
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
