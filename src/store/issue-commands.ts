/**
 * What people do to issues. Each command is one transaction in the lock order of the batch writer: issues by id, then
 * the projects' heads. What changes nothing makes no entry and does not count as affected; unknown ids are passed over.
 */
import { isDeepStrictEqual } from 'node:util';
import { MesherError } from '../errors.ts';
import type { Clock } from '../lib/clock.ts';
import type { Change, IssueAction, IssuePriority, IssueStatus } from '../protocol/change.ts';
import { commandTransaction } from './command-transaction.ts';
import type { Database, Transaction } from './database.ts';
import { fixCondition } from './fix-condition.ts';
import type { ConditionRequest } from './issue-condition.ts';
import { PRIORITIES, STATUSES, type IssueRow } from './issue-state.ts';
import { workOnMoves } from './issue-moves.ts';
import { BUSY, issuesAtRest, type Busy } from './issues-at-rest.ts';
import { isIssueId } from './issues.ts';
import { logIssueSteps, type Step } from './log-issue-steps.ts';
import { mergeIssues } from './merge-issues.ts';
import { sqlStateOf } from './sql-error.ts';
import { buryHashes, deleteIssues } from './sql/delete-issues.ts';
import { insertActivity, type NewActivity } from './sql/insert-activity.ts';
import { deleteHashCountsOf } from './sql/hash-counts.ts';
import { deleteTagsOf } from './sql/hash-tags.ts';
import { lockTags } from './sql/tag-deltas.ts';
import { insertMoves, lockMoves } from './sql/issue-moves.ts';
import { lockIssues } from './sql/lock-issues.ts';
import { updateIssueFields } from './sql/update-issue-fields.ts';
import { tellApart } from './tell-apart.ts';
import { surveyUnmerge, unmergeIssue } from './unmerge-issue.ts';

export interface Affected {
  affected: number;
}

export interface IssueCommands {
  /** `until`: what ends it; one that does not belong to the status is passed over. */
  setStatus: (
    issueIds: readonly string[],
    status: IssueStatus,
    by: string | null,
    until?: ConditionRequest | null,
  ) => Promise<Affected>;
  comment: (issueId: string, text: string, by: string | null) => Promise<Affected>;
  /** Everything of the sources becomes the target's; ids of other projects are passed over. Throws not_found. */
  merge: (targetId: string, sourceIds: readonly string[], by: string | null) => Promise<Affected>;
  /** Moves hashes with their events to a new issue. Throws not_found, and bad_request when nothing would move or stay. */
  unmerge: (issueId: string, hashes: readonly string[], by: string | null) => Promise<{ issueId: string }>;
  /** They are no longer named as perhaps the same (`apart`), or are again; affected: pairs. */
  tellApart: (
    issueId: string,
    otherIds: readonly string[],
    apart: boolean,
    by: string | null,
  ) => Promise<Affected>;
  /** Throws not_found when there is no such user. */
  assign: (issueIds: readonly string[], userId: string | null, by: string | null) => Promise<Affected>;
  setPriority: (issueIds: readonly string[], priority: IssuePriority, by: string | null) => Promise<Affected>;
  /** Removes the issues with their events, and discards what would belong to them from now on. */
  discard: (issueIds: readonly string[], by: string | null) => Promise<Affected>;
  /** Removes the issues with their events; the same error makes a new issue. */
  remove: (issueIds: readonly string[], by: string | null) => Promise<Affected>;
}

const MAX_COMMENT = 10_000;
/** A command answers then, and the rest is done after it. */
const PATIENCE_MS = 5_000;

const CONDITIONS: Readonly<Record<IssueStatus, readonly ConditionRequest['kind'][]>> = {
  unresolved: [],
  resolved: ['in_release', 'next_release'],
  archived: ['escalating', 'events', 'users', 'date'],
};

