/** Every registered route, walked as those who may not. */
import { describe, expect, it } from 'vitest';
import { fakeApi, type RequestOptions } from '../../test/support/fake-api-deps.ts';
import type { Scope } from '../viewer.ts';
import { ACCESS, type Requirement } from './access.ts';
import { scopeSchema } from './schemas.ts';

interface Row {
  route: string;
  method: string;
  requirement: Requirement;
}
const rows: Row[] = Object.entries(ACCESS).map(([route, requirement]) => ({
  route,
  method: route.split(' ')[0] ?? '',
  requirement,
}));
const guarded = rows.filter((row) => row.requirement.on !== 'public');
const inOrganization = rows.flatMap(({ requirement, ...row }) =>
  requirement.on === 'public' || requirement.on === 'viewer' || requirement.on === 'instance'
    ? []
    : [{ ...row, requirement }],
);
const onInstance = rows.filter(({ requirement }) => requirement.on === 'instance');

const PARAMETERS: Record<string, string> = {
  p: 'shop',
  id: '11',
  organization: 'acme',
  user: 'mia',
  key: '5',
  event_id: 'a'.repeat(32),
  token: 'good',
};
function pathOf(route: string): string {
  const path = route.split(' ')[1] ?? '';
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => PARAMETERS[name] ?? 'missing');
}

/** A token of `name` with every scope but one, and but that which holds it. */
function without(name: string, scope: Scope): string {
  const wider = scope.replace(':read', ':admin');
  return `${name}|${scopeSchema.options.filter((one) => one !== scope && one !== wider).join()}`;
}

async function codeOf(response: Response): Promise<[number, unknown]> {
  const body: unknown = await response.json();
  const error: unknown = typeof body === 'object' && body !== null ? Reflect.get(body, 'error') : null;
  return [response.status, typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : null];
}

async function walk(route: Row['route'], method: string, o: RequestOptions): Promise<[number, unknown]> {
  const { request, calls } = fakeApi();
  const answer = await codeOf(await request(method, pathOf(route), o));
  expect(calls).toEqual([]);
  return answer;
}

describe('access', () => {
  it('API2 the table and the documented routes are the same set', async () => {
    const document: unknown = await (await fakeApi().request('GET', '/openapi.json')).json();
    const paths: unknown =
      typeof document === 'object' && document !== null && Reflect.get(document, 'paths');
    if (typeof paths !== 'object' || paths === null) throw new Error('no paths');
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const served = rows.map(({ route }) => route).filter((route) => !/\/(docs|openapi\.json)$/.test(route));
    expect(documented.sort()).toEqual(served.sort());
  });

  it.each(guarded)('API3 $route is 401 for nobody', async ({ route, method }) => {
    expect(await walk(route, method, {})).toEqual([401, 'unauthorized']);
    expect(await walk(route, method, { token: 'nobody|org:admin' })).toEqual([401, 'unauthorized']);
  });

  it.each(inOrganization)('API4 $route is 404 for another organization', async ({ route, method }) => {
    expect(await walk(route, method, { as: 'eve' })).toEqual([404, 'not_found']);
    const token = `eve|${scopeSchema.options.join()}`;
    expect(await walk(route, method, { token })).toEqual([404, 'not_found']);
    expect(await walk(route, method, { token: 'eve|' })).toEqual([404, 'not_found']);
  });

  it.each(guarded)(
    'API5 $route is 403 for a token without its scope',
    async ({ route, method, requirement }) => {
      if (requirement.on === 'public') return;
      // Routes of a person refuse any token; GET /me takes any.
      if (requirement.scope === null) {
        const token = `olga|${scopeSchema.options.join()}`;
        const status = (await fakeApi().request(method, pathOf(route), { token })).status;
        expect(status).toBe(requirement.session ? 403 : 200);
        return;
      }
      const answer = await walk(route, method, { token: without('olga', requirement.scope) });
      expect(answer).toEqual([403, 'forbidden']);
    },
  );

  it.each(rows)(
    'API41 $route with a wrong method is 405 and says which are right',
    async ({ route, method }) => {
      const { request } = fakeApi();
      const wrong = await request('OPTIONS', pathOf(route), { as: 'olga' });
      expect(wrong.status).toBe(405);
      expect(wrong.headers.get('allow')?.split(', ')).toContain(method);
      expect((await request('OPTIONS', `${pathOf(route)}/nothing/here`)).status).toBe(404);
    },
  );

  it('API5 admin of projects or organizations includes reading them, and nothing else', async () => {
    const { request } = fakeApi();
    const ask = async (scope: string, path: string) =>
      (await request('GET', path, { token: `olga|${scope}` })).status;
    expect(await ask('project:admin', '/projects/shop')).toBe(200);
    expect(await ask('org:admin', '/organizations')).toBe(200);
    for (const scope of ['org:admin', 'issue:write', 'event:read', 'stream:read', 'release:write'])
      expect(await ask(scope, '/projects/shop')).toBe(403);
    expect(await ask('project:admin', '/projects/shop/issues')).toBe(403);
  });

  it.each(guarded.filter(({ requirement }) => requirement.on !== 'public' && requirement.session))(
    'API5 $route is 403 for a token with every scope',
    async ({ route, method }) => {
      const token = `olga|${scopeSchema.options.join()}`;
      expect(await walk(route, method, { token })).toEqual([403, 'forbidden']);
    },
  );

  it.each(inOrganization.filter(({ requirement }) => requirement.role !== 'member'))(
    'API5 $route is 403 for a plain member',
    async ({ route, method }) => {
      expect(await walk(route, method, { as: 'mia' })).toEqual([403, 'forbidden']);
    },
  );

  it.each(inOrganization.filter(({ requirement }) => requirement.role === 'owner'))(
    'API5 $route is 403 for an admin',
    async ({ route, method }) => {
      expect(await walk(route, method, { as: 'adam' })).toEqual([403, 'forbidden']);
    },
  );

  it.each(onInstance)(
    'API42 $route is 403 for who is no admin of the instance',
    async ({ route, method }) => {
      // Owner of another organization, admin, member: none of it counts.
      for (const as of ['eve', 'adam', 'mia'])
        expect(await walk(route, method, { as })).toEqual([403, 'forbidden']);
      expect(await walk(route, method, { token: `eve|${scopeSchema.options.join()}` })).toEqual([
        403,
        'forbidden',
      ]);
    },
  );

  it.each(rows.filter(({ method }) => method !== 'GET'))(
    'API6 $route with a cookie needs an allowed Origin and JSON',
    async ({ route, method }) => {
      const write = (headers: Record<string, string>) => walk(route, method, { as: 'olga', headers });
      expect(await write({ origin: '' })).toEqual([403, 'forbidden']);
      expect(await write({ origin: 'https://evil.example' })).toEqual([403, 'forbidden']);
      expect(await write({ origin: 'null' })).toEqual([403, 'forbidden']);
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'])
        expect(await write({ 'content-type': type })).toEqual([415, 'unsupported_media_type']);
    },
  );
});
