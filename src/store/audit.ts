/**
 * The audit log: who changed what about people, access and projects, and from where. An entry is written by the
 * transaction that makes the change, so neither is there without the other. No secrets: ids, names, roles.
 */
import type { AuditEntry as AuditItem, Page } from '../protocol/rest.ts';
import type { Actor } from '../viewer.ts';
import { cursorNumber, decodeCursor, encodeCursor, pageOf } from './cursor.ts';
import type { Database, Queryable } from './database.ts';
import { isoTime } from './issue-state.ts';
import { insertAudit, selectAudit } from './sql/audit-log.ts';

export type AuditAction =
  | 'organization.create'
  | 'organization.update'
  | 'organization.delete'
  | 'member.add'
  | 'member.role'
  | 'member.remove'
  | 'invitation.create'
  | 'invitation.revoke'
  | 'invitation.accept'
  | 'project.create'
  | 'project.update'
  | 'project.settings'
  | 'project.delete'
  | 'key.create'
  | 'key.revoke'
  | 'token.create'
  | 'token.revoke'
  | 'session.create'
  | 'session.refused'
  | 'session.revoke'
  | 'password.change'
  | 'password.reset'
  | 'two_factor.reset'
  | 'password_link.create'
  | 'setup_link.create'
  | 'user.create'
  | 'user.delete'
  | 'instance_admin.grant'
  | 'instance_admin.revoke';

export interface NewAuditEntry {
  action: AuditAction;
  /** null: of the instance or of a person alone; several: the same entry in each. */
  organizations: readonly string[] | null;
  /** Id of what was changed. */
  target: string | null;
  data?: { [key: string]: string | number | boolean | null };
}

export async function writeAudit(tx: Queryable, by: Actor, entry: NewAuditEntry): Promise<void> {
  const { action, organizations, target, data = {} } = entry;
  const organizationIds = organizations === null || organizations.length === 0 ? [null] : organizations;
  // jsonb takes no half of a surrogate pair, and text elsewhere replaces it: so do we.
  const storable = Object.entries(data).map(([name, value]) => [
    name,
    typeof value === 'string' ? value.toWellFormed() : value,
  ]);
  await insertAudit(tx, by, { organizationIds, action, target, data: Object.fromEntries(storable) });
}

export interface AuditReader {
  /** Newest first; `organizationId` null: of the whole instance. */
  list(organizationId: string | null, request: { cursor?: string; limit: number }): Promise<Page<AuditItem>>;
}

export function createAuditReader(db: Database): AuditReader {
  return {
    async list(organizationId, { cursor, limit }) {
      const after = decodeCursor('audit', cursor, 1);
      const before = after && cursorNumber(after[0]);
      const rows = await selectAudit(db, { organizationId, before, limit: limit + 1 });
      return pageOf(
        rows,
        limit,
        (row) => ({
          id: String(row.id),
          at: isoTime(row.at),
          organization_id: row.organization_id,
          actor: row.actor_id === null ? null : { id: row.actor_id, email: row.actor_email ?? '' },
          token_id: row.token_id,
          ip: row.ip,
          action: row.action,
          target: row.target,
          data: row.data,
        }),
        (row) => encodeCursor('audit', [row.id]),
      );
    },
  };
}
