/**
 * Against the whole server: who loses access gets nothing any more within a second, in whatever form the stream is
 * open and however access was lost; and who never had it gets nothing at all.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { prepareUser } from '../../src/auth/new-user.ts';
import type { NewStreamToken } from '../../src/protocol/rest.ts';
import { createAccountStore, type AccountStore } from '../../src/store/accounts.ts';
import { createDatabase, type Database } from '../../src/store/database.ts';
import { createProjectStore } from '../../src/store/projects.ts';
import { openSocket, openStreams, type Credential, type OpenStream } from '../support/open-streams.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';
import { postEvent, sendEvent } from '../support/send-event.ts';
import {
  makeDataDir,
  redeemSetup,
  startServerProcess,
  until,
  type FirstRun,
  type ServerProcess,
} from '../support/server-process.ts';
import { silentLog } from '../support/test-database.ts';

const PASSWORD = 'correct horse battery';
const WITHIN_MS = 1000;

const dataDir = makeDataDir();
let postgres: TestPostgres;
let db: Database;
let accounts: AccountStore;
let server: ServerProcess;
let first: FirstRun;

beforeAll(async () => {
  postgres = await startTestPostgres();
  server = await startServerProcess({
    dataDir: dataDir.path,
    env: { DATABASE_URL: postgres.url, MESHER_RATE_LIMIT: '0' },
  });
  first = await redeemSetup(server);
  db = createDatabase({ url: postgres.url, log: silentLog });
  accounts = createAccountStore(db);
});
afterAll(async () => {
  await server.end('SIGTERM');
  await db.close();
  await postgres.stop();
  dataDir.remove();
});

let opened: OpenStream[] = [];
function open(to: { projectId: string }, credential: Credential): OpenStream[] {
  const streams = openStreams(server.url, to.projectId, credential);
  opened.push(...streams);
  return streams;
}

/** Follows the project all the time: what it is sent, others could have been. */
let control: OpenStream[];
beforeEach(async () => {
  control = open(first, session(first.cookie));
  await live(control);
});
afterEach(() => {
  for (const one of opened) one.abort();
  opened = [];
});

async function live(streams: OpenStream[]): Promise<void> {
  await until('the streams to be live', () => streams.every((one) => one.isLive()));
}

async function bring(message: string, to: FirstRun = first): Promise<void> {
  await sendEvent(server, to, { message, level: 'error' });
}

const codes = (streams: OpenStream[]): Record<string, number | null> =>
  Object.fromEntries(streams.map((one) => [one.form, one.ended()]));

const session = (cookie: string): Credential => ({ headers: { Cookie: cookie, Origin: server.url } });
const bearer = (token: string): Credential => ({ headers: { Authorization: `Bearer ${token}` } });

interface Person {
  id: string;
  email: string;
  cookie: string;
}

async function signIn(email: string): Promise<string> {
  const answer = await ask('/api/auth/sign-in/email', { email, password: PASSWORD });
  return answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
}

