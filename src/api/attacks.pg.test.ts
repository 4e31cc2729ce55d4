/** Attacks on accounts, tried through the real API, library and database; each is refused and leaves nothing behind. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { fakeApi, ORIGIN } from '../../test/support/fake-api-deps.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { createAccountPorts } from '../account-ports.ts';
import { createAuth } from '../auth/create-auth.ts';
import { systemClock } from '../lib/clock.ts';
import { createAccountStore } from '../store/accounts.ts';
import { createCredentialStore } from '../store/credentials.ts';
import { createStreamTokenStore } from '../store/stream-tokens.ts';
import { createApi, type RestApi } from './create-api.ts';

const PASSWORD = 'correct horse battery';
const [OLGA, MALLORY] = ['olga@example.com', 'mallory@example.com'];
let test: TestDatabase;
let api: RestApi;

beforeAll(async () => {
  test = await createTestDatabase(inject('postgresUrl'));
  const { db } = test;
  const { deps } = fakeApi();
  const accounts = createAccountStore(db);
  const auth = createAuth({
    pool: db.pool,
    baseUrl: ORIGIN,
    trustedOrigins: [],
    secret: 's'.repeat(40),
    secureCookies: false,
    log: deps.log,
    clock: systemClock,
    loadMemberships: (userId) => accounts.loadMemberships(userId),
    insertUser: (user) => accounts.insertUser(user),
    streamTokens: createStreamTokenStore(db),
    credentials: createCredentialStore(db),
  });
  const ports = createAccountPorts({
    db,
    auth,
    url: ORIGIN,
    mailer: null,
    singleSignOn: null,
    clock: systemClock,
    log: deps.log,
  });
  api = createApi({ ...deps, auth, accounts, ...ports });
  for (const email of [OLGA, MALLORY]) {
    const made = await auth.createUser({ email, password: PASSWORD, name: email });
    if (made.kind !== 'created') throw new Error(made.kind);
    const { id } = await accounts.createOrganization({ name: email.split('@')[0] ?? '' });
    await accounts.addMember({ organizationId: id, userId: made.userId, role: 'owner' });
  }
});
afterAll(() => test.drop());

let addresses = 0;
function call(method: string, path: string, headers: Record<string, string>, body?: unknown) {
  const writes = method !== 'GET';
  return api.fetch(
    new Request(`${ORIGIN}${path}`, {
      method,
      headers: { ...(writes && { 'content-type': 'application/json', origin: ORIGIN }), ...headers },
      ...(writes && { body: JSON.stringify(body ?? {}) }),
    }),
    { ip: `198.51.100.${++addresses}` },
  );
}
async function signIn(email: string, headers: Record<string, string> = {}, more: object = {}) {
  const response = await call('POST', '/api/auth/sign-in/email', headers, {
    email,
    password: PASSWORD,
    ...more,
  });
  const cookie = response.headers
    .getSetCookie()
    .map((text) => text.split(';')[0])
    .join('; ');
  const body = (await response.json()) as { token: string; url?: string };
  return { cookie, body, response };
}
const statusOf = async (cookie: string) => (await call('GET', '/api/v1/me', { cookie })).status;

describe('attacks', () => {
  it('AU24 a session cannot be fixed, forged or made from the token in an answer', async () => {
    const planted = `mesher.session_token=${'a'.repeat(32)}.${'b'.repeat(43)}%3D`;
    const { cookie, body } = await signIn(OLGA, { cookie: planted });
    expect(cookie).not.toContain('a'.repeat(32));
    expect(await statusOf(planted)).toBe(401);
    expect(await statusOf(cookie)).toBe(200);
    const [name = '', value = ''] = cookie.split('=');
    const [token = '', signature = ''] = decodeURIComponent(value).split('.');
    for (const forged of [
      body.token,
      token,
      `${token}.`,
      // Not its last letter: some of that one's bits say nothing.
      `${token}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`,
      `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}.${signature}`,
    ])
      expect(await statusOf(`${name}=${encodeURIComponent(forged)}`)).toBe(401);
    expect((await call('GET', '/api/v1/me', { authorization: `Bearer ${token}` })).status).toBe(401);
    // Another sign-in is another session.
    expect((await signIn(OLGA)).cookie).not.toBe(cookie);
  });

  it('AU24 a page of another site writes nothing, signs nobody in or out', async () => {
    const { cookie } = await signIn(OLGA);
    for (const origin of ['https://evil.example', 'null', `${ORIGIN}.evil.example`]) {
      for (const path of [
        '/api/v1/organizations',
        '/api/v1/tokens',
        '/api/auth/sign-out',
        '/api/auth/sign-in/email',
      ])
        expect((await call('POST', path, { cookie, origin }, { name: 'x' })).status).toBe(403);
    }
    const form = { cookie, 'content-type': 'text/plain' };
    expect((await call('POST', '/api/auth/sign-out', form)).status).toBe(415);
    expect(await statusOf(cookie)).toBe(200);
  });

  it('AU24 ids of others are nothing: tokens, sessions, invitations, members, audit log', async () => {
    const [olga, mallory] = [(await signIn(OLGA)).cookie, (await signIn(MALLORY)).cookie];
    const json = async (path: string, method = 'GET', body?: object) =>
      (await (await call(method, `/api/v1${path}`, { cookie: olga }, body)).json()) as {
        id: string;
        items: { id: string; user_id: string }[];
      };
    const token = await json('/tokens', 'POST', { name: 'ci', scopes: ['org:read'] });
    const [session] = (await json('/me/sessions')).items;
    const invitation = await json('/organizations/olga/invitations', 'POST', {
      email: 'x@example.com',
      role: 'member',
    });
    const [member] = (await json('/organizations/olga/members')).items;
    const of = (organization: string) => `/api/v1/organizations/${organization}`;
    for (const path of [
      `/api/v1/tokens/${token.id}`,
      `/api/v1/me/sessions/${session?.id}`,
      `${of('olga')}/invitations/${invitation.id}`,
      `${of('mallory')}/invitations/${invitation.id}`,
      `${of('olga')}/members/${member?.user_id}`,
      `${of('mallory')}/members/${member?.user_id}`,
      of('olga'),
    ])
      expect((await call('DELETE', path, { cookie: mallory })).status, path).toBe(404);
    expect((await call('GET', `${of('olga')}/audit-log`, { cookie: mallory })).status).toBe(404);
    expect((await json('/tokens')).items).toHaveLength(1);
    expect((await json('/organizations/olga/invitations')).items).toHaveLength(1);
  });

  it('AU24 fields that nobody asked for change nothing', async () => {
    const { cookie } = await signIn(MALLORY);
    const more = {
      id: 'mine',
      user_id: 'olga',
      userId: 'olga',
      referenceId: 'olga',
      isInstanceAdmin: true,
      is_instance_admin: true,
      role: 'owner',
      organizationId: 'olga',
      __proto__: { isInstanceAdmin: true },
    };
    await call('POST', '/api/v1/tokens', { cookie }, { name: 't', scopes: ['event:read'], ...more });
    await call('PATCH', '/api/v1/organizations/mallory', { cookie }, { name: 'Mallory', ...more });
    await signIn(MALLORY, {}, more);
    expect(await test.db.query('select 1 from "user" where "isInstanceAdmin"')).toEqual([]);
    expect(await test.db.query(`select 1 from apikey where id = 'mine' or "referenceId" = 'olga'`)).toEqual(
      [],
    );
    expect(await test.db.query('select 1 from member')).toHaveLength(2);
  });

  it('AU24 nothing leads to another site: callback addresses and Host are not heard', async () => {
    const evil = 'https://evil.example/';
    const { body, response } = await signIn(
      OLGA,
      { host: 'evil.example' },
      { callbackURL: evil, redirectTo: evil },
    );
    expect(response.status).toBe(200);
    expect(JSON.stringify(body)).not.toContain('evil');
    const { cookie } = await signIn(OLGA);
    const made = await call(
      'POST',
      '/api/v1/organizations/olga/invitations',
      { cookie, host: 'evil.example', 'x-forwarded-host': 'evil.example' },
      { email: 'y@example.com', role: 'member' },
    );
    expect(((await made.json()) as { link: string }).link.startsWith(`${ORIGIN}/`)).toBe(true);
  });

  it('AU24 operators and SQL in place of values find nothing', async () => {
    for (const email of [{ $ne: null }, ['olga@example.com'], "' or 1=1 --", 'olga@example.com\0', '%']) {
      const answer = await call('POST', '/api/auth/sign-in/email', {}, { email, password: PASSWORD });
      expect([400, 401]).toContain(answer.status);
      expect(answer.headers.getSetCookie().join()).not.toMatch(/session_token=[^;]/);
    }
    const { cookie } = await signIn(MALLORY);
    for (const text of ["olga' or '1'='1", 'olga"; drop table member; --', '%', '_lga', 'olga%00'])
      for (const path of [`/organizations/${text}`, `/organizations/${text}/members`])
        expect([400, 404]).toContain((await call('GET', `/api/v1${encodeURI(path)}`, { cookie })).status);
  });
});
