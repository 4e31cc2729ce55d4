/** The tags of a project's events by the day (of UTC) they happened. Written under the lock of `lockTags` only. */
import type { Queryable } from '../database.ts';
import type { PackedTags } from '../tag-counts.ts';

const SELECT = {
  name: 'select_project_tags',
  text: `
    select p.project_id, p.day, p.counts
    from unnest($1::bigint[], $2::date[]) as wanted (project_id, day)
    join project_tags p on p.project_id = wanted.project_id and p.day = wanted.day`,
};
const WRITE = {
  name: 'write_project_tags',
  text: `
    insert into project_tags (project_id, day, counts)
    select * from unnest($1::bigint[], $2::date[], $3::json[])
    on conflict (project_id, day) do update set counts = excluded.counts`,
};
const OF_DAYS = 'select counts from project_tags where project_id = $1 and day >= $2 and day <= $3';

export interface ProjectTags {
  projectId: number;
  /** 'YYYY-MM-DD' */
  day: string;
  counts: PackedTags;
}

export async function selectProjectTags(
  tx: Queryable,
  days: readonly Omit<ProjectTags, 'counts'>[],
): Promise<ProjectTags[]> {
  const rows = await tx.query<{ project_id: number; day: string; counts: PackedTags }>(SELECT, [
    days.map((row) => row.projectId),
    days.map((row) => row.day),
  ]);
  return rows.map(({ project_id: projectId, day, counts }) => ({ projectId, day, counts }));
}

export async function writeProjectTags(tx: Queryable, rows: readonly ProjectTags[]): Promise<void> {
  await tx.execute(WRITE, [
    rows.map((row) => row.projectId),
    rows.map((row) => row.day),
    rows.map((row) => JSON.stringify(row.counts)),
  ]);
}

/** One for each day that has any; both days included. */
export async function selectTagsOfDays(
  db: Queryable,
  projectId: number,
  days: { first: string; last: string },
): Promise<PackedTags[]> {
  const { text, values } = tagsOfDaysStatement(projectId, days);
  const rows = await db.query<{ counts: PackedTags }>(text, values);
  return rows.map((row) => row.counts);
}

export function tagsOfDaysStatement(
  projectId: number,
  days: { first: string; last: string },
): { text: string; values: unknown[] } {
  return { text: OF_DAYS, values: [projectId, days.first, days.last] };
}
