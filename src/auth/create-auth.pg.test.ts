/** The real library on the real schema: sign-in, tokens, revocation, and nothing left to migrate. */
import { getMigrations } from 'better-auth/db/migration';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { systemClock } from '../lib/clock.ts';
import { createAccountStore, type AccountStore } from '../store/accounts.ts';
import { createCredentialStore } from '../store/credentials.ts';
import { createStreamTokenStore } from '../store/stream-tokens.ts';
import { COMMAND_LINE } from '../viewer.ts';
import { betterAuthOptions, createBetterAuth, type AuthSettings } from './better-auth.ts';
import { createAuth, type Auth } from './create-auth.ts';

const BASE = 'http://localhost:8080';
const PASSWORD = 'correct horse battery';
let test: TestDatabase;
let db: TestDatabase['db'];
let accounts: AccountStore;
let settings: AuthSettings;
let auth: Auth;

beforeAll(async () => {
  test = await createTestDatabase(inject('postgresUrl'));
  ({ db } = test);
  accounts = createAccountStore(db);
  settings = {
    pool: db.pool,
    baseUrl: BASE,
    trustedOrigins: [],
    secret: 's'.repeat(40),
    secureCookies: false,
    log: pino({ level: 'silent' }),
  };
  auth = authWith(settings);
});
afterAll(() => test.drop());

function authWith(over: Partial<AuthSettings>): Auth {
  return createAuth({
    ...settings,
    ...over,
    clock: systemClock,
    loadMemberships: (userId) => accounts.loadMemberships(userId),
    insertUser: (user) => accounts.insertUser(user),
    streamTokens: createStreamTokenStore({ ...db, execute: async () => 0 }),
    credentials: createCredentialStore(db),
  });
}

let people = 0;
async function person(): Promise<{ userId: string; email: string; organizationId: string }> {
  const email = `person${++people}@example.com`;
  const created = await auth.createUser({ email, password: PASSWORD, name: 'Person' });
  if (created.kind !== 'created') throw new Error(created.kind);
  const { id } = await accounts.createOrganization({ name: `Org of ${email}` });
  await accounts.addMember({ organizationId: id, userId: created.userId, role: 'owner' });
  return { userId: created.userId, email, organizationId: id };
}

