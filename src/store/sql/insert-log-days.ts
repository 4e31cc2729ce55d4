/** Notes the first seq of a project's new day, which tells a reader where to begin. */
import type { Queryable } from '../database.ts';

const STATEMENT = {
  name: 'insert_log_days',
  text: `
    insert into log_days (project_id, day, first_seq)
    select * from unnest($1::bigint[], $2::date[], $3::bigint[])
    on conflict (project_id, day) do nothing`,
};

export async function insertLogDays(
  tx: Queryable,
  days: readonly { projectId: number; day: string; firstSeq: number }[],
): Promise<void> {
  await tx.execute(STATEMENT, [
    days.map((d) => d.projectId),
    days.map((d) => d.day),
    days.map((d) => d.firstSeq),
  ]);
}