export function createIssueCommands(o: {
  db: Database;
  clock: Pick<Clock, 'now' | 'monotonic'>;
  onCommitted: (changes: Change[]) => void;
}): IssueCommands {
  const inTransaction = <T extends { changes: Change[] }>(run: (tx: Transaction) => Promise<T>): Promise<T> =>
    commandTransaction(o, run);

  /** `change` sees the row as it is under the lock; what it leaves as it is makes no entry, unless `always`. */
  async function update(
    issueIds: readonly string[],
    by: string | null,
    action: IssueAction,
    data: NewActivity['data'],
    change: (row: IssueRow, tx: Transaction) => Partial<IssueRow> | Promise<Partial<IssueRow>>,
    always = false,
  ): Promise<Affected> {
    const { steps } = await inTransaction(async (tx) => {
      const nowMs = o.clock.now();
      const steps: { action: IssueAction; before: IssueRow; after: IssueRow }[] = [];
      for (const before of await lockIssues(tx, validIds(issueIds))) {
        const after = { ...before, ...(await change(before, tx)), rev: before.rev + 1 };
        if (always || differs(before, after)) steps.push({ action, before, after });
      }
      if (steps.length === 0) return { steps, changes: [] };
      const after = steps.map((step) => step.after);
      await updateIssueFields(tx, after, nowMs);
      await insertActivity(
        tx,
        after.map((row) => ({
          projectId: row.project_id,
          issueId: row.id,
          kind: action,
          by,
          at: nowMs,
          data,
        })),
      );
      return { steps, changes: await logIssueSteps(tx, steps, by, nowMs) };
    });
    return { affected: steps.length };
  }

  const atRest = <T extends { kind: 'done'; changes: Change[] }>(
    issueIds: readonly string[],
    attempt: () => Promise<T | Busy>,
  ): Promise<T> => issuesAtRest(o, { issueIds, patienceMs: PATIENCE_MS }, attempt);

  async function removeWith(
    issueIds: readonly string[],
    by: string | null,
    action: 'discarded' | 'deleted',
  ): Promise<Affected> {
    const ids = validIds(issueIds);
    const { affected, moves } = await atRest(ids, () =>
      inTransaction(async (tx) => {
        const nowMs = o.clock.now();
        // First, for adding up tags takes it before it asks which issues there are.
        await lockTags(tx);
        if ((await lockMoves(tx, ids)).some((move) => move.apart)) return BUSY;
        const rows = await lockIssues(tx, ids);
        const removed = rows.map((row) => row.id);
        if (removed.length === 0) return { kind: 'done' as const, affected: 0, moves: [], changes: [] };
        await deleteTagsOf(tx, removed);
        await deleteHashCountsOf(tx, removed);
        if (action === 'discarded') await buryHashes(tx, removed, nowMs);
        const moves = await insertMoves(tx, removed, null);
        await deleteIssues(tx, removed);
        const steps = rows.map((before): Step => ({ action, before, after: null }));
        const changes = await logIssueSteps(tx, steps, by, nowMs);
        return { kind: 'done' as const, affected: removed.length, moves, changes };
      }),
    );
    // Nobody can read an event whose issue is gone, so these need no common transaction.
    await workOnMoves(o, moves, PATIENCE_MS);
    return { affected };
  }

  return {
    setStatus(issueIds, status, by, until = null) {
      const asked = until !== null && CONDITIONS[status].includes(until.kind) ? until : null;
      return update(issueIds, by, status, asked ? { ...asked } : {}, async (row, tx) => ({
        status: STATUSES.indexOf(status),
        condition: asked && (await fixCondition(tx, row, asked, o.clock.now())),
      }));
    },
    comment(issueId, text, by) {
      const cut = text.trim().slice(0, MAX_COMMENT);
      return update([issueId], by, 'comment', { text: cut }, () => ({}), true);
    },
    async merge(targetId, sourceIds, by) {
      const { affected, moves } = await atRest(validIds([targetId, ...sourceIds]), () =>
        inTransaction((tx) => mergeIssues(tx, { targetId, sourceIds, by, nowMs: o.clock.now() })),
      );
      await workOnMoves(o, moves, PATIENCE_MS);
      return { affected };
    },
    async tellApart(issueId, otherIds, apart, by) {
      const { affected } = await inTransaction((tx) =>
        tellApart(tx, { issueId, otherIds, apart, by, nowMs: o.clock.now() }),
      );
      return { affected };
    },
    async unmerge(issueId, hashes, by) {
      const unmerged = await atRest(validIds([issueId]), async () => {
        const asked = { issueId, hashes, nowMs: o.clock.now() };
        const survey = await surveyUnmerge(o.db, asked);
        return inTransaction((tx) => unmergeIssue(tx, { ...asked, by, survey }));
      });
      await workOnMoves(o, [unmerged.move], PATIENCE_MS);
      return { issueId: unmerged.issueId };
    },
    async assign(issueIds, userId, by) {
      try {
        return await update(issueIds, by, 'assigned', { assignee: userId }, () => ({ assigned_to: userId }));
      } catch (error) {
        if (sqlStateOf(error) === '23503')
          throw new MesherError('not_found', 'There is no such user.', { cause: error });
        throw error;
      }
    },
    setPriority: (issueIds, priority, by) =>
      update(issueIds, by, 'priority', { priority }, () => ({
        priority: PRIORITIES.indexOf(priority),
        priority_by_user: true,
      })),
    discard: (issueIds, by) => removeWith(issueIds, by, 'discarded'),
    remove: (issueIds, by) => removeWith(issueIds, by, 'deleted'),
  };
}

function validIds(issueIds: readonly string[]): string[] {
  return [...new Set(issueIds.filter(isIssueId))];
}

function differs(a: IssueRow, b: IssueRow): boolean {
  return (
    a.status !== b.status ||
    a.priority !== b.priority ||
    a.assigned_to !== b.assigned_to ||
    !isDeepStrictEqual(a.condition, b.condition)
  );
}
