/** Saved searches of a project: read as one person sees them, made, changed, removed. */
import type { Queryable } from '../database.ts';

const COLUMNS = `
  s.id, s.private_to, s.created_by, u.name as author, s.name, s.query, s.sort`;
const LOCK_PROJECT = 'select id from projects where id = $1 for no key update';
const LIST = `
  select ${COLUMNS} from saved_searches s left join "user" u on u.id = s.created_by
  where s.project_id = $1 and (s.private_to is null or s.private_to = $2)`;
const FIND = `${LIST} and s.id = $3`;
const COUNT = `
  select count(*)::int as n from saved_searches where project_id = $1 and private_to is not distinct from $2`;
/** No row: the name is taken. */
const INSERT = `
  insert into saved_searches (project_id, private_to, created_by, name, query, sort) values ($1, $2, $3, $4, $5, $6)
  on conflict do nothing returning id`;
const NAME_TAKEN = `
  select 1 from saved_searches
  where project_id = $1 and coalesce(private_to, '') = coalesce($2, '') and lower(name) = lower($3) and id <> $4`;
const UPDATE =
  'update saved_searches set private_to = $3, name = $4, query = $5, sort = $6 where project_id = $1 and id = $2';
const DELETE = 'delete from saved_searches where project_id = $1 and id = $2';

export interface SavedSearchRow {
  id: number;
  private_to: string | null;
  created_by: string | null;
  author: string | null;
  name: string;
  query: string;
  sort: string;
}

export interface SavedSearchFields {
  /** null: everybody's. */
  privateTo: string | null;
  name: string;
  query: string;
  sort: string;
}

/** One at a time: limits and names hold also for two who save at the same moment. */
export async function lockProjectSearches(tx: Queryable, projectId: number): Promise<void> {
  await tx.execute(LOCK_PROJECT, [projectId]);
}

export async function selectSavedSearches(
  db: Queryable,
  projectId: number,
  userId: string,
): Promise<SavedSearchRow[]> {
  return db.query(LIST, [projectId, userId]);
}

export async function selectSavedSearch(
  db: Queryable,
  projectId: number,
  userId: string,
  id: number,
): Promise<SavedSearchRow | null> {
  const [row] = await db.query<SavedSearchRow>(FIND, [projectId, userId, id]);
  return row ?? null;
}

export async function countSavedSearches(
  db: Queryable,
  projectId: number,
  privateTo: string | null,
): Promise<number> {
  const [row] = await db.query<{ n: number }>(COUNT, [projectId, privateTo]);
  return row?.n ?? 0;
}

/** null: the name is taken. */
export async function insertSavedSearch(
  tx: Queryable,
  projectId: number,
  createdBy: string,
  o: SavedSearchFields,
): Promise<number | null> {
  const [row] = await tx.query<{ id: number }>(INSERT, [
    projectId,
    o.privateTo,
    createdBy,
    o.name,
    o.query,
    o.sort,
  ]);
  return row?.id ?? null;
}

export async function isSearchNameTaken(
  db: Queryable,
  projectId: number,
  id: number,
  o: Pick<SavedSearchFields, 'privateTo' | 'name'>,
): Promise<boolean> {
  return (await db.query(NAME_TAKEN, [projectId, o.privateTo, o.name, id])).length > 0;
}

export async function updateSavedSearch(
  tx: Queryable,
  projectId: number,
  id: number,
  o: SavedSearchFields,
): Promise<void> {
  await tx.execute(UPDATE, [projectId, id, o.privateTo, o.name, o.query, o.sort]);
}

export async function deleteSavedSearch(tx: Queryable, projectId: number, id: number): Promise<void> {
  await tx.execute(DELETE, [projectId, id]);
}
