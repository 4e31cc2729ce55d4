/** An organization and its members: locked, read, changed. Roles may be several in the library's column: highest counts. */
import type { Role } from '../../viewer.ts';
import { roleOf, type Organization } from '../accounts.ts';
import type { Queryable } from '../database.ts';

const LOCK = 'select id from organization where id = $1 for update';
const ROLE = `select role from member where "organizationId" = $1 and "userId" = $2`;
const OWNERS = `
  select "userId" as id from member where "organizationId" = $1 and 'owner' = any (string_to_array(role, ','))`;
const SET_ROLE = 'update member set role = $3 where "organizationId" = $1 and "userId" = $2';
const REMOVE = 'delete from member where "organizationId" = $1 and "userId" = $2';
const LIST = `
  select user_id, email, name, role, rank from (
    select m."userId" as user_id, u.email, u.name, m.role,
      case m.role when 'owner' then 0 when 'admin' then 1 else 2 end as rank
    from member m join "user" u on u.id = m."userId" where m."organizationId" = $1
  ) as members
  where $2::bigint is null or (rank, email) > ($2, $3) order by rank, email limit $4`;
const UPDATE = `
  update organization set name = coalesce($2, name), slug = coalesce($3, slug)
  where id = $1 returning id, slug, name`;
const HAS_PROJECTS = 'select 1 from projects where organization_id = $1 limit 1';
const DELETE = 'delete from organization where id = $1';

export async function lockOrganization(tx: Queryable, id: string): Promise<void> {
  await tx.execute(LOCK, [id]);
}

export async function roleInOrganization(
  db: Queryable,
  organizationId: string,
  userId: string,
): Promise<Role | null> {
  const [row] = await db.query<{ role: string }>(ROLE, [organizationId, userId]);
  return row ? roleOf(row.role) : null;
}

export async function ownersOf(db: Queryable, organizationId: string): Promise<string[]> {
  return (await db.query<{ id: string }>(OWNERS, [organizationId])).map(({ id }) => id);
}

export async function updateMemberRole(
  tx: Queryable,
  organizationId: string,
  userId: string,
  role: Role,
): Promise<void> {
  await tx.execute(SET_ROLE, [organizationId, userId, role]);
}

export async function deleteMember(tx: Queryable, organizationId: string, userId: string): Promise<void> {
  await tx.execute(REMOVE, [organizationId, userId]);
}

export interface MemberRow {
  user_id: string;
  email: string;
  name: string;
  role: string;
  rank: number;
}

export async function selectMembers(
  db: Queryable,
  o: { organizationId: string; after: { rank: number; email: string } | null; limit: number },
): Promise<MemberRow[]> {
  return db.query(LIST, [o.organizationId, o.after?.rank ?? null, o.after?.email ?? null, o.limit]);
}

export async function updateOrganization(
  tx: Queryable,
  id: string,
  change: { name?: string; slug?: string },
): Promise<Organization | null> {
  const [row] = await tx.query<Organization>(UPDATE, [id, change.name ?? null, change.slug ?? null]);
  return row ?? null;
}

/** To be called with the organization locked: a project that is being made holds a key of it. */
export async function deleteOrganization(
  tx: Queryable,
  id: string,
): Promise<'done' | 'not_found' | 'has_projects'> {
  if ((await tx.query(HAS_PROJECTS, [id])).length > 0) return 'has_projects';
  return (await tx.execute(DELETE, [id])) === 1 ? 'done' : 'not_found';
}
