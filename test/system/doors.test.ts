/**
 * Every way into the server but the REST API (whose walk is src/api/permissions.test.ts), tried by everybody there is:
 * sockets and streams over HTTP, ingestion, what is mounted of the account library, probes and pages. The outcome is
 * doors.txt. A way in that is added without a row here fails the test, or is a type error.
 */
import { get } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { authEndpoints } from '../../src/auth/auth-endpoints.ts';
import { DOORS } from '../../src/http/listener.ts';
import type { Route } from '../../src/ingest/routes.ts';
import { matchRoute } from '../../src/ingest/routes.ts';
import type { NewStreamToken, Page, ProjectKey } from '../../src/protocol/rest.ts';
import { scopeSchema } from '../../src/api/schemas.ts';
import { STREAM_PATHS } from '../../src/stream/stream.ts';
import {
  getJson,
  makeDataDir,
  redeemSetup,
  sendJson,
  startServerProcess,
  until,
  type FirstRun,
  type ServerProcess,
} from '../support/server-process.ts';

const PASSWORD = 'correct horse battery';
const dataDir = makeDataDir();
let server: ServerProcess;
let first: FirstRun;
/** What each sends: headers, and what is in the address. */
interface Caller {
  headers: Record<string, string>;
  query?: string;
}
const callers = new Map<string, Caller>();

beforeAll(async () => {
  server = await startServerProcess({
    dataDir: dataDir.path,
    env: {
      MESHER_TRUST_PROXY: '127.0.0.1/32,::1/128',
      MESHER_OIDC_ISSUER: 'http://127.0.0.1:1',
      MESHER_OIDC_CLIENT_ID: 'mesher',
      MESHER_OIDC_CLIENT_SECRET: 'client-secret',
    },
  });
  first = await redeemSetup(server);
  const { organizations } = await getJson<{ organizations: { id: string }[] }>(server, first.cookie, '/me');
  const acme = organizations[0]?.id ?? '';
  const other = await sendJson<{ id: string }>(server, first.cookie, '/organizations', { name: 'Other' });
  const theirs = await sendJson<{ id: string }>(server, first.cookie, '/projects', {
    name: 'Theirs',
    organization: other.id,
  });
  const theirKeys = await getJson<Page<ProjectKey>>(server, first.cookie, `/projects/${theirs.id}/keys`);
  const mine = `/projects/${first.projectId}`;
  const revoked = await sendJson<ProjectKey>(server, first.cookie, `${mine}/keys`, { label: 'old' });
  await fetch(`${server.url}/api/v1${mine}/keys/${revoked.id}`, {
    method: 'DELETE',
    headers: { cookie: first.cookie, origin: server.url, 'content-type': 'application/json' },
  });

  callers.set('nobody', { headers: {} });
  callers.set('other', session(await join(other.id, 'eve', 'owner')));
  callers.set('member', session(await join(acme, 'mia', 'member')));
  callers.set('admin', session(await join(acme, 'adam', 'admin')));
  callers.set('owner', session(first.cookie));
  callers.set('foreign page', {
    headers: { cookie: first.cookie, origin: 'https://evil.example' },
  });
  for (const scope of scopeSchema.options) {
    const { token } = await sendJson<{ token: string }>(server, first.cookie, '/tokens', {
      name: scope,
      scopes: [scope],
    });
    callers.set(scope, { headers: { authorization: `Bearer ${token}` } });
  }
  callers.set('key', { headers: {}, query: `sentry_key=${first.publicKey}` });
  callers.set('old key', { headers: {}, query: `sentry_key=${revoked.public_key}` });
  callers.set('their key', { headers: {}, query: `sentry_key=${theirKeys.items[0]?.public_key}` });
});
afterAll(async () => {
  await server.end('SIGTERM');
  dataDir.remove();
});

const session = (cookie: string): Caller => ({ headers: { cookie, origin: server.url } });

