/**
 * People, organizations and who belongs where, as they are made and read: the statements on the tables of
 * 0001-accounts.sql that `auth`, the first start and the command line need. Changes by people: members.ts, users.ts,
 * credentials.ts, invitations.ts. Passwords arrive hashed.
 */
import { randomUUID } from 'node:crypto';
import type { Page } from '../protocol/rest.ts';
import type { Actor, Role } from '../viewer.ts';
import { writeAudit } from './audit.ts';
import { pageOfAll } from './cursor.ts';
import type { Database, Queryable } from './database.ts';
import { slugOf } from './slug.ts';

export interface NewUser {
  id: string;
  accountId: string;
  email: string;
  name: string;
  passwordHash: string;
}

export interface Organization {
  id: string;
  slug: string;
  name: string;
}

export interface Memberships {
  email: string;
  name: string;
  isInstanceAdmin: boolean;
  twoFactor: boolean;
  organizations: (Organization & { role: Role })[];
}

export interface AccountStore {
  loadMemberships(userId: string): Promise<Memberships | null>;
  /** By name. */
  listOrganizations(
    userId: string,
    request: { cursor?: string; limit: number },
  ): Promise<Page<Memberships['organizations'][number]>>;
  insertUser(user: NewUser, tx?: Queryable): Promise<'created' | 'email_taken'>;
  /**
   * The first person of an instance: instance admin and owner of its oldest organization, which takes the name
   * (the first start has already made it, with the first project); made when there is none.
   */
  insertFirstUser(
    tx: Queryable,
    user: NewUser,
    o: { organizationName: string; by: Actor },
  ): Promise<Organization>;
  /** The oldest instance admin: in whose name the command line acts on its own machine. */
  firstInstanceAdmin(): Promise<{ id: string } | null>;
  findUser(email: string): Promise<{ id: string; email: string; name: string } | null>;
  /** The oldest organization when no id or slug is given. */
  findOrganization(idOrSlug?: string): Promise<Organization | null>;
  createOrganization(o: { name: string }): Promise<Organization>;
  /** Adds, or changes the role. */
  addMember(o: { organizationId: string; userId: string; role: Role }, tx?: Queryable): Promise<void>;
}

export function createAccountStore(db: Database): AccountStore {
  const inTransaction = <T>(tx: Queryable | undefined, run: (tx: Queryable) => Promise<T>) =>
    tx ? run(tx) : db.transaction(run);

  async function loadMemberships(userId: string): Promise<Memberships | null> {
    const rows = await db.query<{
      email: string;
      name: string;
      admin: boolean;
      two_factor: boolean;
      id: string | null;
      slug: string;
      organization: string;
      role: string;
    }>(
      `select u.email, u.name, coalesce(u."isInstanceAdmin", false) as admin,
           coalesce(u."twoFactorEnabled", false) as two_factor,
           o.id, o.slug, o.name as organization, m.role
         from "user" u
         left join member m on m."userId" = u.id
         left join organization o on o.id = m."organizationId"
         where u.id = $1 order by o."createdAt", o.id`,
      [userId],
    );
    const [first] = rows;
    if (!first) return null;
    return {
      email: first.email,
      name: first.name,
      isInstanceAdmin: first.admin,
      twoFactor: first.two_factor,
      organizations: rows.flatMap(({ id, slug, organization, role }) =>
        id === null ? [] : [{ id, slug, name: organization, role: roleOf(role) }],
      ),
    };
  }

  return {
    loadMemberships,
    async listOrganizations(userId, request) {
      const organizations = (await loadMemberships(userId))?.organizations ?? [];
      return pageOfAll(organizations, 'organizations', request, ({ name, id }) => [name.toLowerCase(), id]);
    },
    insertUser: (user, tx) => inTransaction(tx, (on) => insertUser(on, user)),
    async insertFirstUser(tx, user, { organizationName, by }) {
      if ((await insertUser(tx, user)) !== 'created') throw new Error('The first user exists already.');
      await tx.query('update "user" set "isInstanceAdmin" = true where id = $1', [user.id]);
      const [renamed] = await tx.query<Organization>(
        `update organization set name = $1
         where id = (select id from organization order by "createdAt", id limit 1) returning id, slug, name`,
        [organizationName],
      );
      const organization = renamed ?? (await insertOrganization(tx, organizationName));
      await upsertMember(tx, organization.id, user.id, 'owner');
      await noteNewMember(tx, by, { user, organizationId: organization.id, role: 'owner' });
      return organization;
    },
    async firstInstanceAdmin() {
      const [row] = await db.query<{ id: string }>(
        'select id from "user" where "isInstanceAdmin" order by "createdAt", id limit 1',
      );
      return row ?? null;
    },
    async findUser(email) {
      const [row] = await db.query<{ id: string; email: string; name: string }>(
        'select id, email, name from "user" where email = $1',
        [email.trim().toLowerCase()],
      );
      return row ?? null;
    },
    async findOrganization(idOrSlug) {
      const [row] = await db.query<Organization>(
        `select id, slug, name from organization where $1::text is null or id = $1 or slug = $1
         order by "createdAt", id limit 1`,
        [idOrSlug ?? null],
      );
      return row ?? null;
    },
    createOrganization: ({ name }) => db.transaction((tx) => insertOrganization(tx, name)),
    async addMember({ organizationId, userId, role }, tx) {
      await inTransaction(tx, (on) => upsertMember(on, organizationId, userId, role));
    },
  };
}

