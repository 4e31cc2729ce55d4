/**
 * People, organizations and memberships in better-auth's tables, for what its own API cannot do: writing inside our
 * transaction (set-up, command line), and reading a person with every role in one statement.
 */
import { randomUUID } from 'node:crypto';
import type { Member } from '../protocol/rest.ts';
import type { Role } from '../viewer.ts';
import type { Database, Queryable } from './database.ts';

export interface StoredAccount {
  id: string;
  email: string;
  name: string;
  isInstanceAdmin: boolean;
  organizations: { id: string; slug: string; name: string; role: Role }[];
}

/** A person to be, as `auth` prepared it: checked, with the password hashed. */
export interface NewUser {
  id: string;
  accountId: string;
  /** Lower case. */
  email: string;
  name: string;
  passwordHash: string;
}

export type MemberChange = 'ok' | 'last_owner' | 'not_found';

export interface AccountStore {
  loadAccount(userId: string): Promise<StoredAccount | null>;
  findUserByEmail(email: string): Promise<{ id: string } | null>;
  /** The oldest instance admin: in whose name the command line acts on its own machine. */
  firstInstanceAdmin(): Promise<{ id: string } | null>;
  findOrganization(slug?: string): Promise<{ id: string; slug: string; name: string } | null>;
  createOrganization(name: string, slug: string, on?: Queryable): Promise<string>;
  renameOrganization(id: string, name: string, on?: Queryable): Promise<void>;
  /** Throws a unique violation when the e-mail is taken. */
  createUser(user: NewUser, o: { isInstanceAdmin: boolean }, on?: Queryable): Promise<void>;
  addMember(organizationId: string, userId: string, role: Role, on?: Queryable): Promise<void>;
  listMembers(organizationId: string): Promise<Member[]>;
  isMember(organizationId: string, userId: string): Promise<boolean>;
  setMemberRole(organizationId: string, userId: string, role: Role): Promise<MemberChange>;
  removeMember(organizationId: string, userId: string): Promise<MemberChange>;
}

export function createAccountStore(db: Database): AccountStore {
  /** Owners are locked in one order, so that two of them cannot remove each other at the same moment. */
  async function unlessLastOwner(
    organizationId: string,
    userId: string,
    change: (on: Queryable) => Promise<number>,
  ): Promise<MemberChange> {
    return db.transaction(async (tx) => {
      const owners = await tx.query<{ user_id: string }>(
        `select "userId" as user_id from member where "organizationId" = $1 and role = 'owner' order by id for update`,
        [organizationId],
      );
      if (owners.length === 1 && owners[0]?.user_id === userId) return 'last_owner';
      return (await change(tx)) === 1 ? 'ok' : 'not_found';
    });
  }

  return {
    async loadAccount(userId) {
      const rows = await db.query<{
        id: string;
        email: string;
        name: string;
        is_admin: boolean | null;
        organizations: StoredAccount['organizations'];
      }>(
        `select u.id, u.email, u.name, u."isInstanceAdmin" as is_admin,
                coalesce((select json_agg(json_build_object('id', o.id, 'slug', o.slug, 'name', o.name, 'role', m.role) order by o.name)
                          from member m join organization o on o.id = m."organizationId" where m."userId" = u.id), '[]') as organizations
         from "user" u where u.id = $1`,
        [userId],
      );
      const row = rows[0];
      return row
        ? {
            id: row.id,
            email: row.email,
            name: row.name,
            isInstanceAdmin: row.is_admin === true,
            organizations: row.organizations,
          }
        : null;
    },
    async findUserByEmail(email) {
      const rows = await db.query<{ id: string }>('select id from "user" where email = $1', [
        email.toLowerCase(),
      ]);
      return rows[0] ?? null;
    },
    async firstInstanceAdmin() {
      const rows = await db.query<{ id: string }>(
        'select id from "user" where "isInstanceAdmin" order by "createdAt", id limit 1',
      );
      return rows[0] ?? null;
    },
    async findOrganization(slug) {
      const rows = await db.query<{ id: string; slug: string; name: string }>(
        'select id, slug, name from organization where $1::text is null or slug = $1 order by "createdAt", id limit 1',
        [slug ?? null],
      );
      return rows[0] ?? null;
    },
    async createOrganization(name, slug, on = db) {
      const id = randomUUID();
      await on.execute('insert into organization (id, name, slug, "createdAt") values ($1, $2, $3, now())', [
        id,
        name,
        slug,
      ]);
      return id;
    },
    async renameOrganization(id, name, on = db) {
      await on.execute('update organization set name = $2 where id = $1', [id, name]);
    },
    async createUser(user, { isInstanceAdmin }, on = db) {
      await on.execute(
        `with made as (
           insert into "user" (id, name, email, "emailVerified", "isInstanceAdmin") values ($1, $2, $3, false, $4)
           returning id)
         insert into account (id, "accountId", "providerId", "userId", password, "updatedAt")
         select $5, id, 'credential', id, $6, now() from made`,
        [user.id, user.name, user.email, isInstanceAdmin, user.accountId, user.passwordHash],
      );
    },
    async addMember(organizationId, userId, role, on = db) {
      await on.execute(
        'insert into member (id, "organizationId", "userId", role, "createdAt") values ($1, $2, $3, $4, now())',
        [randomUUID(), organizationId, userId, role],
      );
    },
    listMembers: (organizationId) =>
      db.query<Member>(
        `select u.id as user_id, u.email, u.name, m.role from member m join "user" u on u.id = m."userId"
         where m."organizationId" = $1 order by u.name, u.id`,
        [organizationId],
      ),
    async isMember(organizationId, userId) {
      const rows = await db.query('select from member where "organizationId" = $1 and "userId" = $2', [
        organizationId,
        userId,
      ]);
      return rows.length > 0;
    },
    async setMemberRole(organizationId, userId, role) {
      const set = (on: Queryable) =>
        on.execute('update member set role = $3 where "organizationId" = $1 and "userId" = $2', [
          organizationId,
          userId,
          role,
        ]);
      return role === 'owner'
        ? (await set(db)) === 1
          ? 'ok'
          : 'not_found'
        : unlessLastOwner(organizationId, userId, set);
    },
    removeMember: (organizationId, userId) =>
      unlessLastOwner(organizationId, userId, (on) =>
        on.execute('delete from member where "organizationId" = $1 and "userId" = $2', [
          organizationId,
          userId,
        ]),
      ),
  };
}
