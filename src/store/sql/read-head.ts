/** Where a project's log stands: newest seq, oldest that is kept, unresolved issues, all of one moment. */
import type { LogHead } from '../../protocol/change.ts';
import type { Queryable } from '../database.ts';

const STATEMENT = {
  name: 'read_head',
  text: `
    select i.epoch, h.seq as head, h.unresolved, h.unresolved_levels,
      coalesce((select min(d.first_seq) from log_days d where d.project_id = h.project_id), h.seq + 1) as oldest
    from project_log h cross join instance i
    where h.project_id = $1`,
};

export async function readLogHead(db: Queryable, projectId: number): Promise<LogHead | null> {
  const [row] = await db.query<Omit<LogHead, 'unresolvedByLevel'> & { unresolved_levels: number[] }>(
    STATEMENT,
    [projectId],
  );
  if (!row) return null;
  const { unresolved_levels: unresolvedByLevel, ...head } = row;
  return { ...head, unresolvedByLevel };
}
