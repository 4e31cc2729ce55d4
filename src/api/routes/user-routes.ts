/** People of the instance and its whole audit log: for its admins. */
import { createRoute, z } from '@hono/zod-openapi';
import { MesherError } from '../../errors.ts';
import type { UserChange } from '../api-deps.ts';
import { actorOf } from '../context.ts';
import { given, pageQuery } from '../parameters.ts';
import { body, done, json, type AddRoutes } from '../route-parts.ts';
import { auditEntrySchema, instanceUserSchema, pageOf } from '../schemas.ts';

const tags = ['instance'];
const userPath = z.object({ user: z.string().openapi({ description: 'Id of a user.' }) });

const list = createRoute({
  method: 'get',
  path: '/instance/users',
  tags,
  summary: 'Everyone with an account',
  request: { query: z.object(pageQuery) },
  responses: { 200: json(pageOf(instanceUserSchema), 'By e-mail.') },
});
const change = createRoute({
  method: 'patch',
  path: '/instance/users/{user}',
  tags,
  summary: 'Make somebody an admin of the instance, or no longer',
  request: { params: userPath, body: body(z.object({ is_instance_admin: z.boolean() })) },
  responses: done,
});
const remove = createRoute({
  method: 'delete',
  path: '/instance/users/{user}',
  tags,
  summary: 'Delete an account with its sessions, tokens and memberships',
  request: { params: userPath },
  responses: done,
});
const resetTwoFactor = createRoute({
  method: 'delete',
  path: '/instance/users/{user}/two-factor',
  tags,
  summary: 'Take the second factor from somebody who has lost it; their sessions end',
  request: { params: userPath },
  responses: done,
});
const audit = createRoute({
  method: 'get',
  path: '/instance/audit-log',
  tags,
  summary: 'Who changed what on this instance',
  request: { query: z.object(pageQuery) },
  responses: { 200: json(pageOf(auditEntrySchema), 'Newest first.') },
});

export const addUserRoutes: AddRoutes = (api, deps) => {
  const { users } = deps;

  api.openapi(list, async (c) => {
    const { limit, ...rest } = c.req.valid('query');
    return c.json(await users.list({ limit, ...given(rest) }), 200);
  });

  api.openapi(change, async (c) => {
    const { is_instance_admin: isAdmin } = c.req.valid('json');
    settle(await users.setInstanceAdmin(c.req.valid('param').user, isAdmin, actorOf(c)));
    return c.body(null, 204);
  });

  api.openapi(remove, async (c) => {
    settle(await users.remove(c.req.valid('param').user, actorOf(c)));
    return c.body(null, 204);
  });

  api.openapi(resetTwoFactor, async (c) => {
    settle(await users.resetTwoFactor(c.req.valid('param').user, actorOf(c)));
    return c.body(null, 204);
  });

  api.openapi(audit, async (c) => {
    const { limit, ...rest } = c.req.valid('query');
    return c.json(await deps.audit.list(null, { limit, ...given(rest) }), 200);
  });
};

function settle(result: UserChange): void {
  switch (result.kind) {
    case 'done':
      return;
    case 'not_found':
      throw new MesherError('not_found');
    case 'last_admin':
      throw new MesherError('conflict', 'The last admin of the instance stays.', {
        hint: 'Make somebody else an admin first.',
      });
    case 'last_owner':
      throw new MesherError('conflict', `They are the last owner of ${result.organization}.`, {
        hint: 'Make somebody else an owner first.',
      });
  }
}
