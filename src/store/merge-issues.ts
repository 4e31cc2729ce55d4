/**
 * Merging issues into one, and taking one apart by hash. Hashes lead new events to where the old ones are, so both move;
 * counters follow. In the lock order of docs/storage.md: issues, then what belongs to them, then the log.
 */
import { MesherError } from '../errors.ts';
import type { Change } from '../protocol/change.ts';
import type { Transaction } from './database.ts';
import { levelName, priorityOf, type IssueRow } from './issue-state.ts';
import { isIssueId } from './issues.ts';
import { logIssueSteps, type Step } from './log-issue-steps.ts';
import { readPayload } from './payload.ts';
import { deleteIssues } from './sql/delete-issues.ts';
import { insertActivity, type NewActivity } from './sql/insert-activity.ts';
import { insertMoves, lockMovesInto, moveUsers } from './sql/issue-moves.ts';
import { lockIssues } from './sql/lock-issues.ts';
import {
  countIssueUsers,
  lockHashesOf,
  moveByHash,
  moveIssues,
  selectGroupingVersion,
  selectEdgeEvent,
  summarizeEvents,
  type OwnedHash,
} from './sql/move-issue.ts';
import { redirectIssues, takeBackId } from './sql/redirect-issues.ts';
import { takeIssueIds } from './sql/take-issue-ids.ts';
import { insertIssues, updateIssues } from './sql/write-issues.ts';

const USERS_AT_ONCE = 1_000;

/** In one short transaction all but the events and users of the sources: `moves` is what is left to do. */
export async function mergeIssues(
  tx: Transaction,
  o: { targetId: string; sourceIds: readonly string[]; by: string | null; nowMs: number },
): Promise<{ affected: number; moves: number[]; changes: Change[] }> {
  const ids = [...new Set([o.targetId, ...o.sourceIds].filter(isIssueId))];
  await lockMovesInto(tx, ids);
  const rows = await lockIssues(tx, ids);
  const target = rows.find((row) => String(row.id) === o.targetId);
  if (!target) throw new MesherError('not_found');
  const sources = rows.filter((row) => row !== target && row.project_id === target.project_id);
  if (sources.length === 0) return { affected: 0, moves: [], changes: [] };
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
      activity(target, 'merged', o, {
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
  return { affected: sources.length, moves, changes: await logIssueSteps(tx, steps, o.by, o.nowMs) };
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

interface Unmerged {
  kind: 'unmerged';
  issueId: string;
  changes: Change[];
}

/** `moving`: events of an earlier merge are still on their way to it. */
export async function unmergeIssue(
  tx: Transaction,
  o: { issueId: string; hashes: readonly string[]; by: string | null; nowMs: number },
): Promise<Unmerged | { kind: 'moving' }> {
  if (isIssueId(o.issueId) && (await lockMovesInto(tx, [o.issueId])) > 0) return { kind: 'moving' };
  const [before] = isIssueId(o.issueId) ? await lockIssues(tx, [o.issueId]) : [];
  if (!before) throw new MesherError('not_found');
  const owned = await lockHashesOf(tx, [before.id]);
  const wanted = new Set(o.hashes);
  const moving = owned.filter((row) => wanted.has(row.hash));
  const chosen = moving.map((row) => row.hash);
  if (chosen.length === 0) throw refused('none of them belongs to this issue');
  if (chosen.length === owned.length) throw refused('one hash at least must stay');
  const { id, rev, title_key } = await idFor(tx, moving, before.id);

  // The row first: hashes and hours point at it.
  const blank: IssueRow = {
    ...before,
    id,
    status: 0,
    condition: null,
    title_key,
    event_count: 0,
    user_count: 0,
    assigned_to: null,
    priority_by_user: false,
    rev,
  };
  await insertIssues(tx, [blank], [await selectGroupingVersion(tx, before.id)]);
  const moved = await moveByHash(tx, { from: before.id, to: id, hashes: chosen });
  if (moved === 0) throw refused('no stored event has one of them');
  const made = {
    ...(await withStoredEvents(tx, blank)),
    event_count: moved,
    priority: await firstPriority(tx, blank),
  };
  const rest = {
    ...(await withStoredEvents(tx, before)),
    // Events that retention deleted are still counted here.
    event_count: before.event_count - moved,
    rev: before.rev + 1,
  };
  await updateIssues(tx, [rest, made]);
  await insertActivity(tx, [
    activity(before, 'unmerged', o, { issue: String(id), events: moved, hashes: chosen.length }),
    activity(made, 'unmerged', o, { from: o.issueId, events: moved, hashes: chosen.length }),
  ]);
  const steps: Step[] = [
    { action: 'unmerged', before: null, after: made },
    { action: 'unmerged', before, after: rest },
  ];
  return { kind: 'unmerged', issueId: String(id), changes: await logIssueSteps(tx, steps, o.by, o.nowMs) };
}

/** Hashes that one issue brought in a merge make that issue again, if its id is free; others make a new one. */
async function idFor(
  tx: Transaction,
  moving: readonly OwnedHash[],
  from: number,
): Promise<Pick<IssueRow, 'id' | 'rev' | 'title_key'>> {
  const origin = moving[0]?.merged_from ?? null;
  if (origin !== null && moving.every((row) => row.merged_from === origin)) {
    const was = await takeBackId(tx, origin, from);
    if (was !== null) return { id: origin, rev: was.rev + 1, title_key: was.title_key };
  }
  const [id] = await takeIssueIds(tx, 1);
  if (id === undefined) throw new Error('PostgreSQL gave no id.');
  // Its events have another title, perhaps: the next one says.
  return { id, rev: 1, title_key: null };
}

function refused(why: string): MesherError {
  return new MesherError('bad_request', `hashes: ${why}.`, { path: 'hashes' });
}

/** The row as the events that are stored make it; without any it stays as it is. */
async function withStoredEvents(tx: Transaction, row: IssueRow): Promise<IssueRow> {
  const user_count = await countIssueUsers(tx, row.id);
  const summary = await summarizeEvents(tx, row.id);
  const last = await selectEdgeEvent(tx, row.id, 'last');
  if (!last || summary.first_seen === null || summary.last_seen === null) return { ...row, user_count };
  const event = readPayload(last);
  const exception = event.exception?.at(-1);
  return {
    ...row,
    user_count,
    level: last.level,
    title: last.title,
    culprit: last.culprit,
    type: exception?.type ?? null,
    value: (exception ? exception.value : event.message) ?? null,
    platform: event.platform ?? row.platform,
    last_event_id: last.event_id,
    first_seen: summary.first_seen,
    last_seen: summary.last_seen,
    first_release: summary.first_release,
    last_release: summary.last_release,
  };
}

/** As when the issue was made of its first event. */
async function firstPriority(tx: Transaction, row: IssueRow): Promise<number> {
  const first = await selectEdgeEvent(tx, row.id, 'first');
  if (!first) return row.priority;
  const handled = (readPayload(first).exception ?? []).every((one) => one.mechanism?.handled !== false);
  return priorityOf({ level: levelName(first.level), handled });
}

function activity(
  row: IssueRow,
  kind: string,
  o: { by: string | null; nowMs: number },
  data: NewActivity['data'],
): NewActivity {
  return { projectId: row.project_id, issueId: row.id, kind, by: o.by, at: o.nowMs, data };
}
