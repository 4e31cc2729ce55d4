/** Invitations, in the library's table: made, found by the hash of their link, ended. */
import type { Role } from '../../viewer.ts';
import type { Queryable } from '../database.ts';

const INSERT = `
  insert into invitation (id, "organizationId", email, role, status, "expiresAt", "inviterId", token_hash,
    "createdAt")
  values ($1, $2, $3, $4, 'pending', $5, $6, $7, $8)`;
const CANCEL_OLDER = `
  update invitation set status = 'canceled', token_hash = null
  where "organizationId" = $1 and email = $2 and status = 'pending'`;
const IS_MEMBER = `
  select 1 from member m join "user" u on u.id = m."userId" where m."organizationId" = $1 and u.email = $2`;
const REVOKE = `
  update invitation set status = 'canceled', token_hash = null
  where "organizationId" = $1 and id = $2 and status = 'pending' returning email`;
const LIST = `
  select i.id, i.email, i.role, i."expiresAt" as expires_at, i."createdAt" as created_at, u.email as inviter
  from invitation i left join "user" u on u.id = i."inviterId"
  where i."organizationId" = $1 and i.status = 'pending' and i."expiresAt" > $2
    and ($3::timestamptz is null or (i."createdAt", i.id) < ($3, $4))
  order by i."createdAt" desc, i.id desc limit $5`;
const FIND = `
  select i.id, i.email, i.role, i."expiresAt" as expires_at, o.id as organization_id, o.slug, o.name,
    exists (select from "user" u where u.email = i.email) as has_account
  from invitation i join organization o on o.id = i."organizationId"
  where i.token_hash = $1 and i.status = 'pending' and i."expiresAt" > $2`;
/** Once: the second who tries finds no row. */
const TAKE = `
  update invitation set status = 'accepted', token_hash = null
  where token_hash = $1 and status = 'pending' and "expiresAt" > $2
  returning id, email, role`;

export interface InvitationRow {
  id: string;
  email: string;
  role: string | null;
  expires_at: number;
  created_at: number;
  inviter: string | null;
}

export interface FoundInvitation {
  id: string;
  email: string;
  role: string | null;
  expires_at: number;
  organization_id: string;
  slug: string;
  name: string;
  has_account: boolean;
}

/** false: this person is a member already. Older invitations of the same e-mail end. */
export async function insertInvitation(
  tx: Queryable,
  o: {
    id: string;
    organizationId: string;
    email: string;
    role: Role;
    createdAt: number;
    expiresAt: number;
    inviterId: string;
    tokenHash: Buffer;
  },
): Promise<boolean> {
  if ((await tx.query(IS_MEMBER, [o.organizationId, o.email])).length > 0) return false;
  await tx.execute(CANCEL_OLDER, [o.organizationId, o.email]);
  await tx.execute(INSERT, [
    o.id,
    o.organizationId,
    o.email,
    o.role,
    new Date(o.expiresAt),
    o.inviterId,
    o.tokenHash,
    new Date(o.createdAt),
  ]);
  return true;
}

/** The e-mail it was for; null: no such invitation is open. */
export async function cancelInvitation(
  tx: Queryable,
  organizationId: string,
  id: string,
): Promise<string | null> {
  const [row] = await tx.query<{ email: string }>(REVOKE, [organizationId, id]);
  return row?.email ?? null;
}

export async function selectInvitations(
  db: Queryable,
  o: {
    organizationId: string;
    nowMs: number;
    before: { createdAt: number; id: string } | null;
    limit: number;
  },
): Promise<InvitationRow[]> {
  const before = o.before && new Date(o.before.createdAt);
  return db.query(LIST, [o.organizationId, new Date(o.nowMs), before, o.before?.id ?? null, o.limit]);
}

export async function findInvitation(
  db: Queryable,
  tokenHash: Buffer,
  nowMs: number,
): Promise<FoundInvitation | null> {
  const [row] = await db.query<FoundInvitation>(FIND, [tokenHash, new Date(nowMs)]);
  return row ?? null;
}

export async function takeInvitation(
  tx: Queryable,
  tokenHash: Buffer,
  nowMs: number,
): Promise<{ id: string; email: string; role: string | null } | null> {
  const [row] = await tx.query<{ id: string; email: string; role: string | null }>(TAKE, [
    tokenHash,
    new Date(nowMs),
  ]);
  return row ?? null;
}
