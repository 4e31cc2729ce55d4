/**
 * Organizations and who belongs to them. Every change runs under the organization's lock, asks there what the actor is
 * now, and leaves an entry in the audit log; so the last owner stays whoever acts at the same moment.
 */
import type { Member, Page } from '../protocol/rest.ts';
import type { Actor, Role } from '../viewer.ts';
import type { Organization } from './accounts.ts';
import { insertOrganization, roleOf, upsertMember } from './accounts.ts';
import { writeAudit } from './audit.ts';
import { cursorNumber, decodeCursor, encodeCursor, pageOf } from './cursor.ts';
import type { Database, Transaction } from './database.ts';
import { sqlStateOf } from './sql-error.ts';
import {
  deleteMember,
  deleteOrganization,
  lockOrganization,
  ownersOf,
  roleInOrganization,
  selectMembers,
  updateMemberRole,
  updateOrganization,
} from './sql/members.ts';

/** `last_owner`: an organization keeps at least one. `owners_only`: the actor is none. */
export type MemberChange =
  | { kind: 'done' }
  | { kind: 'not_found' }
  | { kind: 'last_owner' }
  | { kind: 'owners_only' };

export type OrganizationChange =
  | { kind: 'done'; organization: Organization }
  | { kind: 'not_found' }
  | { kind: 'slug_taken' };

export interface MemberStore {
  /** The actor, when there is one, becomes its owner. */
  createOrganization(o: { name: string; by: Actor }): Promise<Organization>;
  updateOrganization(
    id: string,
    change: { name?: string; slug?: string },
    by: Actor,
  ): Promise<OrganizationChange>;
  /** `has_projects`: they go first, one by one. */
  deleteOrganization(id: string, by: Actor): Promise<{ kind: 'done' | 'not_found' | 'has_projects' }>;
  /** Owners first, then by e-mail. */
  listMembers(organizationId: string, request: { cursor?: string; limit: number }): Promise<Page<Member>>;
  roleIn(organizationId: string, userId: string): Promise<Role | null>;
  setMemberRole(organizationId: string, userId: string, role: Role, by: Actor): Promise<MemberChange>;
  /** Also oneself, whatever one's role. */
  removeMember(organizationId: string, userId: string, by: Actor): Promise<MemberChange>;
}

export function createMemberStore(db: Database): MemberStore {
  /** What keeps `by` from taking `member` out of its role or giving it `becomes`; null: nothing. */
  async function obstacle(
    tx: Transaction,
    organizationId: string,
    o: { by: Actor; member: Role; becomes: Role | null },
  ): Promise<Exclude<MemberChange, { kind: 'done' }> | null> {
    const touchesOwners = o.member === 'owner' || o.becomes === 'owner';
    const actor = o.by.userId === null ? 'owner' : await roleInOrganization(tx, organizationId, o.by.userId);
    if (touchesOwners && actor !== 'owner') return { kind: 'owners_only' };
    const leavesOwners = o.member === 'owner' && o.becomes !== 'owner';
    if (leavesOwners && (await ownersOf(tx, organizationId)).length === 1) return { kind: 'last_owner' };
    return null;
  }

  return {
    createOrganization: ({ name, by }) =>
      db.transaction(async (tx) => {
        const made = await insertOrganization(tx, name);
        if (by.userId !== null) await upsertMember(tx, made.id, by.userId, 'owner');
        await writeAudit(tx, by, {
          action: 'organization.create',
          organizations: [made.id],
          target: made.id,
          data: { name, slug: made.slug },
        });
        return made;
      }),
    async updateOrganization(id, change, by) {
      try {
        return await db.transaction(async (tx): Promise<OrganizationChange> => {
          const organization = await updateOrganization(tx, id, change);
          if (!organization) return { kind: 'not_found' };
          await writeAudit(tx, by, {
            action: 'organization.update',
            organizations: [id],
            target: id,
            data: change,
          });
          return { kind: 'done', organization };
        });
      } catch (error) {
        if (sqlStateOf(error) === '23505') return { kind: 'slug_taken' };
        throw error;
      }
    },
    deleteOrganization: (id, by) =>
      db.transaction(async (tx) => {
        await lockOrganization(tx, id);
        const kind = await deleteOrganization(tx, id);
        if (kind === 'done')
          await writeAudit(tx, by, { action: 'organization.delete', organizations: [id], target: id });
        return { kind };
      }),
    async listMembers(organizationId, { cursor, limit }) {
      const after = decodeCursor('members', cursor, 2);
      const from = after && { rank: cursorNumber(after[0]), email: String(after[1]) };
      const rows = await selectMembers(db, { organizationId, after: from, limit: limit + 1 });
      return pageOf(
        rows,
        limit,
        ({ user_id, email, name, role }) => ({ user_id, email, name, role: roleOf(role) }),
        (row) => encodeCursor('members', [row.rank, row.email]),
      );
    },
    roleIn: (organizationId, userId) => roleInOrganization(db, organizationId, userId),
    setMemberRole: (organizationId, userId, role, by) =>
      db.transaction(async (tx) => {
        await lockOrganization(tx, organizationId);
        const member = await roleInOrganization(tx, organizationId, userId);
        if (member === null) return { kind: 'not_found' };
        const refused = await obstacle(tx, organizationId, { by, member, becomes: role });
        if (refused) return refused;
        await updateMemberRole(tx, organizationId, userId, role);
        await writeAudit(tx, by, {
          action: 'member.role',
          organizations: [organizationId],
          target: userId,
          data: { from: member, to: role },
        });
        return { kind: 'done' };
      }),
    removeMember: (organizationId, userId, by) =>
      db.transaction(async (tx) => {
        await lockOrganization(tx, organizationId);
        const member = await roleInOrganization(tx, organizationId, userId);
        if (member === null) return { kind: 'not_found' };
        const refused = await obstacle(tx, organizationId, { by, member, becomes: null });
        if (refused) return refused;
        await deleteMember(tx, organizationId, userId);
        await writeAudit(tx, by, {
          action: 'member.remove',
          organizations: [organizationId],
          target: userId,
          data: { role: member },
        });
        return { kind: 'done' };
      }),
  };
}
