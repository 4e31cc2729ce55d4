/**
 * `kill -9` of the server under load, then a start without a hand: no event id that was answered 200 may be missing
 * or stored twice, and the log of the project may have no hole. The short form runs in CI, the long one in soak.
 */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { peekEmbedded } from '../../src/store/embedded/embedded-postgres.ts';
import { makeDataDir, redeemSetup, startServerProcess, type FirstRun } from './server-process.ts';

export interface KillReport {
  rounds: number;
  answered: number;
  missing: number;
  twice: number;
  holes: number;
}

const CONNECTIONS = 16;

/** Each round: load until `killAfterMs` (varied by round), kill -9, start again, check everything so far. */
export async function killRounds(
  rounds: number,
  onRound?: (round: number, report: KillReport) => void,
): Promise<KillReport> {
  const dataDir = makeDataDir();
  const answered: string[] = [];
  const report: KillReport = { rounds: 0, answered: 0, missing: 0, twice: 0, holes: 0 };
  const env = { MESHER_RATE_LIMIT: '0', MESHER_LOG_LEVEL: 'warn' };
  let server = await startServerProcess({ dataDir: dataDir.path, env });
  try {
    const first = await redeemSetup(server);
    for (let round = 1; round <= rounds; round++) {
      const stop = new AbortController();
      const senders = Array.from({ length: CONNECTIONS }, () =>
        sendUntil(server.url, first, stop.signal, answered),
      );
      await new Promise((resolve) => setTimeout(resolve, 300 + ((round * 137) % 700)));
      await server.end('SIGKILL');
      stop.abort();
      await Promise.all(senders);

      server = await startServerProcess({ dataDir: dataDir.path, env });
      Object.assign(report, await check(dataDir.path, answered), {
        rounds: round,
        answered: answered.length,
      });
      onRound?.(round, report);
    }
  } finally {
    await server.end('SIGTERM');
    dataDir.remove();
  }
  return report;
}

async function sendUntil(
  url: string,
  first: FirstRun,
  signal: AbortSignal,
  answered: string[],
): Promise<void> {
  while (!signal.aborted) {
    const id = randomUUID().replaceAll('-', '');
    const payload = JSON.stringify({
      event_id: id,
      level: 'error',
      exception: { values: [{ type: `Fault${id.slice(0, 2)}`, value: id }] },
    });
    try {
      const answer = await fetch(`${url}/api/${first.projectId}/envelope/?sentry_key=${first.publicKey}`, {
        method: 'POST',
        body: `{}\n{"type":"event"}\n${payload}\n`,
        signal,
      });
      // Only a whole answer counts: the promise is about what the client saw.
      if (answer.status === 200 && ((await answer.json()) as { id: string }).id === id) answered.push(id);
    } catch {
      return; // The server is gone.
    }
  }
}

async function check(
  dataDir: string,
  answered: string[],
): Promise<Pick<KillReport, 'missing' | 'twice' | 'holes'>> {
  const client = new pg.Client({ connectionString: peekEmbedded(dataDir) ?? '' });
  await client.connect();
  const stored = await client.query<{ n: number; distinct: number }>(
    'select count(*)::int as n, count(distinct event_id)::int as distinct from events where event_id = any($1::uuid[])',
    [answered],
  );
  const log = await client.query<{ holes: number }>(
    `select coalesce(sum(h), 0)::int as holes from (select max(l.seq) - min(l.seq) + 1 - count(*) + (max(p.seq) - max(l.seq)) as h
       from log l join project_log p using (project_id) group by project_id) per_project`,
  );
  await client.end();
  const { n = 0, distinct = 0 } = stored.rows[0] ?? {};
  return { missing: answered.length - distinct, twice: n - distinct, holes: log.rows[0]?.holes ?? -1 };
}
