/** The viewer's own: who they are, and their API tokens. */
import { createRoute, z } from '@hono/zod-openapi';
import { MesherError } from '../../errors.ts';
import type { ApiToken } from '../../protocol/rest.ts';
import type { TokenInfo } from '../api-deps.ts';
import { actorOf, viewerOf } from '../context.ts';
import { pageQuery, pageRequest } from '../parameters.ts';
import { body, done, json, name, type AddRoutes } from '../route-parts.ts';
import { apiTokenSchema, meSchema, newApiTokenSchema, pageOf, scopeSchema } from '../schemas.ts';

const me = createRoute({
  method: 'get',
  path: '/me',
  tags: ['account'],
  summary: 'Who am I?',
  responses: { 200: json(meSchema, 'The viewer.') },
});
const list = createRoute({
  method: 'get',
  path: '/tokens',
  tags: ['account'],
  summary: 'My API tokens',
  request: { query: z.strictObject(pageQuery) },
  responses: { 200: json(pageOf(apiTokenSchema), 'Newest first.') },
});
const create = createRoute({
  method: 'post',
  path: '/tokens',
  tags: ['account'],
  summary: 'A new API token, shown once',
  request: {
    body: body(
      z.object({
        name,
        scopes: z.array(scopeSchema).min(1).max(20),
        expires_in_days: z.number().int().min(1).max(3650).optional(),
      }),
    ),
  },
  responses: { 201: json(newApiTokenSchema, 'Made.') },
});
const revoke = createRoute({
  method: 'delete',
  path: '/tokens/{id}',
  tags: ['account'],
  summary: 'Revoke a token',
  request: { params: z.object({ id: z.string() }) },
  responses: done,
});

export const addAccountRoutes: AddRoutes = (api, { accounts, auth }) => {
  api.openapi(me, async (c) => {
    const viewer = viewerOf(c);
    const found = await accounts.loadMemberships(viewer.userId);
    if (!found) throw new MesherError('unauthorized');
    const { email, organizations, isInstanceAdmin, twoFactor } = found;
    return c.json(
      {
        id: viewer.userId,
        email,
        name: found.name,
        is_instance_admin: isInstanceAdmin,
        two_factor: twoFactor,
        organizations,
      },
      200,
    );
  });

  api.openapi(list, async (c) => {
    const { items, next } = await auth.listTokens(viewerOf(c).userId, pageRequest(c.req.valid('query')));
    return c.json({ items: items.map(toApiToken), next }, 200);
  });

  api.openapi(create, async (c) => {
    const { expires_in_days: expiresInDays, scopes, name: label } = c.req.valid('json');
    const made = await auth.createToken({
      userId: viewerOf(c).userId,
      name: label,
      scopes: [...new Set(scopes)],
      by: actorOf(c),
      ...(expiresInDays !== undefined && { expiresInDays }),
    });
    return c.json({ ...toApiToken(made), token: made.token }, 201);
  });

  api.openapi(revoke, async (c) => {
    const revoked = await auth.revokeToken(viewerOf(c).userId, c.req.valid('param').id, actorOf(c));
    if (!revoked) throw new MesherError('not_found');
    return c.body(null, 204);
  });
};

function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

function toApiToken(token: TokenInfo): ApiToken {
  return {
    id: token.id,
    name: token.name,
    scopes: token.scopes,
    created_at: new Date(token.createdAt).toISOString(),
    last_used_at: iso(token.lastUsedAt),
    expires_at: iso(token.expiresAt),
  };
}
