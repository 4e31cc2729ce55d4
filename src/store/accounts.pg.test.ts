/** Organizations and their members on a real database. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { COMMAND_LINE } from '../viewer.ts';
import { createAccountStore, type AccountStore } from './accounts.ts';

let test: TestDatabase;
let db: TestDatabase['db'];
let accounts: AccountStore;

beforeAll(async () => {
  test = await createTestDatabase(inject('postgresUrl'));
  ({ db } = test);
  accounts = createAccountStore(db);
});
afterAll(() => test.drop());

let count = 0;
async function user(): Promise<string> {
  const id = `user-${++count}`;
  await accounts.insertUser({
    id,
    accountId: `account-${count}`,
    email: `${id}@example.com`,
    name: id,
    passwordHash: 'a:b',
  });
  return id;
}

describe('accounts', () => {
  it('AU11 adding a member twice, also at once, is one membership with the last role', async () => {
    const userId = await user();
    const { id: organizationId } = await accounts.createOrganization({ name: 'Acme' });
    await Promise.all([1, 2, 3].map(() => accounts.addMember({ organizationId, userId, role: 'member' })));
    await accounts.addMember({ organizationId, userId, role: 'admin' });
    expect(await db.query('select 1 from member where "userId" = $1', [userId])).toHaveLength(1);
    expect((await accounts.loadMemberships(userId))?.organizations).toMatchObject([
      { id: organizationId, role: 'admin' },
    ]);
  });

  it('AU12 the first user owns the oldest organization, under the name it is given', async () => {
    const fresh = await createTestDatabase(inject('postgresUrl'));
    try {
      const store = createAccountStore(fresh.db);
      const made = await store.createOrganization({ name: 'Default' });
      const first = { id: 'u1', accountId: 'a1', email: 'a@example.com', name: 'A', passwordHash: 'a:b' };
      const organization = await fresh.db.transaction((tx) =>
        store.insertFirstUser(tx, first, { organizationName: 'Acme', by: COMMAND_LINE }),
      );
      expect(organization).toEqual({ id: made.id, slug: 'default', name: 'Acme' });
      expect(await store.loadMemberships('u1')).toEqual({
        email: 'a@example.com',
        name: 'A',
        isInstanceAdmin: true,
        twoFactor: false,
        organizations: [{ ...organization, role: 'owner' }],
      });
    } finally {
      await fresh.drop();
    }
  });

  it('AU13 slugs of organizations are free, hold a letter and are found', async () => {
    const one = await accounts.createOrganization({ name: '42' });
    const two = await accounts.createOrganization({ name: '42' });
    expect([one.slug, two.slug]).toEqual(['org-42', 'org-42-2']);
    expect(await accounts.findOrganization('org-42-2')).toEqual(two);
    expect(await accounts.findOrganization(one.id)).toEqual(one);
    expect(await accounts.findOrganization('none')).toBeNull();
  });
});