async function ask(path: string, body: object | null, cookie = '', method = 'POST'): Promise<Response> {
  const answer = await fetch(`${server.url}${path}`, {
    method,
    headers: { Origin: server.url, Cookie: cookie, 'Content-Type': 'application/json' },
    ...(body === null ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
  return answer;
}

/** A signed-in member of the organization (the first one, if none is named). */
async function newMember(organizationId?: string): Promise<Person> {
  const email = `${randomUUID()}@example.com`;
  const prepared = await prepareUser({ email, password: PASSWORD, name: 'Someone' });
  const organization = organizationId ?? (await accounts.findOrganization())?.id;
  if (prepared.kind === 'invalid' || organization === undefined) throw new Error('not a member');
  await accounts.insertUser(prepared.user);
  await accounts.addMember({ organizationId: organization, userId: prepared.user.id, role: 'member' });
  return { id: prepared.user.id, email, cookie: await signIn(email) };
}

async function newApiToken(person: Person): Promise<{ id: string; token: string }> {
  const answer = await ask('/api/v1/tokens', { name: 'test', scopes: ['stream:read'] }, person.cookie);
  return (await answer.json()) as { id: string; token: string };
}

/** Made by whoever the credential is, for the first project. */
async function newStreamToken({ headers }: Credential): Promise<string> {
  const answer = await fetch(`${server.url}/api/v1/stream-tokens`, {
    method: 'POST',
    headers: { Origin: server.url, ...headers, 'Content-Type': 'application/json' },
    body: JSON.stringify({ projects: [first.projectId] }),
  });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as NewStreamToken).token;
}

async function sql(statement: string, ...values: unknown[]): Promise<void> {
  expect(await db.execute(statement, values)).toBe(1);
}
const anotherOrganization = async (): Promise<string> =>
  (await accounts.createOrganization({ name: `Other ${randomUUID()}` })).id;

/** What loses access, and how; answers the credential and the deed. */
type Loss = (person: Person) => Promise<{ credential: Credential; lose: () => Promise<unknown> }>;

const LOSSES: [string, Loss][] = [
  [
    'a logout',
    async ({ cookie }) => ({
      credential: session(cookie),
      lose: () => ask('/api/auth/sign-out', {}, cookie),
    }),
  ],
  [
    'a session revoked from another one',
    async ({ cookie, email }) => {
      const elsewhere = await signIn(email);
      return {
        credential: session(cookie),
        lose: () => ask('/api/v1/me/sessions', null, elsewhere, 'DELETE'),
      };
    },
  ],
  [
    'a session deleted behind our back',
    async ({ cookie, id }) => ({
      credential: session(cookie),
      lose: () => sql('delete from session where "userId" = $1', id),
    }),
  ],
  [
    'an API token revoked',
    async (person) => {
      const { id, token } = await newApiToken(person);
      return {
        credential: bearer(token),
        lose: () => ask(`/api/v1/tokens/${id}`, null, person.cookie, 'DELETE'),
      };
    },
  ],
  [
    'an API token made to expire at once',
    async (person) => {
      const { id, token } = await newApiToken(person);
      return {
        credential: bearer(token),
        lose: () => sql(`update apikey set "expiresAt" = now() where id = $1`, id),
      };
    },
  ],
  [
    'an API token that loses its scope',
    async (person) => {
      const { id, token } = await newApiToken(person);
      return {
        credential: bearer(token),
        lose: () => sql(`update apikey set permissions = '{"mesher":["issue:write"]}' where id = $1`, id),
      };
    },
  ],
  [
    'an account deleted',
    async ({ cookie, id }) => ({
      credential: session(cookie),
      lose: () => sql('delete from "user" where id = $1', id),
    }),
  ],
];

it.each(LOSSES)('ST43 %s ends every form of the stream within a second', async (_what, prepare) => {
  const person = await newMember();
  const { credential, lose } = await prepare(person);
  // A stream token lives no longer than what it was made with.
  const token = await newStreamToken(credential);
  const derived = openSocket(`${server.url}/stream/projects/${first.projectId}`, 'derived', {}, [
    'mesher.v1',
    `mesher.auth.${token}`,
  ]);
  const streams = [...open(first, credential), derived];
  opened.push(derived);
  await live(streams);
  await bring('before');
  await until('the event', () => streams.every((one) => one.text().includes('before')));

  await lose();
  const lostAt = performance.now();
  await until('the end of them all', () => streams.every((one) => one.ended() !== null));
  expect(performance.now() - lostAt).toBeLessThan(WITHIN_MS);
  expect(codes(streams)).toEqual({
    'mode 0': 4003,
    'mode 1': 4003,
    derived: 4003,
    'text/event-stream': 0,
    'application/x-ndjson': 0,
  });
  await bring('after');
  await until('the others to go on', () => control.every((one) => one.text().includes('after')));
  expect(streams.map((one) => one.text()).join()).not.toContain('after');
  // And it opens none any more.
  const again = open(first, credential);
  await until('the refusals', () => again.every((one) => one.ended() !== null));
  expect(again.map((one) => one.text()).join()).not.toContain('seq');
});

it('ST43 AU6 a member removed from the organization loses REST and every stream of it within a second', async () => {
  const person = await newMember();
  const { token } = await newApiToken(person);
  const credentials = [session(person.cookie), bearer(token)];
  const streams = credentials.flatMap((one) => open(first, one));
  await live(streams);
  await bring('for the issue');
  const read = async (path: string) =>
    Promise.all(
      credentials.map(
        async ({ headers }) =>
          (await fetch(`${server.url}/api/v1/projects/${first.projectId}${path}`, { headers })).status,
      ),
    );
  expect(await read('/issues')).toEqual([200, 403]);
  expect(await read('/log')).toEqual([200, 200]);
  const organization = await accounts.findOrganization();
  await ask(`/api/v1/organizations/${organization?.id}/members/${person.id}`, null, first.cookie, 'DELETE');
  // At once, not within a second: this node knows.
  for (const path of ['', '/issues', '/log', '/settings']) expect(await read(path)).toEqual([404, 404]);
  await expectUnsubscribed(streams, 'revoked');
  await bring('after the removal');
  await until('the others to go on', () => control.every((one) => one.text().includes('after the removal')));
  expect(streams.map((one) => one.text()).join()).not.toContain('after the removal');
});

it('ST43 with its project deleted a stream ends within a second', async () => {
  const organization = await accounts.findOrganization();
  const project = await createProjectStore(db).createProject({
    organizationId: organization?.id ?? '',
    name: 'Short lived',
  });
  const to = { ...first, projectId: String(project.project.id) };
  const streams = open(to, session(first.cookie));
  await live(streams);
  await ask(`/api/v1/projects/${to.projectId}`, null, first.cookie, 'DELETE');
  await expectUnsubscribed(streams, 'deleted');
});

/** Mode 1 stays open for other projects; the other forms follow one project, so they end. */
async function expectUnsubscribed(streams: OpenStream[], reason: string): Promise<void> {
  const lostAt = performance.now();
  const told = (one: OpenStream): boolean => one.text().includes(`"reason":"${reason}"`);
  const isOver = (one: OpenStream): boolean => (one.form === 'mode 1' ? told(one) : one.ended() !== null);
  await until('the end of them all', () => streams.every(isOver));
  expect(performance.now() - lostAt).toBeLessThan(WITHIN_MS);
  expect(streams.filter((one) => one.form !== 'mode 0').every(told)).toBe(true);
  for (const one of streams) if (one.form === 'mode 0') expect(one.ended()).toBe(4003);
}

it.each([
  [
    'a session',
    'update session set "expiresAt" = $2 where "userId" = $1',
    (person: Person) => session(person.cookie),
  ],
  [
    'an API token',
    'update apikey set "expiresAt" = $2 where "referenceId" = $1',
    async (person: Person) => bearer((await newApiToken(person)).token),
  ],
] as [string, string, (person: Person) => Credential | Promise<Credential>][])(
  'ST44 %s that expires by itself ends every form of the stream when it does',
  async (_what, statement, credentialOf) => {
    const person = await newMember();
    const credential = await credentialOf(person);
    const streams = open(first, credential);
    await live(streams);
    const ends = Date.now() + 1500;
    await sql(statement, person.id, new Date(ends).toISOString());
    await until('the end of them all', () => streams.every((one) => one.ended() !== null));
    const late = Date.now() - ends;
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThan(WITHIN_MS);
    expect(codes(streams)).toMatchObject({ 'mode 0': 4105, 'mode 1': 4105 });
  },
);

it('ST43 a DSN key that is revoked brings nothing in any more, on an open socket either; viewers go on', async () => {
  const made = await ask(`/api/v1/projects/${first.projectId}/keys`, { label: 'mobile' }, first.cookie);
  const key = (await made.json()) as { id: string; public_key: string };
  const to = { ...first, publicKey: key.public_key };
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/ingest?sentry_key=${key.public_key}`);
  const answers: string[] = [];
  let closed: number | null = null;
  socket.on('message', (data) => answers.push((data as Buffer).toString()));
  socket.on('close', (code) => (closed = code));
  await new Promise((resolve) => socket.once('open', resolve));
  const send = (message: string): void =>
    socket.send(JSON.stringify({ event_id: randomUUID().replaceAll('-', ''), message }));
  send('with the key');
  await until('its answer', () => answers.length === 1);
  await until('the event', () => control.every((one) => one.text().includes('with the key')));

  await ask(`/api/v1/projects/${first.projectId}/keys/${key.id}`, null, first.cookie, 'DELETE');
  const revokedAt = performance.now();
  await until('the refusal', async () => (await postEvent(server, to, { message: 'late' })).status === 403);
  expect(performance.now() - revokedAt).toBeLessThan(WITHIN_MS);
  send('without the key');
  await until('the end', () => closed !== null);
  expect([closed, answers[1]]).toEqual([1008, '{"error":"the key is revoked"}']);
  await bring('of another key');
  await until('the others to go on', () => control.every((one) => one.text().includes('of another key')));
  expect(control.map((one) => one.text()).join()).not.toContain('without the key');
});

describe('who may not listen', () => {
  const WHO: [string, () => Promise<Credential>, number[]][] = [
    [
      'a foreign Origin with a good session',
      async () => ({ headers: { Cookie: first.cookie, Origin: 'https://evil.example' } }),
      [403, 403, 403, 403],
    ],
    [
      'a foreign Origin with a good API token',
      async () => {
        const { token } = await newApiToken(await newMember());
        return { headers: { ...bearer(token).headers, Origin: 'https://evil.example' } };
      },
      [403, 403, 403, 403],
    ],
    [
      "a member of another organization, by session (the socket says it in the browser's way)",
      async () => session((await newMember(await anotherOrganization())).cookie),
      [4004, 4004, 404, 404],
    ],
    [
      'a member of another organization, by API token',
      async () => bearer((await newApiToken(await newMember(await anotherOrganization()))).token),
      [404, 404, 404, 404],
    ],
    ['a DSN key as a bearer token', async () => bearer(first.publicKey), [401, 401, 401, 401]],
    [
      'a DSN key as an SDK sends it',
      async () => ({ headers: { 'X-Sentry-Auth': `Sentry sentry_key=${first.publicKey}` } }),
      [401, 401, 401, 401],
    ],
    [
      'a DSN key in the address',
      async () => ({ headers: {}, query: `sentry_key=${first.publicKey}` }),
      [401, 401, 401, 401],
    ],
    [
      'a DSN key as a stream token',
      async () => ({ headers: {}, query: `token=${first.publicKey}` }),
      [401, 401, 401, 401],
    ],
  ];
  it.each(WHO)('ST40 %s gets nothing in any form', async (_who, credential, refusals) => {
    const streams = open(first, await credential());
    await bring('not for everybody');
    await until('the event', () => control.every((one) => one.text().includes('not for everybody')));
    await until('the refusals', () => streams.every((one) => one.ended() !== null));
    expect(streams.map((one) => one.ended())).toEqual(refusals);
    expect(streams.map((one) => one.text()).join()).not.toContain('not for everybody');
  });

  it("ST40 a socket of one's own does not open another organization's project", async () => {
    const organizationId = await anotherOrganization();
    const person = await newMember(organizationId);
    const { project } = await createProjectStore(db).createProject({ organizationId, name: 'Theirs' });
    const own = openSocket(
      `${server.url}/stream/projects/${project.id}?v=1`,
      'mode 1',
      session(person.cookie).headers,
    );
    opened.push(own);
    await live([own]);
    // The path is their own project; the message asks for the other.
    const other = new WebSocket(`${server.url.replace('http', 'ws')}/stream?v=1`, [], {
      headers: session(person.cookie).headers,
    });
    const texts: string[] = [];
    other.on('message', (data) => texts.push((data as Buffer).toString()));
    await new Promise((resolve) => other.once('open', resolve));
    other.send(JSON.stringify({ type: 'subscribe', id: 1, project_id: first.projectId }));
    await until('the refusal', () => texts.some((text) => text.includes('"not_found"')));
    await bring('of the first organization');
    await until('it', () => control.every((one) => one.text().includes('of the first organization')));
    expect([own.text(), ...texts].join()).not.toContain('of the first organization');
    other.terminate();
  });
});
