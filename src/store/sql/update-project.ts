/** Changes what is given; undefined leaves a column as it is. */
import type { Queryable } from '../database.ts';

const STATEMENT = `
  update projects set name = coalesce($2, name), slug = coalesce($3, slug),
    platform = case when $4 then $5 else platform end, settings = coalesce($6::jsonb, settings)
  where id = $1`;

export async function updateProject(
  db: Queryable,
  id: number,
  change: {
    name?: string | undefined;
    slug?: string | undefined;
    platform?: string | null | undefined;
    settings?: object | undefined;
  },
): Promise<void> {
  await db.execute(STATEMENT, [
    id,
    change.name ?? null,
    change.slug ?? null,
    change.platform !== undefined,
    change.platform ?? null,
    change.settings === undefined ? null : JSON.stringify(change.settings),
  ]);
}
