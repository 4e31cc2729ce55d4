/** People as the instance's admin sees them. The last admin of the instance and the last owner of an organization stay. */
import type { InstanceUser, Page } from '../protocol/rest.ts';
import type { Actor } from '../viewer.ts';
import { writeAudit } from './audit.ts';
import { decodeCursor, encodeCursor, pageOf } from './cursor.ts';
import type { Database } from './database.ts';
import { isoTime } from './issue-state.ts';
import { deleteOtherSessions } from './sql/credentials.ts';
import {
  clearTwoFactor,
  deleteUser,
  emailOf,
  lockInstanceAdmins,
  selectUsers,
  setInstanceAdmin,
  soleOwnerOf,
} from './sql/users.ts';

export type UserChange =
  | { kind: 'done' }
  | { kind: 'not_found' }
  | { kind: 'last_admin' }
  | { kind: 'last_owner'; organization: string };

export interface UserStore {
  /** By e-mail. */
  list(request: { cursor?: string; limit: number }): Promise<Page<InstanceUser>>;
  setInstanceAdmin(userId: string, isAdmin: boolean, by: Actor): Promise<UserChange>;
  remove(userId: string, by: Actor): Promise<UserChange>;
  /** Their sessions end too: whoever found the device may hold one. */
  resetTwoFactor(userId: string, by: Actor): Promise<UserChange>;
}

export function createUserStore(db: Database): UserStore {
  return {
    async list({ cursor, limit }) {
      const after = decodeCursor('users', cursor, 1);
      const rows = await selectUsers(db, { after: after && String(after[0]), limit: limit + 1 });
      return pageOf(
        rows,
        limit,
        (row) => ({
          id: row.id,
          email: row.email,
          name: row.name,
          is_instance_admin: row.admin,
          created_at: isoTime(row.created_at),
        }),
        (row) => encodeCursor('users', [row.email]),
      );
    },
    setInstanceAdmin: (userId, isAdmin, by) =>
      db.transaction(async (tx) => {
        const admins = await lockInstanceAdmins(tx);
        if (!isAdmin && admins.length === 1 && admins[0] === userId) return { kind: 'last_admin' };
        const email = await emailOf(tx, userId);
        if (email === null || !(await setInstanceAdmin(tx, userId, isAdmin))) return { kind: 'not_found' };
        await writeAudit(tx, by, {
          action: isAdmin ? 'instance_admin.grant' : 'instance_admin.revoke',
          organizations: null,
          target: userId,
          data: { email },
        });
        return { kind: 'done' };
      }),
    remove: (userId, by) =>
      db.transaction(async (tx): Promise<UserChange> => {
        const admins = await lockInstanceAdmins(tx);
        const email = await emailOf(tx, userId);
        if (email === null) return { kind: 'not_found' };
        if (admins.length === 1 && admins[0] === userId) return { kind: 'last_admin' };
        const organization = await soleOwnerOf(tx, userId);
        if (organization !== null) return { kind: 'last_owner', organization };
        await deleteUser(tx, userId);
        await writeAudit(tx, by, {
          action: 'user.delete',
          organizations: null,
          target: userId,
          data: { email },
        });
        return { kind: 'done' };
      }),
    resetTwoFactor: (userId, by) =>
      db.transaction(async (tx): Promise<UserChange> => {
        const email = await emailOf(tx, userId);
        if (email === null) return { kind: 'not_found' };
        await clearTwoFactor(tx, userId);
        await deleteOtherSessions(tx, userId, null);
        const data = { email };
        await writeAudit(tx, by, { action: 'two_factor.reset', organizations: null, target: userId, data });
        return { kind: 'done' };
      }),
  };
}
