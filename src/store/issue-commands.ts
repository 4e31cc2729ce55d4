/**
 * What people do to issues. Each command is one transaction in the lock order of the batch writer: issues by id, then
 * the projects' heads. What changes nothing makes no entry and does not count as affected; unknown ids are passed over.
 */
import { MesherError } from '../errors.ts';
import type { Clock } from '../lib/clock.ts';
import type { Change, IssueAction, IssuePriority, IssueStatus } from '../protocol/change.ts';
import { appendLog, emptyDraft, moveUnresolved, type ProjectDraft } from './append-log.ts';
import type { Database, Transaction } from './database.ts';
import { issueData, issueMatch, issueStats, PRIORITIES, STATUSES, type IssueRow } from './issue-state.ts';
import { isIssueId } from './issues.ts';
import { classifyFailure, sqlStateOf } from './sql-error.ts';
import { deleteAttachmentsOfIssues } from './sql/delete-attachments.ts';
import { buryHashes, deleteEventsOf, deleteIssues } from './sql/delete-issues.ts';
import { insertActivity, type NewActivity } from './sql/insert-activity.ts';
import { lockIssues } from './sql/lock-issues.ts';
import { readEpoch } from './sql/read-epoch.ts';
import { updateIssueFields } from './sql/update-issue-fields.ts';

export interface Affected {
  affected: number;
}

export interface IssueCommands {
  setStatus: (issueIds: readonly string[], status: IssueStatus, by: string | null) => Promise<Affected>;
  /** Throws not_found when there is no such user. */
  assign: (issueIds: readonly string[], userId: string | null, by: string | null) => Promise<Affected>;
  setPriority: (issueIds: readonly string[], priority: IssuePriority, by: string | null) => Promise<Affected>;
  /** Removes the issues with their events, and discards what would belong to them from now on. */
  discard: (issueIds: readonly string[], by: string | null) => Promise<Affected>;
  /** Removes the issues with their events; the same error makes a new issue. */
  remove: (issueIds: readonly string[], by: string | null) => Promise<Affected>;
}

/** A step of an issue: `after` null = removed. */
interface Step {
  before: IssueRow;
  after: IssueRow | null;
}

const MAX_RACES = 20;
const EVENTS_A_DELETE = 2_000;

export function createIssueCommands(o: {
  db: Database;
  clock: Pick<Clock, 'now'>;
  onCommitted: (changes: Change[]) => void;
}): IssueCommands {
  async function inTransaction<T extends { changes: Change[] }>(
    run: (tx: Transaction) => Promise<T>,
  ): Promise<T> {
    for (let race = 0; ; race++) {
      try {
        const result = await o.db.transaction(run);
        if (result.changes.length > 0) o.onCommitted(result.changes);
        return result;
      } catch (error) {
        if (classifyFailure(error) !== 'race' || race >= MAX_RACES) throw error;
      }
    }
  }

  async function update(
    issueIds: readonly string[],
    by: string | null,
    action: IssueAction,
    data: NewActivity['data'],
    change: Partial<Pick<IssueRow, 'status' | 'priority' | 'assigned_to'>>,
  ): Promise<Affected> {
    const { steps } = await inTransaction(async (tx) => {
      const nowMs = o.clock.now();
      const rows = await lockIssues(tx, validIds(issueIds));
      const changed = rows
        .map((before) => ({ before, after: { ...before, ...change, rev: before.rev + 1 } }))
        .filter(({ before, after }) => differs(before, after));
      if (changed.length === 0) return { steps: changed, changes: [] };
      const after = changed.map((step) => step.after);
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
      return { steps: changed, changes: await log(tx, changed, action, by, nowMs) };
    });
    return { affected: steps.length };
  }

  async function removeWith(
    issueIds: readonly string[],
    by: string | null,
    action: 'discarded' | 'deleted',
  ): Promise<Affected> {
    const { ids } = await inTransaction(async (tx) => {
      const nowMs = o.clock.now();
      const rows = await lockIssues(tx, validIds(issueIds));
      const removed = rows.map((row) => row.id);
      if (removed.length === 0) return { ids: removed, changes: [] };
      if (action === 'discarded') await buryHashes(tx, removed, nowMs);
      await deleteIssues(tx, removed);
      const steps = rows.map((before): Step => ({ before, after: null }));
      return { ids: removed, changes: await log(tx, steps, action, by, nowMs) };
    });
    // Nobody can read an event whose issue is gone, so these need no common transaction.
    if (ids.length > 0) await deleteAttachmentsOfIssues(o.db, ids);
    if (ids.length > 0) while ((await deleteEventsOf(o.db, ids, EVENTS_A_DELETE)) === EVENTS_A_DELETE);
    return { affected: ids.length };
  }

  return {
    setStatus: (issueIds, status, by) =>
      update(issueIds, by, status, {}, { status: STATUSES.indexOf(status) }),
    async assign(issueIds, userId, by) {
      try {
        return await update(issueIds, by, 'assigned', { assignee: userId }, { assigned_to: userId });
      } catch (error) {
        if (sqlStateOf(error) === '23503')
          throw new MesherError('not_found', 'There is no such user.', { cause: error });
        throw error;
      }
    },
    setPriority: (issueIds, priority, by) =>
      update(issueIds, by, 'priority', { priority }, { priority: PRIORITIES.indexOf(priority) }),
    discard: (issueIds, by) => removeWith(issueIds, by, 'discarded'),
    remove: (issueIds, by) => removeWith(issueIds, by, 'deleted'),
  };
}

function validIds(issueIds: readonly string[]): string[] {
  return [...new Set(issueIds.filter(isIssueId))];
}

function differs(a: IssueRow, b: IssueRow): boolean {
  return a.status !== b.status || a.priority !== b.priority || a.assigned_to !== b.assigned_to;
}

async function log(
  tx: Transaction,
  steps: readonly Step[],
  action: IssueAction,
  by: string | null,
  nowMs: number,
): Promise<Change[]> {
  const drafts = new Map<number, ProjectDraft>();
  for (const { before, after } of steps) {
    const projectId = before.project_id;
    const draft = drafts.get(projectId) ?? emptyDraft(projectId);
    drafts.set(projectId, draft);
    moveUnresolved(draft, before, after);
    if (after) draft.stats.push(issueStats(after));
    draft.entries.push({
      kind: 'issue',
      ts: nowMs,
      issueId: String(before.id),
      action,
      rev: before.rev + 1,
      by,
      data: issueData(after ?? before),
      before: issueMatch(before),
      after: after && issueMatch(after),
    });
  }
  return appendLog(tx, { epoch: await readEpoch(tx), nowMs, drafts: [...drafts.values()] });
}