/** Invites somebody new, accepts, and signs in. */
async function join(organization: string, name: string, role: string): Promise<string> {
  const email = `${name}@example.com`;
  const { link } = await sendJson<{ link: string }>(
    server,
    first.cookie,
    `/organizations/${organization}/invitations`,
    { email, role },
  );
  await sendJson(server, '', `/invitations/${link.split('/').at(-1)}`, { name, password: PASSWORD });
  const signedIn = await fetch(`${server.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server.url },
    body: JSON.stringify({ email, password: PASSWORD }),
  });
  return signedIn.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
}

/** A stream token works once: each try has its own. */
async function streamToken(project: string): Promise<Caller> {
  const { token } = await sendJson<NewStreamToken>(server, first.cookie, '/stream-tokens', {
    projects: [project],
  });
  return { headers: {}, query: `token=${token}` };
}

const at = (path: string, caller: Caller, more = ''): string =>
  `${server.url}${path.replace('{project}', first.projectId)}?${[caller.query, more].filter(Boolean).join('&')}`;

/** `yes` once it follows the project; else how it was refused. */
async function followBySocket(path: string, caller: Caller): Promise<string> {
  const socket = new WebSocket(at(path, caller, 'v=1').replace('http', 'ws'), { headers: caller.headers });
  try {
    return await new Promise<string>((resolve) => {
      socket.on('unexpected-response', (_request, response) => resolve(String(response.statusCode)));
      socket.on('error', () => undefined);
      socket.on('close', (code) => resolve(String(code)));
      socket.on('open', () => {
        if (path === '/stream')
          socket.send(JSON.stringify({ type: 'subscribe', id: 1, project_id: first.projectId }));
      });
      socket.on('message', (data) => {
        const message = JSON.parse((data as Buffer).toString()) as { type: string; code?: string };
        if (message.type === 'subscribed') resolve('yes');
        if (message.type === 'error') resolve(message.code ?? 'error');
      });
    });
  } finally {
    socket.terminate();
  }
}

function followOverHttp(path: string, accept: string, caller: Caller): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get(at(path, caller), { agent: false, headers: { accept, ...caller.headers } });
    request.on('error', reject);
    request.on('response', ({ statusCode }) => {
      request.destroy();
      resolve(statusCode === 200 ? 'yes' : String(statusCode));
    });
  });
}

async function sendBySocket(caller: Caller): Promise<string> {
  const socket = new WebSocket(at('/ingest', caller).replace('http', 'ws'), { headers: caller.headers });
  try {
    return await new Promise<string>((resolve) => {
      socket.on('unexpected-response', (_request, response) => resolve(String(response.statusCode)));
      socket.on('error', () => undefined);
      socket.on('close', (code) => resolve(String(code)));
      socket.on('open', () => socket.send(JSON.stringify({ message: 'hello' })));
      socket.on('message', (data) => {
        if ((data as Buffer).toString().includes('"accepted"')) resolve('yes');
      });
    });
  } finally {
    socket.terminate();
  }
}

interface Sent {
  method?: string;
  path: string;
  type?: string;
  body?: string;
}
const EVENT = JSON.stringify({ message: 'hello' });
const ENVELOPE = `{}\n{"type":"event"}\n${EVENT}\n`;
/** What the endpoints of ingestion take, one of each kind: a new kind is a type error here. */
const INGESTION: Record<Exclude<Route['kind'], 'socket'>, Sent> = {
  envelope: { path: '/api/{project}/envelope/', body: ENVELOPE },
  store: { path: '/api/{project}/store/', body: EVENT },
  // Its key is in the envelope: who has none there has none.
  tunnel: { path: '/tunnel', body: ENVELOPE },
  event: { path: '/api/v1/events', body: EVENT },
  bulk: { path: '/api/v1/events/bulk', body: JSON.stringify({ events: [{ message: 'hello' }] }) },
  security: {
    path: '/api/{project}/security/',
    type: 'application/csp-report',
    body: JSON.stringify({
      'csp-report': { 'document-uri': 'https://a.example', 'violated-directive': 'img-src' },
    }),
  },
  minidump: { path: '/api/{project}/minidump/', type: 'multipart/form-data; boundary=x', body: '--x--\r\n' },
  attachments: {
    path: `/api/{project}/events/${'a'.repeat(32)}/attachments/`,
    type: 'multipart/form-data; boundary=x',
    body: '--x--\r\n',
  },
  cron: { path: '/api/{project}/cron/backup/?status=ok', body: '' },
  otlp: { path: '/api/{project}/integration/otlp/v1/logs', body: '{"resourceLogs":[]}' },
  error_page: { method: 'GET', path: '/api/embed/error-page/' },
  unserved: { path: '/api/{project}/unreal/x', body: '' },
};

let tries = 0;
async function status(sent: Sent, caller: Caller): Promise<string> {
  const { method = 'POST', type = 'application/json', body } = sent;
  // Tries are counted by address: each of these comes from another one.
  const from = { 'x-forwarded-for': `198.51.100.${tries++ % 250}` };
  const [path = '', query = ''] = sent.path.split('?');
  const response = await fetch(at(path, caller, query), {
    method,
    redirect: 'manual',
    headers: {
      ...(method === 'POST' && { 'content-type': type }),
      ...(path.startsWith('/api/auth/') && from),
      ...caller.headers,
    },
    ...(body !== undefined && method === 'POST' && { body }),
  });
  await response.arrayBuffer();
  return String(response.status);
}

it('API43 who gets through every door: sockets, streams, ingestion, accounts, probes and pages', async () => {
  type Try = (caller: Caller) => Promise<string>;
  const rows: [string, Try][] = [];
  for (const path of STREAM_PATHS) rows.push([`WS ${path}`, (caller) => followBySocket(path, caller)]);
  for (const path of STREAM_PATHS)
    for (const accept of ['text/event-stream', 'application/x-ndjson'])
      rows.push([`GET ${path} ${accept}`, (caller) => followOverHttp(path, accept, caller)]);
  rows.push(['WS /ingest', sendBySocket]);
  for (const [kind, sent] of Object.entries(INGESTION)) {
    expect(matchRoute(sent.path.split('?')[0]?.replace('{project}', '1') ?? '')).toMatchObject({ kind });
    rows.push([`${sent.method ?? 'POST'} ${sent.path}`, (caller) => status(sent, caller)]);
  }
  for (const [path, { method }] of authEndpoints({ singleSignOn: true })) {
    // Signing out would end the callers of the rows after it.
    if (path === '/sign-out') continue;
    const sent = { method, path: `/api/auth${path}`, body: '{}' };
    rows.push([`${method} ${sent.path}`, (caller) => status(sent, caller)]);
  }
  // What the library could serve and Mesher does not mount.
  for (const path of [
    '/sign-up/email',
    '/list-sessions',
    '/organization/list',
    '/api-key/create',
    '/update-user',
  ])
    rows.push([
      `POST /api/auth${path}`,
      (caller) => status({ path: `/api/auth${path}`, body: '{}' }, caller),
    ]);
  for (const path of ['/healthz', '/readyz', '/metrics', '/', '/projects/my-project/issues'])
    rows.push([`GET ${path}`, (caller) => status({ method: 'GET', path }, caller)]);
  rows.push([
    'POST /api/auth/sign-out',
    (caller) => status({ path: '/api/auth/sign-out', body: '{}' }, caller),
  ]);

  const names = [...callers.keys()];
  const lines: string[] = [];
  for (const [door, attempt] of rows) {
    const cells: [string, string][] = [];
    for (const [name, caller] of callers) cells.push([name, await attempt(caller)]);
    if (/ \/(stream|ws)/.test(door)) {
      cells.push(['stream token', await attempt(await streamToken(first.projectId))]);
      cells.push(['spent token', await spent(attempt)]);
    }
    lines.push(`${door}\n${summary(cells)}`);
  }
  expect(names).toHaveLength(6 + scopeSchema.options.length + 3);
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('doors.txt');
}, 120_000);

async function spent(attempt: (caller: Caller) => Promise<string>): Promise<string> {
  const caller = await streamToken(first.projectId);
  await attempt(caller);
  return attempt(caller);
}

/** Outcomes, and who has each: `  yes  member admin owner`. */
function summary(cells: readonly [string, string][]): string {
  const who = Map.groupBy(cells, ([, outcome]) => outcome);
  return [...who]
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([outcome, of]) => `  ${outcome.padEnd(12)} ${of.map(([name]) => name).join(', ')}`)
    .join('\n');
}

it('API43 the doors are these, and each is walked', async () => {
  // A door of another name needs its rows above (or, of the REST API, in src/api/access.ts) before it is added here.
  expect(DOORS).toEqual({
    http: ['ingest', 'probes', 'stream', 'rest', 'web'],
    upgrade: ['stream', 'ingest socket'],
  });
  const refused = new WebSocket(`${server.url.replace('http', 'ws')}/anything/else`);
  let answered: number | undefined;
  refused.on('error', () => undefined);
  refused.on('unexpected-response', (_request, response) => (answered = response.statusCode));
  await until('the refusal', () => answered !== undefined);
  expect(answered).toBe(404);
});
