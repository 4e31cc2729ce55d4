/** Who may change whom, also when several do at once, and what is left of it in the audit log. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import type { Actor, Role } from '../viewer.ts';
import { createAccountStore, type AccountStore } from './accounts.ts';
import { createAuditReader } from './audit.ts';
import { createCredentialStore } from './credentials.ts';
import { createInvitationStore, type InvitationStore } from './invitations.ts';
import { createMemberStore, type MemberStore } from './members.ts';
import { createProjectStore } from './projects.ts';
import { createUserStore } from './users.ts';

const IP = '192.0.2.7';
let test: TestDatabase;
let db: TestDatabase['db'];
let accounts: AccountStore;
let members: MemberStore;
let invitations: InvitationStore;

beforeAll(async () => {
  test = await createTestDatabase(inject('postgresUrl'));
  ({ db } = test);
  accounts = createAccountStore(db);
  members = createMemberStore(db);
  invitations = createInvitationStore(db);
});
afterAll(() => test.drop());

let count = 0;
function person(): { id: string; accountId: string; email: string; name: string; passwordHash: string } {
  const id = `user-${++count}`;
  return { id, accountId: `a-${id}`, email: `${id}@example.com`, name: id, passwordHash: 'a:b' };
}
type Somebody = Actor & { userId: string };
async function user(): Promise<Somebody> {
  const made = person();
  await accounts.insertUser(made);
  return { userId: made.id, email: made.email, ip: IP };
}
async function organizationOf(...people: [Somebody, Role][]): Promise<string> {
  const { id } = await accounts.createOrganization({ name: 'Acme' });
  for (const [{ userId }, role] of people) await accounts.addMember({ organizationId: id, userId, role });
  return id;
}
async function auditOf(organizationId: string | null) {
  return (await createAuditReader(db).list(organizationId, { limit: 100 })).items;
}
async function inviteTo(organizationId: string, by: Somebody, email: string, role: Role = 'member') {
  const made = await invitations.create({ organizationId, email, role, by, nowMs: Date.now() });
  if (made.kind !== 'created') throw new Error(made.kind);
  return made;
}

describe('members', () => {
  it('AU10 the last owner can neither leave nor lose the role', async () => {
    const [owner, member] = [await user(), await user()];
    const id = await organizationOf([owner, 'owner'], [member, 'member']);
    expect(await members.removeMember(id, owner.userId, owner)).toEqual({ kind: 'last_owner' });
    expect(await members.setMemberRole(id, owner.userId, 'admin', owner)).toEqual({ kind: 'last_owner' });
    expect(await members.setMemberRole(id, owner.userId, 'owner', owner)).toEqual({ kind: 'done' });
    expect(await members.setMemberRole(id, member.userId, 'owner', owner)).toEqual({ kind: 'done' });
    expect(await members.removeMember(id, owner.userId, owner)).toEqual({ kind: 'done' });
    expect(await members.removeMember(id, owner.userId, member)).toEqual({ kind: 'not_found' });
    expect((await members.listMembers(id, { limit: 10 })).items).toMatchObject([
      { user_id: member.userId, role: 'owner' },
    ]);
  });

  it('AU10 owners who remove or demote each other at once leave one', async () => {
    for (let round = 0; round < 8; round++) {
      const [a, b] = [await user(), await user()];
      const id = await organizationOf([a, 'owner'], [b, 'owner']);
      await Promise.all([
        members.removeMember(id, b.userId, a),
        round % 2 === 0
          ? members.removeMember(id, a.userId, b)
          : members.setMemberRole(id, a.userId, 'member', b),
      ]);
      const owners = (await members.listMembers(id, { limit: 10 })).items.filter(
        ({ role }) => role === 'owner',
      );
      expect(owners).toHaveLength(1);
    }
  });

  it('API14 only an owner makes and unmakes owners, judged by the role at that moment', async () => {
    const [owner, admin, member] = [await user(), await user(), await user()];
    const id = await organizationOf([owner, 'owner'], [admin, 'admin'], [member, 'member']);
    const refused = { kind: 'owners_only' };
    expect(await members.setMemberRole(id, member.userId, 'owner', admin)).toEqual(refused);
    expect(await members.setMemberRole(id, owner.userId, 'member', admin)).toEqual(refused);
    expect(await members.removeMember(id, owner.userId, admin)).toEqual(refused);
    expect(await members.setMemberRole(id, member.userId, 'admin', admin)).toEqual({ kind: 'done' });
    const invite = { organizationId: id, email: 'x@example.com', role: 'owner' as const, nowMs: Date.now() };
    expect(await invitations.create({ ...invite, by: admin })).toEqual(refused);
  });

  it('API9 members come in pages, owners first, each once', async () => {
    const people = await Promise.all(Array.from({ length: 5 }, user));
    const id = await organizationOf(
      ...people.map((one, n): [Somebody, Role] => [one, n === 3 ? 'owner' : n === 1 ? 'admin' : 'member']),
    );
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await members.listMembers(id, { limit: 2, ...(cursor !== undefined && { cursor }) });
      seen.push(...page.items.map(({ user_id }) => user_id));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    const names = people.map(({ userId }) => userId);
    expect(seen).toEqual([names[3], names[1], names[0], names[2], names[4]]);
  });

  it('AU14 an organization with projects stays, an empty one goes', async () => {
    const owner = await user();
    const { id } = await members.createOrganization({ name: 'Gone', by: owner });
    const projects = createProjectStore(db);
    const { project } = await projects.createProject({ organizationId: id, name: 'P', by: owner });
    expect(await members.deleteOrganization(id, owner)).toEqual({ kind: 'has_projects' });
    await projects.deleteProject(project.id, owner);
    expect(await members.deleteOrganization(id, owner)).toEqual({ kind: 'done' });
    expect((await auditOf(id)).map(({ action }) => action)).toEqual([
      'organization.delete',
      'project.delete',
      'project.create',
      'organization.create',
    ]);
  });

  it('AU14 a slug is changed, and only to a free one', async () => {
    const [a, b] = [await organizationOf(), await organizationOf()];
    const by = await user();
    expect(await members.updateOrganization(a, { slug: `x-${a}` }, by)).toMatchObject({ kind: 'done' });
    expect(await members.updateOrganization(b, { slug: `x-${a}` }, by)).toEqual({ kind: 'slug_taken' });
    expect(await members.updateOrganization('none', { name: 'N' }, by)).toEqual({ kind: 'not_found' });
  });
});

describe('invitations', () => {
  it('AU15 make the account of the invited e-mail, once, whoever else has the link', async () => {
    const owner = await user();
    const id = await organizationOf([owner, 'owner']);
    const guest = person();
    const { token } = await inviteTo(id, owner, guest.email, 'admin');
    expect(
      await db.query('select 1 from invitation where encode(token_hash, $$base64$$) = $1', [token]),
    ).toEqual([]);
    const now = { ip: IP, nowMs: Date.now() };
    expect(await invitations.acceptAsNew(token, person(), now)).toEqual({ kind: 'other_email' });
    const twice = await Promise.all([
      invitations.acceptAsNew(token, guest, now),
      invitations.acceptAsNew(token, { ...guest, id: 'other', accountId: 'other' }, now),
    ]);
    expect(twice.map(({ kind }) => kind).sort()).toEqual(['done', 'invalid_link']);
    expect((await members.listMembers(id, { limit: 10 })).items).toMatchObject([
      { email: owner.email },
      { email: guest.email, role: 'admin' },
    ]);
  });

  it('AU15 a person with an account accepts from its session, and keeps a higher role', async () => {
    const [owner, known, other] = [await user(), await user(), await user()];
    const id = await organizationOf([owner, 'owner']);
    const { token } = await inviteTo(id, owner, known.email ?? '');
    const nowMs = Date.now();
    expect(
      await invitations.acceptAsNew(token, { ...person(), email: known.email ?? '' }, { ip: IP, nowMs }),
    ).toEqual({ kind: 'has_account' });
    expect(await invitations.acceptAs(token, other, nowMs)).toEqual({ kind: 'other_email' });
    expect(await invitations.acceptAs(token, known, nowMs)).toMatchObject({ kind: 'done' });
    expect(await invitations.acceptAs(token, known, nowMs)).toEqual({ kind: 'invalid_link' });
    const again = { organizationId: id, email: known.email ?? '', role: 'member' as const, by: owner, nowMs };
    expect(await invitations.create(again)).toEqual({ kind: 'already_member' });
  });

  it('AU15 expired, revoked and replaced ones are no good; of other organizations neither', async () => {
    const owner = await user();
    const [id, elsewhere] = [await organizationOf([owner, 'owner']), await organizationOf([owner, 'owner'])];
    const nowMs = Date.now();
    const first = await inviteTo(id, owner, 'twice@example.com');
    const second = await inviteTo(id, owner, 'twice@example.com');
    expect(await invitations.find(first.token, nowMs)).toBeNull();
    expect(await invitations.find(second.token, nowMs)).toMatchObject({ email: 'twice@example.com' });
    expect(await invitations.find(second.token, second.expiresAt)).toBeNull();
    expect((await invitations.list(id, { limit: 10, nowMs })).items).toMatchObject([{ id: second.id }]);
    expect(await invitations.revoke(elsewhere, second.id, owner)).toBe(false);
    expect(await invitations.revoke(id, second.id, owner)).toBe(true);
    expect(await invitations.find(second.token, nowMs)).toBeNull();
    expect((await invitations.list(id, { limit: 10, nowMs })).items).toEqual([]);
  });

  it('AU15 making one while its older one is accepted ends well', async () => {
    const owner = await user();
    const id = await organizationOf([owner, 'owner']);
    for (let round = 0; round < 5; round++) {
      const guest = person();
      const { token } = await inviteTo(id, owner, guest.email);
      const nowMs = Date.now();
      const [accepted] = await Promise.all([
        invitations.acceptAsNew(token, guest, { ip: IP, nowMs }),
        invitations.create({ organizationId: id, email: guest.email, role: 'member', by: owner, nowMs }),
      ]);
      expect(['done', 'invalid_link']).toContain(accepted.kind);
    }
  });
});

describe('people of the instance', () => {
  it('AU16 admins who take the right from each other, or delete each other, at once leave one', async () => {
    const users = createUserStore(db);
    const root = await user();
    await users.setInstanceAdmin(root.userId, true, root);
    expect(await users.setInstanceAdmin(root.userId, false, root)).toEqual({ kind: 'last_admin' });
    expect(await users.remove(root.userId, root)).toEqual({ kind: 'last_admin' });
    for (let round = 0; round < 6; round++) {
      const other = await user();
      await users.setInstanceAdmin(other.userId, true, root);
      const admins = await db.query<{ id: string }>('select id from "user" where "isInstanceAdmin"');
      await Promise.all(
        admins.map(({ id }) =>
          round % 2 === 0 ? users.setInstanceAdmin(id, false, root) : users.remove(id, root),
        ),
      );
      expect(await db.query('select id from "user" where "isInstanceAdmin"')).toHaveLength(1);
    }
    expect(await users.setInstanceAdmin('nobody', true, root)).toEqual({ kind: 'not_found' });
  });

  it('AU16 an account goes with its tokens and sessions, but not the last owner of an organization', async () => {
    const users = createUserStore(db);
    const [boss, owner] = [await user(), await user()];
    await users.setInstanceAdmin(boss.userId, true, boss);
    await organizationOf([owner, 'owner']);
    expect(await users.remove(owner.userId, boss)).toEqual({ kind: 'last_owner', organization: 'Acme' });
    const plain = await user();
    await createCredentialStore(db).insertToken(
      {
        id: `token of ${plain.userId}`,
        userId: plain.userId,
        name: 'ci',
        prefix: 'msh_',
        start: 'msh_abcd',
        hash: `hash of ${plain.userId}`,
        permissions: '{}',
        createdAt: Date.now(),
        expiresAt: null,
      },
      [],
      plain,
    );
    expect(await users.remove(plain.userId, boss)).toEqual({ kind: 'done' });
    expect(await db.query('select 1 from apikey where "referenceId" = $1', [plain.userId])).toEqual([]);
    expect(await users.remove(plain.userId, boss)).toEqual({ kind: 'not_found' });
  });
});

describe('audit log', () => {
  it('AU17 says who, what, whom and from where, in pages, and only of its organization', async () => {
    const [owner, member] = [await user(), await user()];
    const id = await organizationOf([owner, 'owner'], [member, 'member']);
    await members.setMemberRole(id, member.userId, 'admin', { ...owner, tokenId: 'token-9' });
    await members.removeMember(id, member.userId, owner);
    expect(await auditOf(id)).toMatchObject([
      {
        action: 'member.remove',
        target: member.userId,
        actor: { id: owner.userId, email: owner.email },
        ip: IP,
      },
      { action: 'member.role', token_id: 'token-9', data: { from: 'member', to: 'admin' } },
    ]);
    const reader = createAuditReader(db);
    const page = await reader.list(id, { limit: 1 });
    expect(page.items).toMatchObject([{ action: 'member.remove' }]);
    const rest = await reader.list(id, { limit: 1, cursor: page.next ?? '' });
    expect(rest).toMatchObject({ items: [{ action: 'member.role' }], next: null });
    expect(await auditOf(await organizationOf())).toEqual([]);
  });

  it('AU17 is written with the change or not at all', async () => {
    const owner = await user();
    const id = await organizationOf([owner, 'owner']);
    const before = (await auditOf(null)).length;
    await members.removeMember(id, owner.userId, owner);
    await members.updateOrganization('none', { name: 'N' }, owner);
    expect(await auditOf(null)).toHaveLength(before);
    await db.execute('alter table audit_log rename to audit_log_gone');
    try {
      await expect(members.updateOrganization(id, { name: 'New' }, owner)).rejects.toThrow('audit_log');
    } finally {
      await db.execute('alter table audit_log_gone rename to audit_log');
    }
    expect(await accounts.findOrganization(id)).toMatchObject({ name: 'Acme' });
  });
});
