/** A project and the head of its log, in one statement. */
import type { Queryable } from '../database.ts';

const STATEMENT = `
  with project as (
    insert into projects (organization_id, slug, name, platform, settings) values ($1, $2, $3, $4, $5)
    returning id
  )
  insert into project_log (project_id) select id from project returning project_id as id`;

export async function insertProject(
  tx: Queryable,
  o: { organizationId: string; slug: string; name: string; platform: string | null; settings: object },
): Promise<number> {
  const [row] = await tx.query<{ id: number }>(STATEMENT, [
    o.organizationId,
    o.slug,
    o.name,
    o.platform,
    JSON.stringify(o.settings),
  ]);
  if (!row) throw new Error('PostgreSQL returned no project.');
  return row.id;
}
