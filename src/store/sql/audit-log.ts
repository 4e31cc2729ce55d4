/** The audit log: an entry written beside the change it tells of, and pages of it, newest first. */
import type { Actor } from '../../viewer.ts';
import type { Queryable } from '../database.ts';

const INSERT = `
  insert into audit_log (organization_id, actor_id, actor_email, token_id, ip, action, target, data)
  select o.id, $2, $3, $4, $5, $6, $7, $8 from unnest($1::text[]) as o (id)`;
const SELECT = `
  select id, at, organization_id, actor_id, actor_email, token_id, ip, action, target, data from audit_log
  where ($1::text is null or organization_id = $1) and ($2::bigint is null or id < $2)
  order by id desc limit $3`;

export interface AuditRow {
  id: number;
  at: number;
  organization_id: string | null;
  actor_id: string | null;
  actor_email: string | null;
  token_id: string | null;
  ip: string | null;
  action: string;
  target: string | null;
  data: { [key: string]: string | number | boolean | null };
}

/** One row for each of `organizationIds`, in which null stands for the instance. */
export async function insertAudit(
  tx: Queryable,
  by: Actor,
  entry: { organizationIds: readonly (string | null)[]; action: string; target: string | null; data: object },
): Promise<void> {
  await tx.execute(INSERT, [
    entry.organizationIds,
    by.userId,
    by.email,
    by.tokenId ?? null,
    by.ip,
    entry.action,
    entry.target,
    entry.data,
  ]);
}

/** `organizationId` null: the whole instance. */
export async function selectAudit(
  db: Queryable,
  o: { organizationId: string | null; before: number | null; limit: number },
): Promise<AuditRow[]> {
  return db.query(SELECT, [o.organizationId, o.before, o.limit]);
}
