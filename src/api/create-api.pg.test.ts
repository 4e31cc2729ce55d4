/** The set-up link, sign-in, tokens and membership through the real API, the real library and a real database. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { fakeApi, ORIGIN } from '../../test/support/fake-api-deps.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { createAuth, type Auth } from '../auth/create-auth.ts';
import { systemClock } from '../lib/clock.ts';
import { createAccountStore, type AccountStore } from '../store/accounts.ts';
import { createStreamTokenStore } from '../store/stream-tokens.ts';
import { createApi, type RestApi } from './create-api.ts';

const PASSWORD = 'correct horse battery';
let test: TestDatabase;
let db: TestDatabase['db'];
let accounts: AccountStore;
let auth: Auth;
let api: RestApi;

beforeAll(async () => {
  test = await createTestDatabase(inject('postgresUrl'));
  ({ db } = test);
  accounts = createAccountStore(db);
  const { deps } = fakeApi();
  auth = createAuth({
    pool: db.pool,
    baseUrl: ORIGIN,
    trustedOrigins: [],
    secret: 's'.repeat(40),
    secureCookies: false,
    log: deps.log,
    clock: systemClock,
    loadMemberships: (userId) => accounts.loadMemberships(userId),
    insertUser: (user) => accounts.insertUser(user),
    streamTokens: createStreamTokenStore({ ...db, execute: async () => 0 }),
  });
  api = createApi({
    ...deps,
    auth,
    accounts,
    setup: {
      ...deps.setup,
      // As the server wires it, with the link's own check left to `store`.
      async redeem(_link, { organization, ...person }) {
        const prepared = await auth.prepareUser(person);
        if (prepared.kind === 'invalid') return prepared;
        await db.transaction((tx) => accounts.insertFirstUser(tx, prepared.user, organization));
        return { kind: 'done' };
      },
    },
  });
});
afterAll(() => test.drop());

function call(method: string, path: string, headers: Record<string, string>, body?: unknown) {
  const writes = method !== 'GET';
  return api.fetch(
    new Request(`${ORIGIN}${path}`, {
      method,
      headers: { ...(writes && { 'content-type': 'application/json', origin: ORIGIN }), ...headers },
      ...(writes && { body: JSON.stringify(body ?? {}) }),
    }),
    { ip: '192.0.2.1' },
  );
}

async function signIn(email: string): Promise<string> {
  const response = await call('POST', '/api/auth/sign-in/email', {}, { email, password: PASSWORD });
  expect(response.status).toBe(200);
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

async function idIn(response: Response): Promise<string> {
  const found: unknown = await response.json();
  return String(typeof found === 'object' && found !== null ? Reflect.get(found, 'id') : '');
}

describe('api with accounts', () => {
  it('API8 the first person redeems the link, signs in and is owner and instance admin', async () => {
    const person = { email: 'Olga@Example.com', password: PASSWORD, name: 'Olga', organization: 'Acme' };
    expect((await call('POST', '/api/v1/setup/any', {}, person)).status).toBe(201);
    const cookie = await signIn('olga@example.com');
    expect(await (await call('GET', '/api/v1/me', { cookie })).json()).toMatchObject({
      email: 'olga@example.com',
      name: 'Olga',
      is_instance_admin: true,
      organizations: [{ slug: 'acme', name: 'Acme', role: 'owner' }],
    });
  });

  it('API8 a link whose user cannot be written leaves nothing behind', async () => {
    const before = await db.query('select id from organization');
    const person = { email: 'olga@example.com', password: PASSWORD, name: 'Olga', organization: 'Twice' };
    expect((await call('POST', '/api/v1/setup/any', {}, person)).status).toBe(500);
    expect(await db.query('select id from organization')).toEqual(before);
    expect(await db.query(`select id from organization where name = 'Twice'`)).toEqual([]);
  });

  it('API15 a token made in the browser works in a program, with its scopes, until it is revoked', async () => {
    const cookie = await signIn('olga@example.com');
    const made: unknown = await (
      await call('POST', '/api/v1/tokens', { cookie }, { name: 'ci', scopes: ['org:read'] })
    ).json();
    const { id, token } = made as { id: string; token: string };
    const headers = { authorization: `Bearer ${token}` };
    expect((await call('GET', '/api/v1/organizations', headers)).status).toBe(200);
    expect((await call('GET', '/api/v1/projects', headers)).status).toBe(403);
    expect((await call('GET', '/api/v1/tokens', headers)).status).toBe(403);
    expect((await call('DELETE', `/api/v1/tokens/${id}`, { cookie })).status).toBe(204);
    expect((await call('GET', '/api/v1/organizations', headers)).status).toBe(401);
  });

  it('API14 a member removed from an organization finds nothing there any more', async () => {
    const cookie = await signIn('olga@example.com');
    const mia = await auth.createUser({ email: 'mia@example.com', password: PASSWORD, name: 'Mia' });
    if (mia.kind !== 'created') throw new Error(mia.kind);
    const acme = await accounts.findOrganization('acme');
    if (!acme) throw new Error('no organization');
    await accounts.addMember({ organizationId: acme.id, userId: mia.userId, role: 'member' });
    const hers = await signIn('mia@example.com');
    const members = '/api/v1/organizations/acme/members';
    expect((await call('GET', members, { cookie: hers })).status).toBe(200);
    expect((await call('DELETE', `${members}/${mia.userId}`, { cookie })).status).toBe(204);
    // What the trigger on `member` sends to every node.
    auth.invalidate({ kind: 'member', ref: mia.userId });
    expect((await call('GET', members, { cookie: hers })).status).toBe(404);
    const olga = await idIn(await call('GET', '/api/v1/me', { cookie }));
    expect((await call('DELETE', `${members}/${olga}`, { cookie })).status).toBe(409);
  });

  it('API6 signing out ends the session for the API', async () => {
    const cookie = await signIn('olga@example.com');
    expect((await call('GET', '/api/v1/me', { cookie })).status).toBe(200);
    expect((await call('POST', '/api/auth/sign-out', { cookie })).status).toBe(200);
    expect((await call('GET', '/api/v1/me', { cookie })).status).toBe(401);
  });
});
