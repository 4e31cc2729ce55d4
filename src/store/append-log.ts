/**
 * The last step of every transaction that changes issues: gives the entries their seq under the lock of each
 * project's head, moves the unresolved count, writes the rows. In: drafts per project. Out: one Change per project.
 */
import type { Change, IssueStats, LogEntry } from '../protocol/change.ts';
import { LEVELS } from '../event.ts';
import type { Transaction } from './database.ts';
import type { IssueRow } from './issue-state.ts';
import { bodyOf, type EntryDraft } from './log-body.ts';
import { dayOf } from './partitions.ts';
import { advanceProjectLogs } from './sql/advance-project-logs.ts';
import { insertLogDays } from './sql/insert-log-days.ts';
import { insertLogRows, type NewLogRow } from './sql/insert-log-rows.ts';

export interface ProjectDraft {
  projectId: number;
  entries: EntryDraft[];
  /** By level, in the order of LEVELS. */
  unresolvedDelta: number[];
  stats: IssueStats[];
}

export function emptyDraft(projectId: number): ProjectDraft {
  return { projectId, entries: [], unresolvedDelta: LEVELS.map(() => 0), stats: [] };
}

/** Counts what one issue was and is; null: it does not exist. */
export function moveUnresolved(
  draft: ProjectDraft,
  before: Pick<IssueRow, 'status' | 'level'> | null,
  after: Pick<IssueRow, 'status' | 'level'> | null,
): void {
  const add = (row: Pick<IssueRow, 'status' | 'level'> | null, by: number): void => {
    if (row?.status === 0) draft.unresolvedDelta[row.level] = (draft.unresolvedDelta[row.level] ?? 0) + by;
  };
  add(before, -1);
  add(after, 1);
}

export async function appendLog(
  tx: Transaction,
  o: { epoch: string; nowMs: number; drafts: readonly ProjectDraft[] },
): Promise<Change[]> {
  const drafts = [...o.drafts].sort((a, b) => a.projectId - b.projectId);
  if (drafts.length === 0) return [];
  const heads = await advanceProjectLogs(
    tx,
    drafts.map((draft) => ({
      projectId: draft.projectId,
      entries: draft.entries.length,
      unresolvedDelta: draft.unresolvedDelta,
    })),
    dayOf(o.nowMs),
  );
  const changes: Change[] = [];
  const rows: NewLogRow[] = [];
  const days: { projectId: number; day: string; firstSeq: number }[] = [];
  for (const { projectId, entries, stats } of drafts) {
    const head = heads.get(projectId);
    if (!head) throw new Error(`Project ${projectId} has no log.`);
    const before = head.seq - entries.length;
    const numbered = entries.map((draft, i): LogEntry => ({ ...draft, seq: before + 1 + i }));
    changes.push({
      projectId,
      epoch: o.epoch,
      entries: numbered,
      head: head.seq,
      unresolved: head.unresolved,
      unresolvedByLevel: head.unresolvedByLevel,
      stats,
    });
    entries.forEach((draft, i) => {
      const entry = numbered[i];
      if (entry) rows.push({ day: head.day, projectId, entry, body: bodyOf(draft) });
    });
    if (head.isNewDay && entries.length > 0) days.push({ projectId, day: head.day, firstSeq: before + 1 });
  }
  if (days.length > 0) await insertLogDays(tx, days);
  if (rows.length > 0) await insertLogRows(tx, rows);
  return changes;
}