function post(path: string, body: unknown, headers: Record<string, string> = {}): Request {
  return new Request(`${BASE}/api/auth${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: BASE, ...headers },
    body: JSON.stringify(body),
  });
}

let addresses = 0;
async function signIn(email: string, password = PASSWORD, by = auth): Promise<Response> {
  return by.handler(post('/sign-in/email', { email, password }), { ip: `192.0.2.${++addresses}` });
}

function cookieOf(response: Response): string {
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

describe('auth', () => {
  it('AU1 the migrations hold every table and column of the library', async () => {
    const { toBeCreated, toBeAdded } = await getMigrations(betterAuthOptions(settings));
    expect(toBeCreated).toEqual([]);
    expect(toBeAdded).toEqual([]);
  });

  it('AU2 a password makes a session, whose cookie makes a viewer with roles', async () => {
    const { userId, email, organizationId } = await person();
    const response = await signIn(email.toUpperCase());
    expect(response.status).toBe(200);
    const result = await auth.authenticate({ cookie: cookieOf(response) });
    expect(result).toMatchObject({
      kind: 'viewer',
      viewer: { kind: 'session', userId, email, scopes: 'all', isInstanceAdmin: false },
    });
    expect(result.kind === 'viewer' && result.viewer.organizations.get(organizationId)).toBe('owner');
  });

  it('AU2 a wrong password is 401 in our error body', async () => {
    const { email } = await person();
    const response = await signIn(email, 'not the password');
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ error: { code: 'unauthorized' } });
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  it('AU3 the cookie is HttpOnly and SameSite=Lax, and Secure when asked for', async () => {
    const { email } = await person();
    const [plain] = (await signIn(email)).headers.getSetCookie();
    expect(plain).toMatch(/HttpOnly/i);
    expect(plain).toMatch(/SameSite=Lax/i);
    expect(plain).not.toMatch(/Secure/i);
    const [secure] = (
      await signIn(email, PASSWORD, authWith({ secureCookies: true }))
    ).headers.getSetCookie();
    expect(secure).toMatch(/; Secure/i);
  });

  it('AU4 sign-up and the rest of the library are not served', async () => {
    for (const path of ['/sign-up/email', '/organization/create', '/api-key/create', '/nothing']) {
      const body = { email: 'new@example.com', password: PASSWORD, name: 'New' };
      expect((await auth.handler(post(path, body), { ip: '192.0.2.1' })).status).toBe(404);
    }
    expect(await accounts.findUser('new@example.com')).toBeNull();
  });

  it('AU4 of everything the library could serve, these are served, and to nobody else', async () => {
    const endpoints = Object.values(createBetterAuth(settings).api).flatMap((endpoint) => {
      const path: unknown = Reflect.get(endpoint, 'path');
      const options: unknown = Reflect.get(endpoint, 'options');
      const method: unknown = typeof options === 'object' && options && Reflect.get(options, 'method');
      const methods: unknown[] = Array.isArray(method) ? method : [method];
      return typeof path === 'string' ? methods.map((one) => `${String(one)} ${path}`) : [];
    });
    expect(endpoints.length).toBeGreaterThan(50);
    const served: string[] = [];
    for (const endpoint of new Set(endpoints)) {
      const [method = '', path = ''] = endpoint.split(' ');
      const url = `${BASE}/api/auth${path.replaceAll(/:\w+/g, 'x')}`;
      const writes = method !== 'GET' && method !== 'HEAD';
      const request = new Request(url, {
        method,
        ...(writes && { headers: { 'content-type': 'application/json', origin: BASE }, body: '{}' }),
      });
      const { status } = await auth.handler(request, { ip: '203.0.113.9' });
      if (status !== 404 && status !== 405) served.push(endpoint);
    }
    expect(served.toSorted()).toEqual([
      'GET /get-session',
      'POST /sign-in/email',
      'POST /sign-out',
      'POST /two-factor/disable',
      'POST /two-factor/enable',
      'POST /two-factor/generate-backup-codes',
      'POST /two-factor/verify-backup-code',
      'POST /two-factor/verify-totp',
    ]);
  });

  it('AU5 the eleventh try within a minute is 429 with Retry-After, from that address only', async () => {
    const { email } = await person();
    const attempt = (ip: string) =>
      auth.handler(post('/sign-in/email', { email, password: 'wrong password' }), { ip });
    for (let n = 0; n < 10; n++) expect((await attempt('198.51.100.1')).status).toBe(401);
    const limited = await attempt('198.51.100.1');
    expect(limited.status).toBe(429);
    expect(Number(limited.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await attempt('198.51.100.2')).status).toBe(401);
  });

  it('AU6 a session ends with sign-out at once', async () => {
    const { email } = await person();
    const cookie = cookieOf(await signIn(email));
    expect((await auth.authenticate({ cookie })).kind).toBe('viewer');
    const out = await auth.handler(post('/sign-out', {}, { cookie }), { ip: '192.0.2.1' });
    expect(out.status).toBe(200);
    expect((await auth.authenticate({ cookie })).kind).toBe('refused');
  });

  it('AU6 a session deleted elsewhere ends with its change', async () => {
    const { userId, email } = await person();
    const cookie = cookieOf(await signIn(email));
    const before = await auth.authenticate({ cookie });
    if (before.kind !== 'viewer') throw new Error('not signed in');
    await db.query('delete from session where "userId" = $1', [userId]);
    auth.invalidate({ kind: 'session', ref: before.viewer.credentialId });
    expect((await auth.authenticate({ cookie })).kind).toBe('refused');
  });

  it('AU6 a role taken away is gone with its change', async () => {
    const { userId, email, organizationId } = await person();
    const cookie = cookieOf(await signIn(email));
    await auth.authenticate({ cookie });
    await db.query('delete from member where "userId" = $1', [userId]);
    auth.invalidate({ kind: 'member', ref: userId });
    const after = await auth.authenticate({ cookie });
    expect(after.kind === 'viewer' && after.viewer.organizations.has(organizationId)).toBe(false);
  });

  it('AU7 a token is a viewer with its scopes until it is revoked', async () => {
    const { userId } = await person();
    const { token, id } = await auth.createToken({
      userId,
      name: 'ci',
      scopes: ['event:read'],
      by: COMMAND_LINE,
    });
    expect(token).toMatch(/^msh_/);
    const result = await auth.authenticate({ authorization: `Bearer ${token}` });
    expect(result).toMatchObject({ kind: 'viewer', viewer: { kind: 'token', credentialId: id, userId } });
    expect(result.kind === 'viewer' && result.viewer.scopes).toEqual(new Set(['event:read']));
    expect(await auth.listTokens(userId, { limit: 10 })).toMatchObject({
      items: [{ id, name: 'ci', scopes: ['event:read'] }],
      next: null,
    });
    expect((await db.query('select 1 from apikey where key = $1', [token])).length).toBe(0);

    const { userId: other } = await person();
    expect(await auth.revokeToken(other, id, COMMAND_LINE)).toBe(false);
    expect(await auth.revokeToken(userId, id, COMMAND_LINE)).toBe(true);
    expect((await auth.authenticateToken(token)).kind).toBe('refused');
  });

  it('AU7 an expired or disabled token is refused', async () => {
    const { userId } = await person();
    const old = await auth.createToken({
      userId,
      name: 'old',
      scopes: ['event:read'],
      expiresInDays: 2,
      by: COMMAND_LINE,
    });
    await db.query(`update apikey set "expiresAt" = now() - interval '1 second' where id = $1`, [old.id]);
    expect((await auth.authenticateToken(old.token)).kind).toBe('refused');
    const off = await auth.createToken({ userId, name: 'off', scopes: ['event:read'], by: COMMAND_LINE });
    await db.query(`update apikey set enabled = false where id = $1`, [off.id]);
    expect((await auth.authenticateToken(off.token)).kind).toBe('refused');
  });

  it('AU8 a request with Authorization never falls back to the cookie', async () => {
    const { email } = await person();
    const cookie = cookieOf(await signIn(email));
    for (const authorization of ['Bearer wrong', 'Basic abc', 'Bearer', ''])
      expect((await auth.authenticate({ cookie, authorization })).kind).toBe('refused');
  });

  it('AU9 an e-mail is one account, a password has 8 characters or more and cannot be guessed', async () => {
    const { email } = await person();
    const again = { email: ` ${email.toUpperCase()}`, password: PASSWORD, name: 'x' };
    expect(await auth.createUser(again)).toEqual({ kind: 'email_taken' });
    const short = { email: 'short@example.com', password: '1234567', name: 'x' };
    expect(await auth.createUser(short)).toMatchObject({ kind: 'invalid', field: 'password' });
    const weak = { email: 'weak@example.com', password: 'password123', name: 'x' };
    expect(await auth.createUser(weak)).toMatchObject({ kind: 'invalid', field: 'password' });
  });
});
