/**
 * Merging issues into one. Hashes lead new events to where the old ones are, so both move; counters follow. In the lock
 * order of docs/storage.md: issues, then what belongs to them, then the log.
 */
import { MesherError } from '../errors.ts';
import type { Change } from '../protocol/change.ts';
import type { Transaction } from './database.ts';
import type { IssueRow } from './issue-state.ts';
import { isIssueId } from './issues.ts';
import { logIssueSteps, type Step } from './log-issue-steps.ts';
import { BUSY, type Busy } from './issues-at-rest.ts';
import { deleteIssues } from './sql/delete-issues.ts';
import { insertActivity, type NewActivity } from './sql/insert-activity.ts';
import { insertMoves, lockMoves, moveUsers } from './sql/issue-moves.ts';
import { lockIssues } from './sql/lock-issues.ts';
import { lockHashesOf, moveIssues } from './sql/move-issue.ts';
import { redirectIssues } from './sql/redirect-issues.ts';
import { updateIssues } from './sql/write-issues.ts';

const USERS_AT_ONCE = 1_000;

/**
 * In one short transaction all but the events and users of the sources: `moves` is what is left to do. `busy`: one of
 * them is being taken apart, so its events are not all its own.
 */
export async function mergeIssues(
  tx: Transaction,
  o: { targetId: string; sourceIds: readonly string[]; by: string | null; nowMs: number },
): Promise<{ kind: 'done'; affected: number; moves: number[]; changes: Change[] } | Busy> {
  const ids = [...new Set([o.targetId, ...o.sourceIds].filter(isIssueId))];
  if ((await lockMoves(tx, ids)).some((move) => move.apart)) return BUSY;
  const rows = await lockIssues(tx, ids);
  const target = rows.find((row) => String(row.id) === o.targetId);
  if (!target) throw new MesherError('not_found');
  const sources = rows.filter((row) => row !== target && row.project_id === target.project_id);
  if (sources.length === 0) return { kind: 'done', affected: 0, moves: [], changes: [] };
  const sourceIds = sources.map((row) => row.id);
  const hashes = await lockHashesOf(tx, sourceIds);
  await moveIssues(tx, sourceIds, target.id);
  await redirectIssues(tx, sourceIds, target.id, o.nowMs);
  const moves = await insertMoves(tx, sourceIds, target.id);
  await deleteIssues(tx, sourceIds);
  const after = {
    ...mergedRow(target, sources),
    user_count: target.user_count + (await moveFewUsers(tx, sources, target.id)),
    rev: target.rev + 1,
  };
  await updateIssues(tx, [after]);
  await insertActivity(
    tx,
    sources.map((source) =>
      activity(target, o, {
        issue: String(source.id),
        title: source.title,
        events: source.event_count,
        // For undoing it; a person who needs more finds all hashes on the page.
        hashes: hashes
          .filter((row) => row.issue_id === source.id)
          .slice(0, 100)
          .map((row) => row.hash)
          .join(' '),
      }),
    ),
  );
  const steps: Step[] = sources.map((before) => ({ action: 'merged', before, after: null }));
  steps.push({ action: 'merged', before: target, after });
  const changes = await logIssueSteps(tx, steps, o.by, o.nowMs);
  return { kind: 'done', affected: sources.length, moves, changes };
}

/** So that the entry has the right number, mostly; of issues with many users they follow in portions. */
async function moveFewUsers(tx: Transaction, sources: readonly IssueRow[], target: number): Promise<number> {
  let added = 0;
  if (sources.reduce((sum, row) => sum + row.user_count, 0) > USERS_AT_ONCE) return added;
  for (const { id } of sources) added += (await moveUsers(tx, id, target, USERS_AT_ONCE)).added;
  return added;
}

/** State, priority and assignee are the target's; what the last event says is that of the issue seen last. */
function mergedRow(target: IssueRow, sources: readonly IssueRow[]): IssueRow {
  const all = [target, ...sources];
  const byFirst = all.toSorted((a, b) => a.first_seen - b.first_seen);
  const byLast = all.toSorted((a, b) => b.last_seen - a.last_seen);
  const last = byLast[0] ?? target;
  return {
    ...target,
    level: last.level,
    type: last.type,
    value: last.value,
    title: last.title,
    culprit: last.culprit,
    last_event_id: last.last_event_id,
    event_count: all.reduce((sum, row) => sum + row.event_count, 0),
    first_seen: byFirst[0]?.first_seen ?? target.first_seen,
    last_seen: last.last_seen,
    first_release: byFirst.find((row) => row.first_release !== null)?.first_release ?? null,
    last_release: byLast.find((row) => row.last_release !== null)?.last_release ?? null,
  };
}

function activity(
  row: IssueRow,
  o: { by: string | null; nowMs: number },
  data: NewActivity['data'],
): NewActivity {
  return { projectId: row.project_id, issueId: row.id, kind: 'merged', by: o.by, at: o.nowMs, data };
}
