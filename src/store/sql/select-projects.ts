/** Projects with their organization's slug and the number of unresolved issues. */
import type { Queryable } from '../database.ts';

export interface ProjectRow<Settings> {
  id: number;
  slug: string;
  name: string;
  platform: string | null;
  organization_id: string;
  organization_slug: string;
  settings: Settings;
  created_at: number;
  first_event_at: number | null;
  unresolved: number;
}

const SELECT = `
  select p.id, p.slug, p.name, p.platform, p.organization_id, o.slug as organization_slug, p.settings, p.created_at,
    p.first_event_at, coalesce(h.unresolved, 0) as unresolved
  from projects p
  join organization o on o.id = p.organization_id
  left join project_log h on h.project_id = p.id`;

export async function selectProjectsOf<Settings>(
  db: Queryable,
  organizationIds: readonly string[],
  { after, limit }: { after: { name: string; id: number } | null; limit: number },
): Promise<ProjectRow<Settings>[]> {
  return db.query(
    `${SELECT} where p.organization_id = any ($1) and ($2::text is null or (lower(p.name), p.id) > (lower($2), $3::bigint))
     order by lower(p.name), p.id limit $4`,
    [organizationIds, after?.name ?? null, after?.id ?? null, limit],
  );
}

/** A slug has at least one letter, so digits are an id. */
export async function selectProject<Settings>(
  db: Queryable,
  idOrSlug: string | number,
): Promise<ProjectRow<Settings> | null> {
  const key = String(idOrSlug);
  const column = /^\d{1,15}$/.test(key) ? 'p.id' : 'p.slug';
  const [row] = await db.query<ProjectRow<Settings>>(`${SELECT} where ${column} = $1`, [key]);
  return row ?? null;
}

/** Of the whole instance, the oldest first. */
export async function selectAllProjects<Settings>(db: Queryable): Promise<ProjectRow<Settings>[]> {
  return db.query(`${SELECT} order by p.id`);
}
