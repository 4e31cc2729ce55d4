/** Single sign-on against a real OpenID provider on loopback. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { startOpenIdProvider, type OpenIdProvider, type Person } from '../../test/support/openid-provider.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { createAutoJoin } from '../auto-join.ts';
import { systemClock, type Clock } from '../lib/clock.ts';
import { createAccountStore, type AccountStore } from '../store/accounts.ts';
import { createCredentialStore } from '../store/credentials.ts';
import { createStreamTokenStore } from '../store/stream-tokens.ts';
import { createAuth, type Auth } from './create-auth.ts';

const BASE = 'http://localhost:8080';
const PASSWORD = 'correct horse battery';
let test: TestDatabase;
let accounts: AccountStore;
let provider: OpenIdProvider;
let auth: Auth;

beforeAll(async () => {
  test = await createTestDatabase(inject('postgresUrl'));
  accounts = createAccountStore(test.db);
  provider = await startOpenIdProvider(`${BASE}/api/auth/callback/oidc`);
  await accounts.createOrganization({ name: 'Acme' });
  auth = authOf(provider.issuer);
});
afterAll(async () => {
  await provider.close();
  await test.drop();
});

function authOf(issuer: string, clock: Clock = systemClock): Auth {
  return createAuth({
    pool: test.db.pool,
    baseUrl: BASE,
    trustedOrigins: [],
    secret: 's'.repeat(40),
    secureCookies: false,
    log: pino({ level: 'silent' }),
    clock,
    loadMemberships: (userId) => accounts.loadMemberships(userId),
    insertUser: (user) => accounts.insertUser(user),
    streamTokens: createStreamTokenStore(test.db),
    credentials: createCredentialStore(test.db),
    singleSignOn: {
      issuer,
      clientId: provider.clientId,
      clientSecret: provider.clientSecret,
      domains: ['corp.example'],
    },
    onJoined: createAutoJoin({ db: test.db, accounts, organization: undefined }),
  });
}

let addresses = 0;
function ask(method: string, url: string, cookie: string, body?: object, by = auth): Promise<Response> {
  return by.handler(
    new Request(url, {
      method,
      headers: { origin: BASE, ...(cookie !== '' && { cookie }), 'content-type': 'application/json' },
      ...(body && { body: JSON.stringify(body) }),
    }),
    { ip: `198.51.100.${++addresses}` },
  );
}
function cookiesAfter(response: Response, before = ''): string {
  const cookies = response.headers.getSetCookie().map((text) => text.split(';')[0] ?? '');
  return [...(before === '' ? [] : [before]), ...cookies].join('; ');
}

async function start(path: string, o: { cookie?: string; next?: string; by?: Auth } = {}) {
  const started = await ask('POST', `${BASE}/api/auth${path}`, o.cookie ?? '', { next: o.next }, o.by);
  expect(started.status).toBe(200);
  const { url } = (await started.json()) as { url: string };
  return { url, cookie: cookiesAfter(started, o.cookie) };
}
async function come(person: Person, o: { next?: string; by?: Auth } = {}) {
  const { url, cookie } = await start('/sign-in/social', o);
  const back = await provider.signIn(url, person);
  const answer = await ask('GET', back, cookie, undefined, o.by);
  const who = await auth.authenticate({ cookie: cookiesAfter(answer) });
  return {
    location: answer.headers.get('location') ?? '',
    viewer: who.kind === 'viewer' ? who.viewer : null,
  };
}
function person(sub: string, email: string, verified = true): Person {
  return { sub, email, email_verified: verified, name: `Person ${sub}` };
}

describe('single sign-on', () => {
  it('AU23 asks with a state, a nonce and a PKCE challenge', async () => {
    const { url } = await start('/sign-in/social');
    const query = new URL(url).searchParams;
    expect(query.get('code_challenge_method')).toBe('S256');
    expect(query.get('redirect_uri')).toBe(`${BASE}/api/auth/callback/oidc`);
    for (const name of ['state', 'nonce', 'code_challenge'])
      expect(query.get(name)?.length).toBeGreaterThan(20);
  });

  it('AU23 a verified e-mail of an allowed domain gets an account and a membership, once', async () => {
    const first = await come(person('s1', 'Ann@corp.example'));
    expect(first.location).toBe(`${BASE}/`);
    expect(first.viewer).toMatchObject({ email: 'ann@corp.example', isInstanceAdmin: false });
    expect([...(first.viewer?.organizations.values() ?? [])]).toEqual(['member']);
    const second = await come(person('s1', 'Ann@corp.example'));
    expect(second.viewer?.userId).toBe(first.viewer?.userId);
    const stored = await test.db.query<{ accountId: string; tokens: string | null }>(
      `select "accountId", concat("accessToken", "refreshToken", "idToken") as tokens from account where "userId" = $1`,
      [first.viewer?.userId],
    );
    expect(stored).toEqual([{ accountId: `${provider.issuer}#s1`, tokens: '' }]);
    const log = await test.db.query<{ action: string }>(
      'select action from audit_log where actor_id = $1 order by id',
      [first.viewer?.userId],
    );
    expect(log.map(({ action }) => action)).toEqual([
      'user.create',
      'member.add',
      'session.create',
      'session.create',
    ]);
  });

  it('AU23 nobody else gets an account', async () => {
    for (const one of [
      person('s2', 'bob@corp.example', false),
      person('s3', 'eve@elsewhere.example'),
      person('s4', 'eve@corp.example.evil.example'),
      person('s5', 'eve@sub.corp.example'),
    ]) {
      const { location, viewer } = await come(one);
      expect(viewer).toBeNull();
      expect(location).toMatch(/^http:\/\/localhost:8080\/sign-in\?error=/);
      expect(await accounts.findUser(one.email)).toBeNull();
    }
  });

  it('AU23 the same e-mail opens no account; linking from its own session does', async () => {
    const email = 'carla@corp.example';
    const made = await auth.createUser({ email, password: PASSWORD, name: 'Carla' });
    if (made.kind !== 'created') throw new Error(made.kind);
    expect((await come(person('s6', email))).viewer).toBeNull();

    const signedIn = cookiesAfter(
      await ask('POST', `${BASE}/api/auth/sign-in/email`, '', { email, password: PASSWORD }),
    );
    const { url, cookie } = await start('/link-social', { cookie: signedIn });
    const back = await provider.signIn(url, person('s6', email));
    expect((await ask('GET', back, cookie)).status).toBe(302);
    expect((await come(person('s6', email))).viewer?.userId).toBe(made.userId);
    // Linking needs a session.
    expect((await ask('POST', `${BASE}/api/auth/link-social`, '', {})).status).toBe(401);
  });

  it('AU23 an answer that was not asked for from this browser is refused', async () => {
    const { url, cookie } = await start('/sign-in/social');
    const back = await provider.signIn(url, person('s7', 'dora@corp.example'));
    const other = await ask('GET', back, '');
    expect(other.headers.getSetCookie().join()).not.toMatch(/session_token=[^;]/);
    const forged = new URL(back);
    forged.searchParams.set('state', 'x'.repeat(32));
    expect((await ask('GET', forged.href, cookie)).headers.getSetCookie().join()).not.toMatch(
      /session_token=[^;]/,
    );
    expect(await accounts.findUser('dora@corp.example')).toBeNull();
  });

  it('AU23 leads back to a path of this instance and nowhere else', async () => {
    const to = async (next: string) => (await come(person('s1', 'ann@corp.example'), { next })).location;
    expect(await to('/projects/shop/issues?query=is:unresolved')).toBe(
      `${BASE}/projects/shop/issues?query=is:unresolved`,
    );
    for (const next of ['//evil.example', 'https://evil.example', '/\\evil.example', '/%09/evil.example\t'])
      expect(await to(next)).toBe(`${BASE}/`);
  });

  it('AU23 the same subject of another issuer is somebody else', async () => {
    const second = await startOpenIdProvider(`${BASE}/api/auth/callback/oidc`);
    try {
      const other = authOf(second.issuer);
      const { url, cookie } = await start('/sign-in/social', { by: other });
      const back = await second.signIn(url, person('s1', 'mallory@elsewhere.example'));
      const answer = await ask('GET', back, cookie, undefined, other);
      expect(answer.headers.get('location')).toContain('/sign-in?error=');
    } finally {
      await second.close();
    }
  });

  it('AU27 a provider that hangs holds up no other sign-in, and is told of by name; once it answers it works', async () => {
    const email = 'hung@example.com';
    await auth.createUser({ email, password: PASSWORD, name: 'Hung' });
    const hanging = createServer(() => undefined);
    await new Promise<void>((done) => hanging.listen(0, '127.0.0.1', done));
    const { port } = hanging.address() as AddressInfo;
    try {
      const clock = { ...systemClock, after: (_ms: number, fn: () => void) => systemClock.after(50, fn) };
      const away = authOf(`http://127.0.0.1:${port}`, clock);
      const byPassword = await ask(
        'POST',
        `${BASE}/api/auth/sign-in/email`,
        '',
        { email, password: PASSWORD },
        away,
      );
      expect(byPassword.status).toBe(200);
      const asked = await ask('POST', `${BASE}/api/auth/sign-in/social`, '', {}, away);
      expect(asked.status).toBe(503);
      expect(await asked.json()).toMatchObject({
        error: { code: 'unavailable', message: expect.stringContaining('single sign-on') as string },
      });
      const back = await ask('GET', `${BASE}/api/auth/callback/oidc?code=x&state=y`, '', undefined, away);
      expect(back.status).toBe(302);
      expect(back.headers.get('location')).toBe(`${BASE}/sign-in?error=provider_unavailable`);
    } finally {
      hanging.closeAllConnections();
      hanging.close();
    }
    // Nobody listens there: said at once.
    const closed = authOf(`http://127.0.0.1:${port}`);
    expect((await ask('POST', `${BASE}/api/auth/sign-in/social`, '', {}, closed)).status).toBe(503);
  });

  it('AU23 without settings there is nothing of it', async () => {
    const plain = createAuth({
      pool: test.db.pool,
      baseUrl: BASE,
      trustedOrigins: [],
      secret: 's'.repeat(40),
      secureCookies: false,
      log: pino({ level: 'silent' }),
      clock: systemClock,
      loadMemberships: (userId) => accounts.loadMemberships(userId),
      insertUser: (user) => accounts.insertUser(user),
      streamTokens: createStreamTokenStore(test.db),
      credentials: createCredentialStore(test.db),
    });
    for (const path of ['/sign-in/social', '/link-social'])
      expect((await ask('POST', `${BASE}/api/auth${path}`, '', {}, plain)).status).toBe(404);
    expect((await ask('GET', `${BASE}/api/auth/callback/oidc?code=x`, '', undefined, plain)).status).toBe(
      404,
    );
  });
});
