/**
 * Takes the head of each project's log forward and the unresolved count with it. The row lock, held until commit,
 * makes seq order commit order; rows are locked by project id first, since UPDATE alone promises no order.
 */
import type { Queryable } from '../database.ts';

const STATEMENT = {
  name: 'advance_project_logs',
  text: `
    with step as (
      select project_id, entries, levels::integer[] as levels
      from unnest($1::bigint[], $2::bigint[], $3::text[]) as t (project_id, entries, levels)
    ), locked as materialized (
      select project_id, day as day_before from project_log
      where project_id = any ($1) order by project_id for update
    )
    update project_log as head
    set seq = head.seq + step.entries,
        unresolved = head.unresolved + (select sum(delta) from unnest(step.levels) as t (delta)),
        unresolved_levels = (
          select array_agg(held + delta order by at)
          from unnest(head.unresolved_levels, step.levels) with ordinality as t (held, delta, at)
        ),
        day = case when step.entries > 0 then greatest(head.day, $4::date) else head.day end
    from step join locked using (project_id)
    where head.project_id = step.project_id
    returning head.project_id, head.seq, head.unresolved, head.unresolved_levels, head.day, head.day > locked.day_before as is_new_day`,
};

export interface Head {
  seq: number;
  unresolved: number;
  unresolvedByLevel: number[];
  /** Of the partition that takes the entries. */
  day: string;
  isNewDay: boolean;
}

export async function advanceProjectLogs(
  tx: Queryable,
  steps: readonly { projectId: number; entries: number; unresolvedDelta: readonly number[] }[],
  today: string,
): Promise<Map<number, Head>> {
  const rows = await tx.query<{
    project_id: number;
    seq: number;
    unresolved: number;
    unresolved_levels: number[];
    day: string;
    is_new_day: boolean;
  }>(STATEMENT, [
    steps.map((s) => s.projectId),
    steps.map((s) => s.entries),
    steps.map((s) => `{${s.unresolvedDelta.join(',')}}`),
    today,
  ]);
  return new Map(
    rows.map((row) => [
      row.project_id,
      {
        seq: row.seq,
        unresolved: row.unresolved,
        unresolvedByLevel: row.unresolved_levels,
        day: row.day,
        isNewDay: row.is_new_day,
      },
    ]),
  );
}