export async function insertUser(tx: Queryable, user: NewUser): Promise<'created' | 'email_taken'> {
  const rows = await tx.query(
    `insert into "user" (id, name, email, "emailVerified") values ($1, $2, $3, true)
     on conflict (email) do nothing returning id`,
    [user.id, user.name, user.email],
  );
  if (rows.length === 0) return 'email_taken';
  // As better-auth writes it: the account of a password is the user itself.
  await tx.query(
    `insert into account (id, "accountId", "providerId", "userId", password, "updatedAt")
     values ($1, $2, 'credential', $2, $3, now())`,
    [user.accountId, user.id, user.passwordHash],
  );
  return 'created';
}

/** In the log of the instance and in that of the organization. */
export async function noteNewMember(
  tx: Queryable,
  by: Actor,
  o: { user: Pick<NewUser, 'id' | 'email'>; organizationId: string; role: Role },
): Promise<void> {
  const { id, email } = o.user;
  await writeAudit(tx, by, { action: 'user.create', organizations: null, target: id, data: { email } });
  const organizations = [o.organizationId];
  await writeAudit(tx, by, {
    action: 'member.add',
    organizations,
    target: id,
    data: { email, role: o.role },
  });
}

export async function insertOrganization(tx: Queryable, name: string): Promise<Organization> {
  const base = slugOf(name, 'org');
  for (let n = 1; ; n++) {
    const [row] = await tx.query<Organization>(
      `insert into organization (id, name, slug, "createdAt") values ($1, $2, $3, now())
       on conflict (slug) do nothing returning id, slug, name`,
      [randomUUID(), name, n === 1 ? base : `${base}-${n}`],
    );
    if (row) return row;
  }
}

export async function upsertMember(
  tx: Queryable,
  organizationId: string,
  userId: string,
  role: Role,
): Promise<void> {
  // The table of the library has no unique key on the pair: the organization's lock makes it one.
  await tx.query('select id from organization where id = $1 for update', [organizationId]);
  const updated = await tx.query(
    'update member set role = $3 where "organizationId" = $1 and "userId" = $2 returning id',
    [organizationId, userId, role],
  );
  if (updated.length > 0) return;
  await tx.query(
    `insert into member (id, "organizationId", "userId", role, "createdAt") values ($1, $2, $3, $4, now())`,
    [randomUUID(), organizationId, userId, role],
  );
}

/** better-auth may hold several roles, comma separated: the highest counts. */
export function roleOf(text: string): Role {
  const roles = text.split(',').map((role) => role.trim());
  return roles.includes('owner') ? 'owner' : roles.includes('admin') ? 'admin' : 'member';
}
