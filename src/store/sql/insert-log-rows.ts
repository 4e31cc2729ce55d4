/** The rows of the log; COPY for many, this insert for a few. */
import type { LogEntry } from '../../protocol/change.ts';
import type { Queryable } from '../database.ts';
import { KIND } from '../log-body.ts';

export const COPY_LOG =
  'copy log (day, project_id, seq, kind, ts, issue_id, body) from stdin with (format binary)';

const INSERT = {
  name: 'insert_log_rows',
  text: `
    insert into log (day, project_id, seq, kind, ts, issue_id, body)
    select * from unnest($1::date[], $2::bigint[], $3::bigint[], $4::smallint[], $5::timestamptz[], $6::bigint[], $7::text[])`,
};

export async function insertLogRows(
  tx: Queryable,
  rows: readonly { day: string; projectId: number; entry: LogEntry; body: string }[],
): Promise<void> {
  await tx.execute(INSERT, [
    rows.map((row) => row.day),
    rows.map((row) => row.projectId),
    rows.map((row) => row.entry.seq),
    rows.map((row) => KIND[row.entry.kind]),
    rows.map((row) => new Date(row.entry.ts).toISOString()),
    rows.map((row) => row.entry.issueId),
    rows.map((row) => row.body),
  ]);
}
