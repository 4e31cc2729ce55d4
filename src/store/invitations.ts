/**
 * Invitations to an organization: for one e-mail, with a role, for seven days, used once. Whoever has the link and no
 * account makes one, with the invited e-mail; whoever has an account accepts from its session.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Invitation, Page } from '../protocol/rest.ts';
import type { Actor, Role } from '../viewer.ts';
import { insertUser, roleOf, upsertMember, type NewUser, type Organization } from './accounts.ts';
import { writeAudit } from './audit.ts';
import { cursorNumber, decodeCursor, encodeCursor, pageOf } from './cursor.ts';
import type { Database, Transaction } from './database.ts';
import { isoTime } from './issue-state.ts';
import {
  cancelInvitation,
  findInvitation,
  insertInvitation,
  selectInvitations,
  takeInvitation,
} from './sql/invitations.ts';
import { lockOrganization, roleInOrganization } from './sql/members.ts';

const LIFE_MS = 7 * 86_400_000;

export interface OpenInvitation {
  email: string;
  role: Role;
  organization: Organization;
  hasAccount: boolean;
  expiresAt: number;
}

export type NewInvitation =
  | { kind: 'created'; id: string; token: string; expiresAt: number }
  | { kind: 'already_member' }
  | { kind: 'owners_only' };

export type AcceptResult =
  | { kind: 'done'; organization: Organization }
  | { kind: 'invalid_link' }
  /** There is an account with this e-mail: its owner accepts after signing in. */
  | { kind: 'has_account' }
  | { kind: 'other_email' }
  | { kind: 'already_member' };

export interface InvitationStore {
  create(o: {
    organizationId: string;
    email: string;
    role: Role;
    by: Actor & { userId: string };
    nowMs: number;
  }): Promise<NewInvitation>;
  /** Open ones, newest first. */
  list(
    organizationId: string,
    request: { cursor?: string; limit: number; nowMs: number },
  ): Promise<Page<Invitation>>;
  /** false: no such invitation is open. */
  revoke(organizationId: string, id: string, by: Actor): Promise<boolean>;
  /** null: the link is not good. */
  find(token: string, nowMs: number): Promise<OpenInvitation | null>;
  /** Makes the account of the invited e-mail. */
  acceptAsNew(token: string, user: NewUser, o: { ip: string; nowMs: number }): Promise<AcceptResult>;
  acceptAs(token: string, by: Actor & { userId: string }, nowMs: number): Promise<AcceptResult>;
}

export function createInvitationStore(db: Database): InvitationStore {
  /** Uses the link up and runs `join` in one transaction; what `join` refuses leaves the link good. */
  async function accept(
    token: string,
    nowMs: number,
    join: (tx: Transaction, found: { organizationId: string; email: string }) => Promise<Actor | Refused>,
  ): Promise<AcceptResult> {
    const hash = hashOf(token);
    // Read first, because the organization's lock comes before the invitation's, as it does where one is made.
    const found = await findInvitation(db, hash, nowMs);
    if (!found) return { kind: 'invalid_link' };
    const organization = { id: found.organization_id, slug: found.slug, name: found.name };
    return rollbackOnRefusal(db, async (tx) => {
      await lockOrganization(tx, organization.id);
      const taken = await takeInvitation(tx, hash, nowMs);
      if (!taken) throw new Refusal({ kind: 'invalid_link' });
      const who = await join(tx, { organizationId: organization.id, email: taken.email });
      if ('kind' in who) throw new Refusal(who);
      const role = roleOf(taken.role ?? 'member');
      if (who.userId === null || (await roleInOrganization(tx, organization.id, who.userId)) !== null)
        throw new Refusal({ kind: 'already_member' });
      await upsertMember(tx, organization.id, who.userId, role);
      await writeAudit(tx, who, {
        action: 'invitation.accept',
        organizations: [organization.id],
        target: taken.id,
        data: { email: taken.email, role },
      });
      return { kind: 'done', organization };
    });
  }

  return {
    create: ({ organizationId, email, role, by, nowMs }) =>
      db.transaction(async (tx) => {
        await lockOrganization(tx, organizationId);
        const inviter = await roleInOrganization(tx, organizationId, by.userId);
        if (role === 'owner' && inviter !== 'owner') return { kind: 'owners_only' };
        const token = randomBytes(32).toString('base64url');
        const [id, expiresAt] = [randomUUID(), nowMs + LIFE_MS];
        const made = await insertInvitation(tx, {
          id,
          organizationId,
          email,
          role,
          createdAt: nowMs,
          expiresAt,
          inviterId: by.userId,
          tokenHash: hashOf(token),
        });
        if (!made) return { kind: 'already_member' };
        await writeAudit(tx, by, {
          action: 'invitation.create',
          organizations: [organizationId],
          target: id,
          data: { email, role },
        });
        return { kind: 'created', id, token, expiresAt };
      }),
    async list(organizationId, { cursor, limit, nowMs }) {
      const after = decodeCursor('invitations', cursor, 2);
      const before = after && { createdAt: cursorNumber(after[0]), id: String(after[1]) };
      const rows = await selectInvitations(db, { organizationId, nowMs, before, limit: limit + 1 });
      return pageOf(
        rows,
        limit,
        (row) => ({
          id: row.id,
          email: row.email,
          role: roleOf(row.role ?? 'member'),
          invited_by: row.inviter,
          created_at: isoTime(row.created_at),
          expires_at: isoTime(row.expires_at),
        }),
        (row) => encodeCursor('invitations', [row.created_at, row.id]),
      );
    },
    revoke: (organizationId, id, by) =>
      db.transaction(async (tx) => {
        const email = await cancelInvitation(tx, organizationId, id);
        if (email === null) return false;
        await writeAudit(tx, by, {
          action: 'invitation.revoke',
          organizations: [organizationId],
          target: id,
          data: { email },
        });
        return true;
      }),
    async find(token, nowMs) {
      const found = await findInvitation(db, hashOf(token), nowMs);
      return (
        found && {
          email: found.email,
          role: roleOf(found.role ?? 'member'),
          organization: { id: found.organization_id, slug: found.slug, name: found.name },
          hasAccount: found.has_account,
          expiresAt: found.expires_at,
        }
      );
    },
    acceptAsNew: (token, user, { ip, nowMs }) =>
      accept(token, nowMs, async (tx, { email }) => {
        if (email !== user.email) return { kind: 'other_email' };
        if ((await insertUser(tx, user)) === 'email_taken') return { kind: 'has_account' };
        return { userId: user.id, email, ip };
      }),
    acceptAs: (token, by, nowMs) =>
      accept(token, nowMs, async (_tx, { email }) => (by.email === email ? by : { kind: 'other_email' })),
  };
}

type Refused = Exclude<AcceptResult, { kind: 'done' }>;

/** Thrown to roll back, so that a refused link stays good. */
class Refusal extends Error {
  readonly result: Refused;
  constructor(result: Refused) {
    super(result.kind);
    this.result = result;
  }
}

async function rollbackOnRefusal(
  db: Database,
  run: (tx: Transaction) => Promise<AcceptResult>,
): Promise<AcceptResult> {
  try {
    return await db.transaction(run);
  } catch (error) {
    if (error instanceof Refusal) return error.result;
    throw error;
  }
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
