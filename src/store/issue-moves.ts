/**
 * What merging, removing or taking apart an issue leaves behind: events and users get the other issue's id, or are
 * deleted, in portions of a short transaction each. The command itself was one short transaction: hashes lead new events
 * to the right issue from its commit on, so nothing here is on the way of ingestion; of issues that are left only the
 * user counts are touched, last in a portion.
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
import { dayOf } from './partitions.ts';
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
import {
  addUsers,
  copyTexts,
  dropUsers,
  moveNextEvents,
  selectLeavingUsers,
  type LeavingUsers,
} from './sql/unmerge-moves.ts';
import { updateIssues } from './sql/write-issues.ts';

/** Rewriting so many events of 3 KB takes about as long as storing a batch of them. */
const EVENTS = 500;
/** Under the lock of the target: a batch with an event of it waits so long. */
const USERS = 1_000;
const EVERY_MS = 2_000;
const DAY_MS = 86_400_000;

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
  if (job.hashes !== null && job.to_id !== null)
    return apartPortion(tx, { ...job, to_id: job.to_id, hashes: job.hashes }, nowMs);
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

/** Events by the hash; behind the last of them the users that only they had, and the job is done. */
async function apartPortion(
  tx: Transaction,
  job: IssueMove & { to_id: number; hashes: string[] },
  nowMs: number,
): Promise<{ more: boolean; changes: Change[] }> {
  const { id, project_id: projectId, from_id: from, to_id: to, hashes } = job;
  const { seen, users } = await moveNextEvents(tx, id, EVENTS);
  // Read before the issues are locked: it takes as long as the issue has events.
  const last =
    seen < EVENTS ? await selectLeavingUsers(tx, { projectId, from, to, hashes, limit: USERS }) : null;
  const changes =
    users.length > 0 || (last !== null && last.leaving.length > 0)
      ? await changeUsers(tx, job, users, last, nowMs)
      : [];
  if (last === null || last.leaving.length === USERS) return { more: true, changes };
  await copyTexts(tx, { from, to, hashes });
  await finishMove(tx, id);
  return { more: false, changes };
}

/** Both issues are locked from here on. */
async function changeUsers(
  tx: Transaction,
  { project_id: projectId, from_id: from, to_id: to }: IssueMove & { to_id: number },
  came: readonly string[],
  last: LeavingUsers | null,
  nowMs: number,
): Promise<Change[]> {
  const rows = await lockIssues(tx, [from, to]);
  const day = dayOf(nowMs - DAY_MS);
  const added = await addUsers(tx, to, came);
  const left = last ? await dropUsers(tx, { projectId, from, seq: last.seq, day, users: last.leaving }) : 0;
  const after = rows
    .map((row) => ({
      ...row,
      user_count: row.user_count + (row.id === to ? added : -left),
      rev: row.rev + 1,
    }))
    .filter((row, i) => row.user_count !== rows[i]?.user_count);
  if (after.length === 0) return [];
  await updateIssues(tx, after);
  const draft = { ...emptyDraft(projectId), stats: after.map(issueStats) };
  return appendLog(tx, { epoch: await readEpoch(tx), nowMs, drafts: [draft] });
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
