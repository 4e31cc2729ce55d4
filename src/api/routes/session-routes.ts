/** The viewer's sessions and password. */
import { createRoute, z } from '@hono/zod-openapi';
import { MesherError } from '../../errors.ts';
import { actorOf, viewerOf } from '../context.ts';
import { pageQuery, pageRequest } from '../parameters.ts';
import { body, done, json, type AddRoutes } from '../route-parts.ts';
import { pageOf, sessionSchema } from '../schemas.ts';

const tags = ['account'];

const list = createRoute({
  method: 'get',
  path: '/me/sessions',
  tags,
  summary: 'Where I am signed in',
  request: { query: z.strictObject(pageQuery) },
  responses: { 200: json(pageOf(sessionSchema), 'Newest first.') },
});
const endOthers = createRoute({
  method: 'delete',
  path: '/me/sessions',
  tags,
  summary: 'Sign out everywhere else',
  responses: done,
});
const end = createRoute({
  method: 'delete',
  path: '/me/sessions/{id}',
  tags,
  summary: 'End a session',
  request: { params: z.object({ id: z.string() }) },
  responses: done,
});
const password = createRoute({
  method: 'put',
  path: '/me/password',
  tags,
  summary: 'Change my password; my other sessions end',
  request: {
    body: body(
      z.object({ current_password: z.string().max(1000), new_password: z.string().min(8).max(128) }),
    ),
  },
  responses: done,
});

export const addSessionRoutes: AddRoutes = (api, { auth, sessions }) => {
  api.openapi(list, async (c) => {
    const { userId, credentialId } = viewerOf(c);
    const found = await sessions.list(userId, pageRequest(c.req.valid('query')));
    const items = found.items.map((session) => ({ ...session, current: session.id === credentialId }));
    return c.json({ items, next: found.next }, 200);
  });

  api.openapi(endOthers, async (c) => {
    const { userId, credentialId } = viewerOf(c);
    await sessions.endOthers(userId, credentialId, actorOf(c));
    return c.body(null, 204);
  });

  api.openapi(end, async (c) => {
    const ended = await sessions.end(viewerOf(c).userId, c.req.valid('param').id, actorOf(c));
    if (!ended) throw new MesherError('not_found');
    return c.body(null, 204);
  });

  api.openapi(password, async (c) => {
    const { current_password: current, new_password: next } = c.req.valid('json');
    const result = await auth.changePassword({ viewer: viewerOf(c), current, next, by: actorOf(c) });
    switch (result.kind) {
      case 'done':
        return c.body(null, 204);
      case 'wrong_password':
        throw new MesherError('bad_request', 'The current password is not right.', {
          path: 'current_password',
        });
      case 'invalid':
        throw new MesherError('bad_request', result.message, { path: 'new_password' });
      case 'limited':
        throw new MesherError('rate_limited', 'Too many attempts.');
    }
  });
};
