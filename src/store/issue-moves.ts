/**
 * What merging or removing an issue leaves behind: its events and users get the other issue's id, or are deleted, in
 * portions of a short transaction each. The command itself was one short transaction: hashes lead new events to the
 * target from its commit on, so nothing here is on the way of ingestion; of the target only the user count is touched.
 *
 * In: jobs in `issue_moves`. A command works on its own until they are done or its patience ends; what is left, after
 * that or after the end of a process, one node at a time goes on with.
 */
import type { Clock, Timer } from '../lib/clock.ts';
import type { Logger } from '../log.ts';
import type { Change } from '../protocol/change.ts';
import { appendLog, emptyDraft } from './append-log.ts';
import { commandTransaction } from './command-transaction.ts';
import type { Database, Transaction } from './database.ts';
import { issueStats } from './issue-state.ts';
import {
  deleteEvents,
  deleteUsers,
  finishMove,
  moveEvents,
  moveUsers,
  noteProgress,
  selectMoves,
  takeMove,
  type IssueMove,
} from './sql/issue-moves.ts';
import { lockIssues } from './sql/lock-issues.ts';
import { readEpoch } from './sql/read-epoch.ts';
import { updateIssues } from './sql/write-issues.ts';

/** Rewriting so many events of 3 KB takes about as long as storing a batch of them. */
const EVENTS = 500;
/** Under the lock of the target: a batch with an event of it waits so long. */
const USERS = 1_000;
const EVERY_MS = 2_000;

interface MoveDeps {
  db: Database;
  clock: Pick<Clock, 'now' | 'monotonic'>;
  onCommitted: (changes: Change[]) => void;
}

/** Until the jobs are done, or `patienceMs` are over; resolves with whether they are done. */
export async function workOnMoves(
  deps: MoveDeps,
  jobs: readonly number[],
  patienceMs: number,
): Promise<boolean> {
  const end = deps.clock.monotonic() + patienceMs;
  for (const job of jobs) {
    for (;;) {
      if (deps.clock.monotonic() >= end) return false;
      const { more } = await commandTransaction(deps, (tx) => portion(tx, job, deps.clock.now()));
      if (!more) break;
    }
  }
  return true;
}

/** Events first, then users, then the job is done. */
async function portion(
  tx: Transaction,
  id: number,
  nowMs: number,
): Promise<{ more: boolean; changes: Change[] }> {
  const job = await takeMove(tx, id);
  if (!job) return { more: false, changes: [] };
  const events =
    job.to_id === null
      ? await deleteEvents(tx, job.from_id, EVENTS)
      : await moveEvents(tx, job.from_id, job.to_id, EVENTS);
  if (events > 0) {
    await noteProgress(tx, id, events);
    return { more: true, changes: [] };
  }
  const users = await usersOf(tx, job, nowMs);
  if (users.taken === USERS) return { more: true, changes: users.changes };
  await finishMove(tx, id);
  return { more: false, changes: users.changes };
}

async function usersOf(
  tx: Transaction,
  { from_id: from, to_id: to }: IssueMove,
  nowMs: number,
): Promise<{ taken: number; changes: Change[] }> {
  if (to === null) return { taken: await deleteUsers(tx, from, USERS), changes: [] };
  const [target] = await lockIssues(tx, [to]);
  const { taken, added } = await moveUsers(tx, from, to, USERS);
  if (!target || added === 0) return { taken, changes: [] };
  const after = { ...target, user_count: target.user_count + added, rev: target.rev + 1 };
  await updateIssues(tx, [after]);
  const draft = { ...emptyDraft(after.project_id), stats: [issueStats(after)] };
  return { taken, changes: await appendLog(tx, { epoch: await readEpoch(tx), nowMs, drafts: [draft] }) };
}

export interface IssueMoves {
  start: () => Promise<void>;
  stop: () => Promise<void>;
  /** Works on all that is left; resolves when nothing is, or at `stop`. */
  run: () => Promise<void>;
}

export function createIssueMoves(o: MoveDeps & { clock: Clock; log: Logger }): IssueMoves {
  let timer: Timer | undefined;
  let running: Promise<unknown> | null = null;
  let stopped = false;

  async function run(): Promise<void> {
    let after = 0;
    for (;;) {
      const jobs = await selectMoves(o.db, after);
      for (const job of jobs) {
        // A slice at a time, so that a stop does not wait for a hundred thousand events.
        while (!stopped && !(await workOnMoves(o, [job], EVERY_MS)));
        after = job;
      }
      if (jobs.length === 0 || stopped) return;
    }
  }

  return {
    run,
    async start() {
      stopped = false;
      timer = o.clock.every(EVERY_MS, () => {
        running ??= run()
          .catch((error: unknown) => o.log.warn({ err: error }, 'moving events of issues failed'))
          .finally(() => (running = null));
      });
    },
    async stop() {
      stopped = true;
      timer?.cancel();
      await running;
    },
  };
}
