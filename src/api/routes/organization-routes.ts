/** Organizations, their members and their audit log. Only an owner makes or unmakes owners; the last one stays. */
import { createRoute, z } from '@hono/zod-openapi';
import { MesherError } from '../../errors.ts';
import type { Organization as OrganizationBody } from '../../protocol/rest.ts';
import type { MemberChange, Organization } from '../api-deps.ts';
import { actorOf, organizationOf, viewerOf, type ApiContext } from '../context.ts';
import { given, pageQuery, pageRequest } from '../parameters.ts';
import { body, done, json, name, organizationPath, type AddRoutes } from '../route-parts.ts';
import { auditEntrySchema, memberSchema, organizationSchema, pageOf, roleSchema } from '../schemas.ts';

const tags = ['organizations'];
const memberPath = organizationPath.extend({ user: z.string().openapi({ description: 'Id of a user.' }) });
/** With a letter: digits alone could be an id. */
const slug = z
  .string()
  .max(50)
  .regex(/^(?=.*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*$/);

const list = createRoute({
  method: 'get',
  path: '/organizations',
  tags,
  summary: 'Organizations I belong to',
  request: { query: z.strictObject(pageQuery) },
  responses: { 200: json(pageOf(organizationSchema), 'By name.') },
});
const create = createRoute({
  method: 'post',
  path: '/organizations',
  tags,
  summary: 'A new organization; who makes it is its owner',
  request: { body: body(z.object({ name })) },
  responses: { 201: json(organizationSchema, 'Made.') },
});
const read = createRoute({
  method: 'get',
  path: '/organizations/{organization}',
  tags,
  summary: 'An organization',
  request: { params: organizationPath },
  responses: { 200: json(organizationSchema, 'The organization, and my role in it.') },
});
const update = createRoute({
  method: 'patch',
  path: '/organizations/{organization}',
  tags,
  summary: 'Change its name or slug',
  request: {
    params: organizationPath,
    body: body(z.object({ name: name.optional(), slug: slug.optional() })),
  },
  responses: { 200: json(organizationSchema, 'As it is now.') },
});
const removeOrganization = createRoute({
  method: 'delete',
  path: '/organizations/{organization}',
  tags,
  summary: 'Delete it; its projects have to be deleted before',
  request: { params: organizationPath },
  responses: done,
});
const leave = createRoute({
  method: 'post',
  path: '/organizations/{organization}/leave',
  tags,
  summary: 'Be no member any longer',
  request: { params: organizationPath },
  responses: done,
});
const audit = createRoute({
  method: 'get',
  path: '/organizations/{organization}/audit-log',
  tags,
  summary: 'Who changed what, when and from where',
  request: { params: organizationPath, query: z.object(pageQuery) },
  responses: { 200: json(pageOf(auditEntrySchema), 'Newest first.') },
});
const members = createRoute({
  method: 'get',
  path: '/organizations/{organization}/members',
  tags,
  summary: 'Members and their roles',
  request: { params: organizationPath, query: z.object(pageQuery) },
  responses: { 200: json(pageOf(memberSchema), 'Owners first.') },
});
const changeRole = createRoute({
  method: 'patch',
  path: '/organizations/{organization}/members/{user}',
  tags,
  summary: 'Change the role of a member',
  request: { params: memberPath, body: body(z.object({ role: roleSchema })) },
  responses: done,
});
const remove = createRoute({
  method: 'delete',
  path: '/organizations/{organization}/members/{user}',
  tags,
  summary: 'Remove a member',
  request: { params: memberPath },
  responses: done,
});

export const addOrganizationRoutes: AddRoutes = (api, deps) => {
  const { accounts, organizations } = deps;

  api.openapi(list, async (c) => {
    const request = pageRequest(c.req.valid('query'));
    return c.json(await accounts.listOrganizations(viewerOf(c).userId, request), 200);
  });

  api.openapi(create, async (c) => {
    const made = await organizations.createOrganization({ name: c.req.valid('json').name, by: actorOf(c) });
    return c.json({ ...made, role: 'owner' as const }, 201);
  });

  api.openapi(read, (c) => c.json(withRole(c, organizationOf(c)), 200));

  api.openapi(update, async (c) => {
    const change = await organizations.updateOrganization(
      organizationOf(c).id,
      given(c.req.valid('json')),
      actorOf(c),
    );
    switch (change.kind) {
      case 'done':
        return c.json(withRole(c, change.organization), 200);
      case 'not_found':
        throw new MesherError('not_found');
      case 'slug_taken':
        throw new MesherError('conflict', 'This slug is taken.', { path: 'slug' });
    }
  });

  api.openapi(removeOrganization, async (c) => {
    const { kind } = await organizations.deleteOrganization(organizationOf(c).id, actorOf(c));
    if (kind === 'not_found') throw new MesherError('not_found');
    if (kind === 'has_projects')
      throw new MesherError('conflict', 'The organization has projects.', { hint: 'Delete them first.' });
    return c.body(null, 204);
  });

  api.openapi(leave, async (c) => {
    const { userId } = viewerOf(c);
    settle(await organizations.removeMember(organizationOf(c).id, userId, actorOf(c)));
    return c.body(null, 204);
  });

  api.openapi(audit, async (c) => {
    const { limit, ...rest } = c.req.valid('query');
    return c.json(await deps.audit.list(organizationOf(c).id, { limit, ...given(rest) }), 200);
  });

  api.openapi(members, async (c) => {
    const { limit, ...rest } = c.req.valid('query');
    return c.json(await organizations.listMembers(organizationOf(c).id, { limit, ...given(rest) }), 200);
  });

  api.openapi(changeRole, async (c) => {
    const { role } = c.req.valid('json');
    const { user } = c.req.valid('param');
    settle(await organizations.setMemberRole(organizationOf(c).id, user, role, actorOf(c)));
    return c.body(null, 204);
  });

  api.openapi(remove, async (c) => {
    const { user } = c.req.valid('param');
    settle(await organizations.removeMember(organizationOf(c).id, user, actorOf(c)));
    return c.body(null, 204);
  });
};

function withRole(c: ApiContext, { id, slug: named, name: called }: Organization): OrganizationBody {
  return { id, slug: named, name: called, role: viewerOf(c).organizations.get(id) ?? 'member' };
}

function settle(change: MemberChange): void {
  switch (change.kind) {
    case 'done':
      return;
    case 'not_found':
      throw new MesherError('not_found');
    case 'owners_only':
      throw new MesherError('forbidden', 'Only an owner changes who is an owner.');
    case 'last_owner':
      throw new MesherError('conflict', 'The last owner of an organization stays its owner.', {
        hint: 'Make somebody else an owner first.',
      });
  }
}
