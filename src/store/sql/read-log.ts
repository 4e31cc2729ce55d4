/**
 * Entries of a project after a seq, ascending. log_days says which days can hold them: since seq is dense and the day
 * never goes back, `after + limit` bounds them above, so a resume touches one or two partitions.
 */
import type { Queryable } from '../database.ts';
import type { LogRow } from '../log-body.ts';

const STATEMENT = {
  name: 'read_log',
  text: `
    select l.seq, l.kind, l.ts, l.issue_id, l.body
    from log l
    where l.project_id = $1 and l.seq > $2
      and l.day >= coalesce(
        (select max(d.day) from log_days d where d.project_id = $1 and d.first_seq <= $2 + 1), '-infinity')
      and l.day <= (select max(d.day) from log_days d where d.project_id = $1 and d.first_seq <= $2 + $3)
    order by l.seq
    limit $3`,
};

export async function readLogRows(
  db: Queryable,
  projectId: number,
  afterSeq: number,
  limit: number,
): Promise<LogRow[]> {
  return db.query<LogRow>(STATEMENT, [projectId, afterSeq, limit]);
}
