/** The second factor through the real library: codes are made here as an authenticator app makes them. */
import { createHmac } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { systemClock } from '../lib/clock.ts';
import { createAccountStore } from '../store/accounts.ts';
import { createCredentialStore } from '../store/credentials.ts';
import { createStreamTokenStore } from '../store/stream-tokens.ts';
import { createUserStore } from '../store/users.ts';
import { COMMAND_LINE } from '../viewer.ts';
import { createAuth, type Auth } from './create-auth.ts';

const BASE = 'http://localhost:8080';
const PASSWORD = 'correct horse battery';
let test: TestDatabase;
let auth: Auth;

beforeAll(async () => {
  test = await createTestDatabase(inject('postgresUrl'));
  const accounts = createAccountStore(test.db);
  auth = createAuth({
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
});
afterAll(() => test.drop());

let addresses = 0;
function post(path: string, body: object, cookie = ''): Promise<Response> {
  return auth.handler(
    new Request(`${BASE}/api/auth${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: BASE, ...(cookie !== '' && { cookie }) },
      body: JSON.stringify(body),
    }),
    { ip: `198.51.100.${++addresses}` },
  );
}

/** What a browser sends afterwards. */
function cookiesAfter(response: Response, before = ''): string {
  const jar = new Map(before.split('; ').flatMap((pair) => (pair === '' ? [] : [pairOf(pair)])));
  for (const cookie of response.headers.getSetCookie()) jar.set(...pairOf(cookie.split(';')[0] ?? ''));
  return [...jar]
    .filter(([, value]) => value !== '')
    .map((pair) => pair.join('='))
    .join('; ');
}
function pairOf(text: string): [string, string] {
  const at = text.indexOf('=');
  return [text.slice(0, at), text.slice(at + 1)];
}

function totp(uri: string, stepsAway = 0): string {
  const secret = new URL(uri).searchParams.get('secret') ?? '';
  const bits = secret
    .split('')
    .map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0'));
  const key = Buffer.from((bits.join('').match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + stepsAway));
  const digest = createHmac('sha1', key).update(counter).digest();
  const at = (digest.at(-1) ?? 0) & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

async function personWithTwoFactor(email: string) {
  const made = await auth.createUser({ email, password: PASSWORD, name: 'P' });
  if (made.kind !== 'created') throw new Error(made.kind);
  const signedIn = cookiesAfter(await post('/sign-in/email', { email, password: PASSWORD }));
  expect((await post('/two-factor/enable', { password: 'not the password' }, signedIn)).status).toBe(400);
  const enabled = await post('/two-factor/enable', { password: PASSWORD }, signedIn);
  expect(enabled.status).toBe(200);
  const { totpURI, backupCodes } = (await enabled.json()) as { totpURI: string; backupCodes: string[] };
  // Not before a code has shown that the app has the secret.
  expect(
    (await post('/sign-in/email', { email, password: PASSWORD })).headers.getSetCookie().join(),
  ).toContain('session_token=');
  const verified = await post('/two-factor/verify-totp', { code: totp(totpURI) }, signedIn);
  expect(verified.status).toBe(200);
  return { userId: made.userId, totpURI, backupCodes, cookie: cookiesAfter(verified, signedIn) };
}

async function challenge(email: string): Promise<string> {
  const first = await post('/sign-in/email', { email, password: PASSWORD });
  expect(await first.json()).toMatchObject({ twoFactorRedirect: true });
  const cookie = cookiesAfter(first);
  expect((await auth.authenticate({ cookie })).kind).toBe('refused');
  return cookie;
}

describe('second factor', () => {
  it('AU22 the password alone makes no session, the code makes one', async () => {
    const email = 'totp@example.com';
    const { totpURI, userId } = await personWithTwoFactor(email);
    const pending = await challenge(email);
    const wrong = totp(totpURI) === '000000' ? '000001' : '000000';
    expect((await post('/two-factor/verify-totp', { code: wrong }, pending)).status).toBe(401);
    // A device is not trusted, whatever the client asks for. The code of the next 30 s: this one was used to turn it on.
    const good = await post(
      '/two-factor/verify-totp',
      { code: totp(totpURI, 1), trustDevice: true },
      pending,
    );
    expect(good.status).toBe(200);
    expect(good.headers.getSetCookie().join()).not.toContain('trust_device');
    expect(await auth.authenticate({ cookie: cookiesAfter(good, pending) })).toMatchObject({
      kind: 'viewer',
      viewer: { userId },
    });
    // The challenge is used up.
    expect((await post('/two-factor/verify-totp', { code: totp(totpURI, -1) }, pending)).status).toBe(401);
    const log = await test.db.query<{ action: string }>(
      'select action from audit_log where actor_id = $1 order by id',
      [userId],
    );
    expect(log.map(({ action }) => action)).toEqual([
      'session.create',
      'session.create',
      'two_factor.enable',
      'session.create',
    ]);
  });

  it('AU25 a code works once, also for two who have it at the same moment', async () => {
    const email = 'once@example.com';
    const { totpURI, userId } = await personWithTwoFactor(email);
    const sessions = async () =>
      (await test.db.query('select id from session where "userId" = $1', [userId])).length;
    const before = await sessions();
    const [one, other] = [await challenge(email), await challenge(email)];
    const code = totp(totpURI, 1);
    const answers = await Promise.all(
      [one, other].map((pending) => post('/two-factor/verify-totp', { code }, pending)),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 401]);
    const refused = answers.find(({ status }) => status === 401);
    expect(refused?.headers.getSetCookie()).toEqual([]);
    expect(await refused?.json()).toMatchObject({ error: { message: expect.stringContaining('used') } });
    // Watched over a shoulder: it signs nobody in any more, and what it made for a moment is gone.
    const late = await post('/two-factor/verify-totp', { code }, await challenge(email));
    expect(late.status).toBe(401);
    expect(await sessions()).toBe(before + 1);
  });

  it('AU26 a wrong password and a wrong code leave an entry each, for accounts that exist', async () => {
    const email = 'refused@example.com';
    const { totpURI, userId } = await personWithTwoFactor(email);
    expect((await post('/sign-in/email', { email, password: 'a wrong password' })).status).toBe(401);
    const wrong = totp(totpURI) === '000000' ? '000001' : '000000';
    await post('/two-factor/verify-totp', { code: wrong }, await challenge(email));
    await post('/sign-in/email', { email: 'nobody@example.com', password: 'a wrong password' });
    const log = await test.db.query<{ target: string; data: object; actor_id: string | null; ip: string }>(
      `select target, data, actor_id, ip from audit_log
       where action = 'session.refused' and (target = $1 or data->>'email' = 'nobody@example.com') order by id`,
      [userId],
    );
    expect(log).toMatchObject([
      { target: userId, data: { email, step: 'password' }, actor_id: null },
      { target: userId, data: { email, step: 'second factor' }, actor_id: null },
    ]);
    expect(log[0]?.ip).toMatch(/^198\.51\.100\./);
    // A flood of tries is no flood of the log.
    for (let n = 0; n < 15; n++) await post('/sign-in/email', { email, password: 'a wrong password' });
    const [{ count } = { count: 0 }] = await test.db.query<{ count: number }>(
      `select count(*)::int as count from audit_log where action = 'session.refused' and target = $1`,
      [userId],
    );
    expect(count).toBe(11);
  });

  it('AU22 a backup code works once', async () => {
    const email = 'backup@example.com';
    const { backupCodes } = await personWithTwoFactor(email);
    const code = backupCodes[0] ?? '';
    const redeem = async () =>
      (await post('/two-factor/verify-backup-code', { code }, await challenge(email))).status;
    expect(await redeem()).toBe(200);
    expect(await redeem()).toBe(401);
  });

  it('AU22 five wrong codes end the challenge', async () => {
    const email = 'guess@example.com';
    const { totpURI } = await personWithTwoFactor(email);
    const pending = await challenge(email);
    const wrong = totp(totpURI) === '000000' ? '000001' : '000000';
    for (let n = 0; n < 5; n++) await post('/two-factor/verify-totp', { code: wrong }, pending);
    const late = await post('/two-factor/verify-totp', { code: totp(totpURI) }, pending);
    expect(late.ok).toBe(false);
    expect(late.headers.getSetCookie().join()).not.toMatch(/session_token=[^;]/);
  });

  it('AU22 it is taken off with the password, or by an admin of the instance, which ends the sessions', async () => {
    const off = await personWithTwoFactor('off@example.com');
    expect((await post('/two-factor/disable', { password: 'not the password' }, off.cookie)).status).toBe(
      400,
    );
    expect((await post('/two-factor/disable', { password: PASSWORD }, off.cookie)).status).toBe(200);
    const direct = await post('/sign-in/email', { email: 'off@example.com', password: PASSWORD });
    expect((await auth.authenticate({ cookie: cookiesAfter(direct) })).kind).toBe('viewer');

    const lost = await personWithTwoFactor('lost@example.com');
    expect(await createUserStore(test.db).resetTwoFactor(lost.userId, COMMAND_LINE)).toEqual({
      kind: 'done',
    });
    auth.invalidate({ kind: 'user', ref: lost.userId });
    expect((await auth.authenticate({ cookie: lost.cookie })).kind).toBe('refused');
    const again = await post('/sign-in/email', { email: 'lost@example.com', password: PASSWORD });
    expect((await auth.authenticate({ cookie: cookiesAfter(again) })).kind).toBe('viewer');
  });
});
