/** Routes against ports in memory: what goes in, what comes out. */
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { EVENTS, GONE_EVENT, fakeApi, NOW } from '../../test/support/fake-api-deps.ts';
import { MesherError } from '../errors.ts';
import { createApi } from './create-api.ts';

const HOUR_MS = 3_600_000;
const json = async (response: Response | Promise<Response>): Promise<unknown> => (await response).json();

describe('api', () => {
  it('API1 an unknown path and a wrong method are JSON', async () => {
    const { request } = fakeApi();
    for (const [method, path] of [
      ['GET', '/nothing'],
      ['GET', '/api/other'],
    ] as const) {
      const response = await request(method, path, { as: 'mia' });
      expect(response.status).toBe(404);
      expect(await json(response)).toMatchObject({ error: { code: 'not_found' } });
    }
    const wrong = await request('PUT', '/issues/11', { as: 'mia' });
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get('allow')).toBe('DELETE, GET, HEAD, PATCH');
    expect(await json(wrong)).toMatchObject({ error: { code: 'method_not_allowed' } });
  });

  it('API1 invalid input is 400 with its path', async () => {
    const { request } = fakeApi();
    const cases = [
      [await request('GET', '/projects/shop/issues?limit=101', { as: 'mia' }), 'limit'],
      [await request('GET', '/projects/shop/issues?status=open', { as: 'mia' }), 'status.0'],
      [await request('GET', '/projects/shop/issues?since=yesterday', { as: 'mia' }), 'since'],
      [await request('PATCH', '/issues/11', { as: 'mia', body: { status: 'gone' } }), 'status'],
      [
        await request('POST', '/projects/shop/issues/bulk', {
          as: 'mia',
          body: { ids: ['11', 'x'], action: 'resolve' },
        }),
        'ids.1',
      ],
      [await request('POST', '/tokens', { as: 'mia', body: { name: 'x', scopes: ['root'] } }), 'scopes.0'],
    ] as const;
    for (const [response, path] of cases) {
      expect(response.status).toBe(400);
      expect(await json(response)).toMatchObject({ error: { code: 'bad_request', path } });
    }
  });

  it('API1 a body that is no JSON is 400, one too large 413', async () => {
    const { deps, request } = fakeApi();
    const huge = await request('PATCH', '/issues/11', { as: 'mia', body: { x: 'x'.repeat(300_000) } });
    expect(huge.status).toBe(413);
    const broken = await createApi(deps).fetch(
      new Request('http://localhost:8080/api/v1/issues/11', {
        method: 'PATCH',
        headers: {
          cookie: 'mia',
          origin: 'http://localhost:8080',
          'content-type': 'application/json',
        },
        body: '{"status":',
      }),
      { ip: '192.0.2.1' },
    );
    expect(broken.status).toBe(400);
    expect(await json(broken)).toMatchObject({ error: { code: 'bad_request' } });
  });

  it('API1 errors of a port keep their code; a bug is 500 without its message', async () => {
    const { deps } = fakeApi();
    const failing = (error: Error) =>
      fakeApi({ issues: { ...deps.issues, list: () => Promise.reject(error) } }).request(
        'GET',
        '/projects/shop/issues',
        { as: 'mia' },
      );
    expect(await json(failing(new MesherError('invalid_cursor')))).toMatchObject({
      error: { code: 'invalid_cursor' },
    });
    const bug = await failing(new Error('secret detail'));
    expect(bug.status).toBe(500);
    expect(await bug.text()).not.toContain('secret');
  });

  it('API7 no answer is cached', async () => {
    const { request } = fakeApi();
    for (const path of ['/me', '/nothing', '/api/auth/get-session'])
      expect((await request('GET', path, { as: 'mia' })).headers.get('cache-control')).toBe('no-store');
  });

  it('API8 the set-up link is 404 unless good, and is redeemed without a session', async () => {
    const { request, calls } = fakeApi();
    const person = { email: 'a@example.com', password: 'long enough', name: 'A', organization: 'Acme' };
    expect((await request('GET', '/setup/bad')).status).toBe(404);
    expect((await request('POST', '/setup/bad', { body: person })).status).toBe(404);
    expect(await json(request('GET', '/setup/good'))).toMatchObject({ project: { slug: 'shop' } });
    expect(
      await json(request('POST', '/setup/good', { body: { ...person, email: 'nonsense' } })),
    ).toMatchObject({ error: { path: 'email' } });
    expect(
      await json(request('POST', '/setup/good', { body: { ...person, password: 'short' } })),
    ).toMatchObject({ error: { path: 'password' } });
    expect((await request('POST', '/setup/good', { body: person })).status).toBe(201);
    expect(calls).toEqual(['redeem a@example.com']);
    expect(await json(request('GET', '/instance'))).toEqual({
      setup_required: true,
      sends_mail: false,
      single_sign_on: null,
      version: '0.0.0-test',
    });
  });

  it('API8 set-up links are tried at most 30 times a minute by one client', async () => {
    const { request } = fakeApi();
    for (let i = 0; i < 30; i++) expect((await request('GET', '/setup/bad')).status).toBe(404);
    const refused = await request('GET', '/setup/good');
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('60');
  });

  it('API8 a set-up link does not get into the log', async () => {
    const lines: string[] = [];
    const { deps } = fakeApi();
    const { request } = fakeApi({
      log: pino({ base: null }, { write: (line) => void lines.push(line) }),
      setup: { ...deps.setup, check: () => Promise.reject(new Error('down')) },
    });
    expect((await request('GET', '/setup/a-good-link')).status).toBe(500);
    expect(lines).toHaveLength(1);
    expect(lines.join()).toContain('/api/v1/setup/…');
    expect(lines.join()).not.toContain('a-good-link');
  });

  it('API9 an empty parameter is none, and `me` is the viewer', async () => {
    const { request, calls } = fakeApi();
    const path = '/projects/1/issues?query=&status=&level=error&assignee=me&cursor=';
    expect((await request('GET', path, { as: 'mia' })).status).toBe(200);
    expect(JSON.parse(calls[0]?.slice('list '.length) ?? '')).toEqual({
      projectId: 1,
      sort: 'last_seen',
      limit: 50,
      since: NOW - 14 * 24 * HOUR_MS,
      filter: {
        op: 'all',
        of: [
          { op: 'match', field: 'level', patterns: [{ how: 'equals', value: 'error', not: false }] },
          { op: 'match', field: 'assigned', patterns: [{ how: 'equals', value: 'mia', not: false }] },
        ],
      },
    });
  });

  it.each([{}, { state: 'resolved' }])('API10 the patch %j changes nothing and says so', async (body) => {
    const { request, calls } = fakeApi();
    expect((await request('PATCH', '/issues/11', { as: 'mia', body })).status).toBe(400);
    expect(calls).toEqual([]);
  });

  it('API22 who reads an issue that was merged away is led to where it is, a command is refused', async () => {
    const { request, calls } = fakeApi();
    const led = await request('GET', '/issues/110/events?limit=2', { as: 'mia' });
    expect([led.status, led.headers.get('location')]).toEqual([307, '/api/v1/issues/11/events?limit=2']);
    expect((await request('GET', '/issues/220', { as: 'mia' })).status).toBe(404);
    const refused = await request('DELETE', '/issues/110', { as: 'mia' });
    expect(refused.status).toBe(404);
    expect(await refused.text()).toContain('merged into issue 11');
    expect(calls).toEqual([]);
  });

  it('API10 `me` assigns to the viewer', async () => {
    const { request, calls } = fakeApi();
    const body = { assignee: 'me' };
    await request('PATCH', '/issues/11', { as: 'mia', body });
    await request('POST', '/issues/11/assign', { as: 'mia', body });
    await request('POST', '/projects/1/issues/bulk', {
      as: 'mia',
      body: { ...body, ids: ['11'], action: 'assign' },
    });
    expect(calls).toEqual(Array.from({ length: 3 }, () => 'assign 11 mia by mia'));
  });

  it('API9 lists say where they go on, and hand filters to the port', async () => {
    const { request, calls } = fakeApi();
    const path =
      '/projects/1/issues?status=resolved,archived&status=unresolved&since=24h&sort=users&limit=2&cursor=x';
    expect(await json(request('GET', path, { as: 'mia' }))).toMatchObject({
      items: [{ id: '11' }],
      next: 'cursor',
    });
    expect(JSON.parse(calls[0]?.slice('list '.length) ?? '')).toEqual({
      projectId: 1,
      sort: 'users',
      limit: 2,
      filter: {
        op: 'all',
        of: [
          {
            op: 'match',
            field: 'is',
            patterns: ['resolved', 'archived', 'unresolved'].map((value) => ({
              how: 'equals',
              value,
              not: false,
            })),
          },
        ],
      },
      cursor: 'x',
      since: NOW - 24 * HOUR_MS,
    });
  });

  it.each([
    ['is:open', 4, "Column 4: unknown is 'open'.", 'One of unresolved, resolved, archived.'],
    ['a  level:eror', 10, "Column 10: unknown level 'eror'.", "Did you mean 'error'?"],
    ['(a OR b', 1, "Column 1: missing ')'.", 'See the filter syntax in docs/protocol.md.'],
    ['a fingerprint:x', 3, "Column 3: 'fingerprint' does not apply to issues.", 'Search events for it.'],
    [
      'timesSeen:many',
      11,
      "Column 11: 'many' is not a number.",
      'See the filter syntax in docs/protocol.md.',
    ],
  ])('API24 what is wrong with %j is pointed at', async (query, column, message, hint) => {
    const { request, calls } = fakeApi();
    const answer = await request('GET', `/projects/1/issues?query=${encodeURIComponent(query)}`, {
      as: 'mia',
    });
    expect(answer.status).toBe(400);
    expect(await json(Promise.resolve(answer))).toEqual({
      error: { code: 'invalid_filter', message, hint, path: 'query', column },
    });
    expect(calls).toEqual([]);
  });

  it('API9 a filter that does not exist is 400, not a list of everything', async () => {
    const { request, calls } = fakeApi();
    for (const path of ['/projects/1/issues?levle=error', '/projects/1/events?lvl=error'])
      expect((await request('GET', path, { as: 'mia' })).status).toBe(400);
    expect(calls).toEqual([]);
    await request('GET', '/projects/1/issues?assignee=none', { as: 'mia' });
    expect(JSON.parse(calls[0]?.slice('list '.length) ?? '')).toMatchObject({
      filter: { of: [{ field: 'assigned', patterns: [{ how: 'absent' }] }] },
    });
  });

  it('API10 each command reaches its port with who gave it', async () => {
    const { request, calls } = fakeApi();
    const command = (path: string, body: unknown = {}) => json(request('POST', path, { as: 'mia', body }));
    expect(await command('/issues/11/resolve')).toEqual({ status: 'ok', affected: 1 });
    await command('/issues/11/unresolve');
    await command('/issues/11/archive');
    await command('/issues/11/assign', { assignee: 'adam' });
    await command('/issues/11/discard');
    await request('DELETE', '/issues/11', { as: 'mia' });
    await request('PATCH', '/issues/11', { as: 'mia', body: { assignee: null, priority: 'high' } });
    expect(calls).toEqual([
      'setStatus 11 resolved by mia',
      'setStatus 11 unresolved by mia',
      'setStatus 11 archived by mia',
      'assign 11 adam by mia',
      'discard 11 by mia',
      'remove 11 by mia',
      'assign 11 null by mia',
      'setPriority 11 high by mia',
    ]);
  });

  it('API10 an assignee must be a member, or nothing is changed', async () => {
    const { request, calls } = fakeApi();
    const body = { status: 'resolved', assignee: 'eve' };
    expect(await json(request('PATCH', '/issues/11', { as: 'mia', body }))).toMatchObject({
      error: { code: 'bad_request', path: 'assignee' },
    });
    expect(calls).toEqual([]);
  });

  it('API19 a state may have an end', async () => {
    const { calls, request } = fakeApi();
    const send = async (path: string, body: object) =>
      (await request('POST', path, { as: 'mia', body })).status;
    expect(await send('/issues/11/resolve', { until: { kind: 'next_release' } })).toBe(200);
    expect(await send('/issues/11/archive', { until: { kind: 'users', count: 3 } })).toBe(200);
    expect(await send('/issues/11/archive', { until: { kind: 'date', date: 'tomorrow' } })).toBe(400);
    expect(await send('/issues/11/archive', { until: { kind: 'events', count: 0 } })).toBe(400);
    expect(calls).toEqual([
      'setStatus 11 resolved until {"kind":"next_release"} by mia',
      'setStatus 11 archived until {"kind":"users","count":3} by mia',
    ]);
  });

  it('API20 merges, takes apart, comments', async () => {
    const { calls, request } = fakeApi();
    const hash = 'a'.repeat(32);
    const send = (path: string, body: object) => json(request('POST', path, { as: 'mia', body }));
    expect(await send('/issues/11/merge', { ids: ['12'] })).toEqual({ status: 'ok', affected: 1 });
    expect(await send('/issues/11/unmerge', { hashes: [hash] })).toEqual({
      status: 'ok',
      affected: 1,
      issue_id: '99',
    });
    expect(await send('/issues/11/comments', { text: ' seen ' })).toEqual({ status: 'ok', affected: 1 });
    expect(await send('/projects/shop/issues/bulk', { ids: ['11', '12'], action: 'merge' })).toEqual({
      status: 'ok',
      affected: 1,
    });
    expect(calls).toEqual([
      'merge 12 into 11 by mia',
      `unmerge ${hash} of 11 by mia`,
      'comment 11 seen by mia',
      'merge 12 into 11 by mia',
    ]);
  });

  it('API11 bulk takes what matches instead of names', async () => {
    const { calls, request } = fakeApi();
    const body = { where: { status: 'unresolved', query: 'timeout' }, action: 'resolve' };
    let pages = 0;
    const { deps } = fakeApi();
    expect(
      (await request('POST', '/projects/shop/issues/bulk', { as: 'mia', body: { ...body, ids: ['11'] } }))
        .status,
    ).toBe(400);
    const paged = fakeApi({
      issues: {
        ...deps.issues,
        list: async (request_) => {
          pages++;
          const page = await deps.issues.list(request_);
          return { ...page, next: pages < 3 ? 'more' : null };
        },
        setStatus: async (ids) => ({ affected: ids.length }),
      },
    });
    expect(await json(paged.request('POST', '/projects/shop/issues/bulk', { as: 'mia', body }))).toEqual({
      status: 'ok',
      affected: 3,
    });
    expect(pages).toBe(3);
    expect(calls).toEqual([]);
  });

  it('API11 bulk passes over issues of other projects', async () => {
    const { request, calls } = fakeApi();
    const body = { ids: ['11', '22', '12', '11', '99'], action: 'resolve' };
    const answer = await json(request('POST', '/projects/shop/issues/bulk', { as: 'mia', body }));
    expect(answer).toEqual({ status: 'ok', affected: 2 });
    expect(calls).toEqual(['setStatus 11,12 resolved by mia']);
  });

  it('API11 a token with the scope commands without Origin and body', async () => {
    const { request } = fakeApi();
    const response = await request('POST', '/issues/11/resolve', {
      token: 'mia|issue:write',
      headers: { origin: '' },
    });
    expect(response.status).toBe(200);
  });

  it('API12 latest, previous and next are ids too', async () => {
    const { request } = fakeApi();
    const [a, b, c] = EVENTS;
    const id = async (path: string) => {
      const found = await json(request('GET', `/projects/shop/events/${path}`, { as: 'mia' }));
      return typeof found === 'object' && found !== null ? Reflect.get(found, 'id') : undefined;
    };
    expect(await id('latest')).toBe(c);
    expect(await id('latest?issue=11')).toBe(c);
    expect(await id('latest?issue=22')).toBeUndefined();
    expect(await id(`previous?of=${b}`)).toBe(a);
    expect(await id(`next?of=${b}`)).toBe(c);
    expect(await id(`next?of=${c}`)).toBeUndefined();
    expect(await id((a ?? '').toUpperCase())).toBe(a);
    expect(await id('nonsense')).toBeUndefined();
  });

  it('API12 an event that is not kept any more is 410 and says why, an unknown one 404', async () => {
    const { request } = fakeApi();
    const answer = async (id: string) => {
      const response = await request('GET', `/projects/shop/events/${id}`, { as: 'mia' });
      return { status: response.status, body: await json(response) };
    };
    expect(await answer(GONE_EVENT)).toMatchObject({
      status: 410,
      body: { error: { code: 'gone', hint: expect.stringContaining('retention') } },
    });
    expect(await answer('e'.repeat(32))).toMatchObject({
      status: 404,
      body: { error: { code: 'not_found', hint: expect.stringContaining('retention') } },
    });
    expect((await request('GET', `/projects/shop/events/${GONE_EVENT}`, { as: 'eve' })).status).toBe(404);
  });

  it('API13 a project is made in an organization where the viewer may', async () => {
    const { request, calls } = fakeApi();
    const create = async (as: string, organization?: string) =>
      (await request('POST', '/projects', { as, body: { name: 'New', organization } })).status;
    expect(await create('adam')).toBe(201);
    expect(await create('adam', 'acme')).toBe(201);
    expect(await create('mia')).toBe(403);
    expect(await create('adam', 'other')).toBe(404);
    expect(await create('adam', 'none')).toBe(404);
    expect(calls).toEqual(['createProject acme New', 'createProject acme New']);
  });

  it('API14 a refused change of members says why', async () => {
    const { request } = fakeApi();
    const member = '/organizations/acme/members/olga';
    const answer = await request('PATCH', member, { as: 'olga', body: { role: 'member' } });
    expect(answer.status).toBe(409);
    expect(await json(answer)).toMatchObject({ error: { hint: 'Make somebody else an owner first.' } });
    expect((await request('DELETE', member, { as: 'adam' })).status).toBe(409);
  });

  it('API15 a token is shown once, when it is made', async () => {
    const { request } = fakeApi();
    const body = { name: 'ci', scopes: ['event:read', 'event:read'] };
    expect(await json(request('POST', '/tokens', { as: 'mia', body }))).toMatchObject({
      token: 'msh_secret',
      scopes: ['event:read'],
    });
    expect(await (await request('GET', '/tokens', { as: 'mia' })).text()).not.toContain('msh_');
    expect((await request('DELETE', '/tokens/token-1', { as: 'mia' })).status).toBe(204);
    expect((await request('DELETE', '/tokens/token-2', { as: 'mia' })).status).toBe(404);
  });

  it('API16 the log takes the stream’s filter as it is', async () => {
    const { request, calls } = fakeApi();
    await request('GET', '/projects/shop/log?limit=10&since=abc&level=error&q=x', { as: 'mia' });
    expect(calls).toEqual(['log shop {"limit":10,"filter":{"level":"error","q":"x"},"since":"abc"}']);
  });

  it('API17 the documents are served, complete and without anything from elsewhere', async () => {
    const { request } = fakeApi();
    const page = await (await request('GET', '/docs')).text();
    expect(page).toContain('/issues/{id}/resolve');
    expect(page).not.toMatch(/<script|https?:\/\//);
    const document = await (await request('GET', '/openapi.json')).text();
    const references = [...document.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map((match) => match[1]);
    const { components } = JSON.parse(document) as { components: { schemas: object } };
    expect(references.length).toBeGreaterThan(20);
    expect(references.filter((name) => !((name ?? '') in components.schemas))).toEqual([]);
  });

  it('API18 every read of a member answers 200', async () => {
    const { request } = fakeApi();
    const paths = [
      '/me',
      '/tokens',
      '/organizations',
      '/organizations/acme/members',
      '/projects',
      '/projects/shop',
      '/projects/1/keys',
      '/issues/11',
      '/issues/11/events',
      '/issues/11/timeline?since=2026-02-01',
      '/issues/11/tags',
      '/issues/11/activity',
      '/projects/shop/events',
      '/projects/shop/stats/volume',
      '/projects/shop/stats/outcomes?since=14d',
    ];
    for (const path of paths)
      expect([path, (await request('GET', path, { as: 'mia' })).status]).toEqual([path, 200]);
  });

  it('API6 sign-in is behind the same cross-site check', async () => {
    const { request } = fakeApi();
    const signIn = async (headers: Record<string, string>) =>
      (await request('POST', '/api/auth/sign-in/email', { headers })).status;
    expect(await signIn({})).toBe(200);
    expect(await signIn({ origin: '' })).toBe(200);
    expect(await signIn({ origin: '', cookie: 'x' })).toBe(403);
    expect(await signIn({ origin: 'https://evil.example' })).toBe(403);
    expect(await signIn({ 'content-type': 'text/plain' })).toBe(415);
  });
});
