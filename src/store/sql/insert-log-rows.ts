/** The rows of the log, by binary COPY like the events. */
import type { LogEntry } from '../../protocol/change.ts';
import { createCopyEncoder } from '../copy-encoder.ts';
import type { Transaction } from '../database.ts';
import { KIND } from '../log-body.ts';

const COPY = 'copy log (day, project_id, seq, kind, ts, issue_id, body) from stdin with (format binary)';

export interface NewLogRow {
  day: string;
  projectId: number;
  entry: LogEntry;
  /** JSON of the entry without its columns. */
  body: string;
}

export async function insertLogRows(tx: Transaction, rows: readonly NewLogRow[]): Promise<void> {
  await tx.copyIn(COPY, encode(rows));
}

function encode(rows: readonly NewLogRow[]): Uint8Array {
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
