/** The set-up link, sign-in, tokens and membership through the real API, the real library and a real database. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { fakeApi, ORIGIN } from '../../test/support/fake-api-deps.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { createAuth, type Auth } from '../auth/create-auth.ts';
import { systemClock } from '../lib/clock.ts';
import { createAccountStore, type AccountStore } from '../store/accounts.ts';
import { createCredentialStore } from '../store/credentials.ts';
import { COMMAND_LINE } from '../viewer.ts';
import { createStreamTokenStore } from '../store/stream-tokens.ts';
import { createAccountPorts } from '../account-ports.ts';
import { createApi, type RestApi } from './create-api.ts';

const PASSWORD = 'correct horse battery';
const mails: { to: string; subject: string; text: string }[] = [];
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
    credentials: createCredentialStore(db),
  });
  api = createApi({
    ...deps,
    auth,
    accounts,
    ...createAccountPorts({
      db,
      auth,
      url: ORIGIN,
      mailer: { send: async (mail) => mails.push(mail) > 0 },
      singleSignOn: null,
      clock: systemClock,
      log: deps.log,
    }),
    setup: {
      ...deps.setup,
      // As the server wires it, with the link's own check left to `store`.
      async redeem(_link, { organization, ...person }) {
        const prepared = await auth.prepareUser(person);
        if (prepared.kind === 'invalid') return prepared;
        await db.transaction((tx) =>
          accounts.insertFirstUser(tx, prepared.user, { organizationName: organization, by: COMMAND_LINE }),
        );
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

  it('AU18 sessions are listed and ended, a new password ends the others, all of it audited', async () => {
    const who = { email: 'sam@example.com', password: PASSWORD, name: 'Sam' };
    expect((await auth.createUser(who)).kind).toBe('created');
    const [here, there, third] = [await signIn(who.email), await signIn(who.email), await signIn(who.email)];
    const ask = async (cookie: string) => (await call('GET', '/api/v1/me', { cookie })).status;
    const list = async () => {
      const page = (await (await call('GET', '/api/v1/me/sessions', { cookie: here })).json()) as {
        items: { id: string; current: boolean; ip: string }[];
      };
      return page.items;
    };
    const sessions = await list();
    expect(sessions).toHaveLength(3);
    expect(sessions.filter(({ current }) => current)).toHaveLength(1);
    expect(JSON.stringify(sessions)).not.toContain('token');
    // Newest first: the third.
    expect((await call('DELETE', `/api/v1/me/sessions/${sessions[0]?.id}`, { cookie: here })).status).toBe(
      204,
    );
    expect([await ask(here), await ask(there), await ask(third)]).toEqual([200, 200, 401]);

    const change = (current_password: string, new_password: string) =>
      call('PUT', '/api/v1/me/password', { cookie: here }, { current_password, new_password });
    expect((await change('not the password', 'another good phrase')).status).toBe(400);
    expect((await change(PASSWORD, 'another good phrase')).status).toBe(204);
    expect([await ask(here), await ask(there)]).toEqual([200, 401]);
    const again = { email: who.email, password: PASSWORD };
    expect((await call('POST', '/api/auth/sign-in/email', {}, again)).status).toBe(401);

    const olga = await idIn(await call('GET', '/api/v1/me', { cookie: await signIn('olga@example.com') }));
    expect((await call('DELETE', `/api/v1/me/sessions/${olga}`, { cookie: here })).status).toBe(404);
    const log = await db.query<{ action: string }>(
      `select action from audit_log where actor_email = $1 order by id`,
      [who.email],
    );
    expect(log.map(({ action }) => action)).toEqual([
      'session.create',
      'session.create',
      'session.create',
      'session.revoke',
      'password.change',
    ]);
  });

  it('AU15 an invitation is made, opened and accepted over REST', async () => {
    const cookie = await signIn('olga@example.com');
    const path = '/api/v1/organizations/acme/invitations';
    const made = await call('POST', path, { cookie }, { email: ' Ivy@Example.com', role: 'member' });
    expect(made.status).toBe(201);
    const { link } = (await made.json()) as { link: string };
    expect(link.startsWith(`${ORIGIN}/invitations/`)).toBe(true);
    const open = link.replace(ORIGIN, '/api/v1');
    expect(await (await call('GET', open, {})).json()).toMatchObject({
      email: 'ivy@example.com',
      organization: { slug: 'acme' },
      has_account: false,
    });
    const person = { name: 'Ivy', password: PASSWORD, email: 'mallory@example.com', role: 'owner' };
    expect((await call('POST', open, {}, person)).status).toBe(201);
    expect((await call('POST', open, {}, person)).status).toBe(404);
    const hers = await signIn('ivy@example.com');
    expect(await (await call('GET', '/api/v1/organizations/acme', { cookie: hers })).json()).toMatchObject({
      role: 'member',
    });
    expect((await call('GET', '/api/v1/organizations/acme/audit-log', { cookie: hers })).status).toBe(403);
    expect((await call('POST', '/api/v1/organizations/acme/leave', { cookie: hers })).status).toBe(204);
    expect((await call('GET', '/api/v1/organizations/acme', { cookie: hers })).status).toBe(404);
  });

  it('AU21 a forgotten password: the same answer for everyone, a link once, sessions end', async () => {
    const who = { email: 'rita@example.com', password: PASSWORD, name: 'Rita' };
    const made = await auth.createUser(who);
    if (made.kind !== 'created') throw new Error(made.kind);
    const cookie = await signIn(who.email);
    mails.length = 0;
    const ask = async (email: string) => {
      // A hostile Host must not become the address of the link.
      const headers = { host: 'evil.example', 'x-forwarded-host': 'evil.example' };
      const response = await call('POST', '/api/v1/password-resets', headers, { email });
      return [response.status, await response.text()];
    };
    const answers = [await ask(who.email), await ask('nobody@example.com')];
    expect(answers[0]).toEqual(answers[1]);
    await expect.poll(() => mails.length).toBe(1);
    expect(mails[0]?.to).toBe(who.email);
    const link = /\S+\/reset-password\/\S+/.exec(mails[0]?.text ?? '')?.[0] ?? '';
    expect(link.startsWith(`${ORIGIN}/reset-password/`)).toBe(true);
    const path = link.replace(`${ORIGIN}/reset-password/`, '/api/v1/password-resets/');
    expect(await (await call('GET', path, {})).json()).toEqual({ email: who.email });
    const weak = await call('POST', path, {}, { password: 'password123' });
    expect(weak.status).toBe(400);
    expect(await weak.json()).toMatchObject({ error: { path: 'password' } });
    const fresh = { password: 'a rather new phrase' };
    const twice = await Promise.all([call('POST', path, {}, fresh), call('POST', path, {}, fresh)]);
    expect(twice.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 404]);
    expect((await call('GET', '/api/v1/me', { cookie })).status).toBe(401);
    const again = { email: who.email, ...fresh };
    expect((await call('POST', '/api/auth/sign-in/email', {}, again)).status).toBe(200);
  });

  it('AU21 an admin of the instance hands a link over; the same e-mail is mailed three times an hour', async () => {
    const olga = await signIn('olga@example.com');
    const people = (await (await call('GET', '/api/v1/instance/users', { cookie: olga })).json()) as {
      items: { id: string; email: string }[];
    };
    const rita = people.items.find(({ email }) => email === 'rita@example.com')?.id ?? '';
    const path = `/api/v1/instance/users/${rita}/password-link`;
    const link = (await (await call('POST', path, { cookie: olga })).json()) as { link: string };
    expect(link.link.startsWith(`${ORIGIN}/reset-password/`)).toBe(true);
    expect((await call('POST', '/api/v1/instance/users/none/password-link', { cookie: olga })).status).toBe(
      404,
    );
    const ask = async () =>
      (await call('POST', '/api/v1/password-resets', {}, { email: 'Flood@example.com' })).status;
    expect([await ask(), await ask(), await ask(), await ask()]).toEqual([202, 202, 202, 429]);
  });
});
