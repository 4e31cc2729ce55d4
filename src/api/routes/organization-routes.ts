/** Organizations of the viewer and their members. Only an owner makes or unmakes owners; the last one stays. */
import { createRoute, z } from '@hono/zod-openapi';
import { MesherError } from '../../errors.ts';
import type { Role } from '../../viewer.ts';
import type { ApiDeps, MemberChange } from '../api-deps.ts';
import { organizationOf, viewerOf, type ApiContext } from '../context.ts';
import { body, done, json, organizationPath, type AddRoutes } from '../route-parts.ts';
import { memberSchema, organizationSchema, pageOf, roleSchema } from '../schemas.ts';

const memberPath = organizationPath.extend({ user: z.string().openapi({ description: 'Id of a user.' }) });

const list = createRoute({
  method: 'get',
  path: '/organizations',
  tags: ['organizations'],
  summary: 'Organizations I belong to',
  responses: { 200: json(pageOf(organizationSchema), 'Oldest first.') },
});
const members = createRoute({
  method: 'get',
  path: '/organizations/{organization}/members',
  tags: ['organizations'],
  summary: 'Members and their roles',
  request: { params: organizationPath },
  responses: { 200: json(pageOf(memberSchema), 'Owners first.') },
});
const changeRole = createRoute({
  method: 'patch',
  path: '/organizations/{organization}/members/{user}',
  tags: ['organizations'],
  summary: 'Change the role of a member',
  request: { params: memberPath, body: body(z.object({ role: roleSchema })) },
  responses: done,
});
const remove = createRoute({
  method: 'delete',
  path: '/organizations/{organization}/members/{user}',
  tags: ['organizations'],
  summary: 'Remove a member',
  request: { params: memberPath },
  responses: done,
});

export const addOrganizationRoutes: AddRoutes = (api, { accounts }) => {
  api.openapi(list, async (c) => {
    const found = await accounts.loadMemberships(viewerOf(c).userId);
    return c.json({ items: found?.organizations ?? [], next: null }, 200);
  });

  api.openapi(members, async (c) => {
    const items = await accounts.listMembers(organizationOf(c).id);
    return c.json(
      { items: items.map(({ userId, ...rest }) => ({ user_id: userId, ...rest })), next: null },
      200,
    );
  });

  api.openapi(changeRole, async (c) => {
    const { role } = c.req.valid('json');
    const { user } = c.req.valid('param');
    await checkOwners(c, accounts, user, role);
    settle(await accounts.setMemberRole(organizationOf(c).id, user, role));
    return c.body(null, 204);
  });

  api.openapi(remove, async (c) => {
    const { user } = c.req.valid('param');
    await checkOwners(c, accounts, user, null);
    settle(await accounts.removeMember(organizationOf(c).id, user));
    return c.body(null, 204);
  });
};

async function checkOwners(
  c: ApiContext,
  accounts: ApiDeps['accounts'],
  user: string,
  becomes: Role | null,
): Promise<void> {
  const { id } = organizationOf(c);
  if (viewerOf(c).organizations.get(id) === 'owner') return;
  const member = (await accounts.listMembers(id)).find(({ userId }) => userId === user);
  if (becomes === 'owner' || member?.role === 'owner')
    throw new MesherError('forbidden', 'Only an owner changes who is an owner.');
}

function settle(change: MemberChange): void {
  switch (change.kind) {
    case 'done':
      return;
    case 'not_found':
      throw new MesherError('not_found');
    case 'last_owner':
      throw new MesherError('conflict', 'The last owner of an organization stays its owner.', {
        hint: 'Make somebody else an owner first.',
      });
  }
}
