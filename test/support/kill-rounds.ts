/**
 * `kill -9` of the server, of PostgreSQL's postmaster or of both under load, then a recovery without a hand. Each round
 * checks what was promised to the clients. The short form runs in CI, the long one in soak.
 */
import { readLock } from '../../src/store/embedded/data-lock.ts';
import { checkDurability, type DurabilityCheck } from './durability-check.ts';
import { pacedLoad } from './paced-load.ts';
import { makeDataDir, redeemSetup, startServerProcess, until } from './server-process.ts';
import { smallEventRequest } from './small-event.ts';

export const VICTIMS = ['server', 'postgres', 'both'] as const;
export type Victim = (typeof VICTIMS)[number];

export interface KillReport extends DurabilityCheck {
  victim: Victim;
  rounds: number;
  answered: number;
  /** Events a second that were answered 200 between recovery and kill. */
  rate: number;
  /** From the kill until an event is answered 200 again, all rounds. */
  recoveryMs: number[];
}

const CONNECTIONS = 32;
const RECOVERS_WITHIN_MS = 60_000;

export async function killRounds(o: {
  victim: Victim;
  rounds: number;
  /** Events a second. */
  rate: number;
  onRound?: (report: KillReport) => void;
}): Promise<KillReport> {
  const dataDir = makeDataDir();
  const env = { MESHER_RATE_LIMIT: '0', MESHER_LOG_LEVEL: 'warn' };
  const report: KillReport = {
    victim: o.victim,
    rounds: 0,
    answered: 0,
    rate: 0,
    recoveryMs: [],
    missing: 0,
    twice: 0,
    holes: 0,
    miscounted: 0,
  };
  let server = await startServerProcess({ dataDir: dataDir.path, env });
  const first = await redeemSetup(server);
  const load = pacedLoad({
    port: server.port,
    rate: o.rate,
    connections: CONNECTIONS,
    request: () => smallEventRequest(first),
  });
  let steady = { events: 0, ms: 0 };
  try {
    await load.nextAccepted();
    while (report.rounds < o.rounds) {
      // What was late because of the check is made up for before the rate is taken.
      await load.accepted(100);
      const before = { events: load.answered.length, at: performance.now() };
      // A different moment of commit, checkpoint and queue each time.
      await load.accepted(300 + ((report.rounds * 137) % 700));
      steady = {
        events: steady.events + load.answered.length - before.events,
        ms: steady.ms + performance.now() - before.at,
      };
      const killedAt = performance.now();
      const postmaster = readLock(dataDir.path)?.postmaster?.pid ?? 0;
      if (o.victim !== 'server') process.kill(postmaster, 'SIGKILL');
      if (o.victim !== 'postgres') {
        await server.end('SIGKILL');
        server = await startServerProcess({ dataDir: dataDir.path, env, port: server.port });
      }
      await until(
        'another postmaster',
        () => {
          const lock = readLock(dataDir.path);
          return lock !== null && lock.url !== null && lock.postmaster?.pid !== postmaster;
        },
        RECOVERS_WITHIN_MS,
        5,
      );
      report.recoveryMs.push((await load.nextAccepted()) - killedAt);
      await until('readyz', async () => (await fetch(`${server.url}/readyz`)).ok, RECOVERS_WITHIN_MS);

      const check = await checkDurability(dataDir.path, load.answered.slice());
      for (const [name, broken] of Object.entries(check) as [keyof DurabilityCheck, number][])
        report[name] = Math.max(report[name], broken);
      report.rounds++;
      report.answered = load.answered.length;
      report.rate = Math.round((steady.events * 1000) / steady.ms);
      o.onRound?.(report);
    }
  } finally {
    await load.stop();
    await server.end('SIGTERM');
    dataDir.remove();
  }
  return report;
}
