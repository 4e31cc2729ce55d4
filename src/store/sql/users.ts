/** People of the instance: listed, made its admins, removed with what is theirs. */
import type { Queryable } from '../database.ts';

const LIST = `
  select id, email, name, coalesce("isInstanceAdmin", false) as admin, "createdAt" as created_at from "user"
  where $1::text is null or email > $1 order by email limit $2`;
/** In one order, so that two who take the right from each other wait instead of both going ahead. */
const LOCK_ADMINS = `select id from "user" where "isInstanceAdmin" order by id for no key update`;
const SET_ADMIN = `update "user" set "isInstanceAdmin" = $2 where id = $1`;
const EMAIL = 'select email from "user" where id = $1';
const LOCK_ORGANIZATIONS = `
  select o.id from organization o join member m on m."organizationId" = o.id
  where m."userId" = $1 order by o.id for update of o`;
const SOLE_OWNER_OF = `
  select o.name from member m join organization o on o.id = m."organizationId"
  where m."userId" = $1 and m.role = 'owner' and not exists (
    select from member x where x."organizationId" = m."organizationId" and x.role = 'owner' and x."userId" <> $1)
  order by o.name limit 1`;
const DELETE_TOKENS = 'delete from apikey where "referenceId" = $1';
/** Sessions, accounts, memberships and stream tokens go by foreign key. */
const DELETE = 'delete from "user" where id = $1';

const NO_TWO_FACTOR = `update "user" set "twoFactorEnabled" = false where id = $1`;
const DROP_TWO_FACTOR = 'delete from "twoFactor" where "userId" = $1';

export interface UserRow {
  id: string;
  email: string;
  name: string;
  admin: boolean;
  created_at: number;
}

export async function selectUsers(
  db: Queryable,
  o: { after: string | null; limit: number },
): Promise<UserRow[]> {
  return db.query(LIST, [o.after, o.limit]);
}

/** Ids of the admins of the instance, who stay so until the transaction ends. */
export async function lockInstanceAdmins(tx: Queryable): Promise<string[]> {
  return (await tx.query<{ id: string }>(LOCK_ADMINS)).map(({ id }) => id);
}

export async function setInstanceAdmin(db: Queryable, userId: string, isAdmin: boolean): Promise<boolean> {
  return (await db.execute(SET_ADMIN, [userId, isAdmin])) === 1;
}

export async function emailOf(db: Queryable, userId: string): Promise<string | null> {
  const [row] = await db.query<{ email: string }>(EMAIL, [userId]);
  return row?.email ?? null;
}

/** The name of an organization that would be left without an owner; locks those of the user. */
export async function soleOwnerOf(tx: Queryable, userId: string): Promise<string | null> {
  await tx.execute(LOCK_ORGANIZATIONS, [userId]);
  const [row] = await tx.query<{ name: string }>(SOLE_OWNER_OF, [userId]);
  return row?.name ?? null;
}

export async function deleteUser(tx: Queryable, userId: string): Promise<void> {
  await tx.execute(DELETE_TOKENS, [userId]);
  await tx.execute(DELETE, [userId]);
}

export async function clearTwoFactor(tx: Queryable, userId: string): Promise<void> {
  await tx.execute(NO_TWO_FACTOR, [userId]);
  await tx.execute(DROP_TWO_FACTOR, [userId]);
}
