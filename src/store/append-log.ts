/**
 * The last step of every transaction that changes issues: gives the entries their seq under the lock of each
 * project's head, moves the unresolved count, writes the rows. In: drafts per project. Out: one Change per project.
 */
import type { Change, IssueStats, LogEntry } from '../protocol/change.ts';
import { createCopyEncoder } from './copy-encoder.ts';
import type { Transaction } from './database.ts';
import { bodyOf, KIND, type EntryDraft } from './log-body.ts';
import { dayOf } from './partitions.ts';
import { advanceProjectLogs } from './sql/advance-project-logs.ts';
import { insertLogDays } from './sql/insert-log-days.ts';
import { COPY_LOG, insertLogRows } from './sql/insert-log-rows.ts';

export interface ProjectDraft {
  projectId: number;
  entries: EntryDraft[];
  unresolvedDelta: number;
  stats: IssueStats[];
}

/** Below this many rows one `insert … select unnest` beats the second round trip of COPY. */
const COPY_FROM_ROWS = 8;

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
  const rows: { day: string; projectId: number; entry: LogEntry; body: string }[] = [];
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
      stats,
    });
    entries.forEach((draft, i) => {
      const entry = numbered[i];
      if (entry) rows.push({ day: head.day, projectId, entry, body: bodyOf(draft) });
    });
    if (head.isNewDay && entries.length > 0) days.push({ projectId, day: head.day, firstSeq: before + 1 });
  }
  if (days.length > 0) await insertLogDays(tx, days);
  if (rows.length === 0) return changes;
  if (rows.length < COPY_FROM_ROWS) await insertLogRows(tx, rows);
  else await tx.copyIn(COPY_LOG, encode(rows));
  return changes;
}

function encode(
  rows: readonly { day: string; projectId: number; entry: LogEntry; body: string }[],
): Uint8Array {
  const copy = createCopyEncoder(rows.length * 1_500);
  for (const { day, projectId, entry, body } of rows) {
    copy.row(7);
    copy.date(day);
    copy.int8(projectId);
    copy.int8(entry.seq);
    copy.int2(KIND[entry.kind]);
    copy.timestamp(entry.ts);
    copy.int8(Number(entry.issueId));
    copy.text(body);
  }
  return copy.finish();
}
