/** Projects, their DSN keys, and the test event of the onboarding page. */
import { createRoute, z } from '@hono/zod-openapi';
import { MesherError } from '../../errors.ts';
import type { Viewer } from '../../viewer.ts';
import { mayInOrganization } from '../access.ts';
import type { ApiDeps } from '../api-deps.ts';
import { actorOf, projectIdOf, projectOf, viewerOf } from '../context.ts';
import { enforce } from '../guard.ts';
import { given, pageQuery, pageRequest } from '../parameters.ts';
import { body, done, json, name, projectPath, type AddRoutes } from '../route-parts.ts';
import { pageOf, projectKeySchema, projectSchema } from '../schemas.ts';

const platform = z.string().trim().min(1).max(64).nullable();
const tags = ['projects'];

const list = createRoute({
  method: 'get',
  path: '/projects',
  tags,
  summary: 'Projects of my organizations',
  request: { query: z.strictObject(pageQuery) },
  responses: { 200: json(pageOf(projectSchema), 'By name.') },
});
const create = createRoute({
  method: 'post',
  path: '/projects',
  tags,
  summary: 'A new project, with its first key',
  request: {
    body: body(
      z.object({
        name,
        platform: platform.optional(),
        organization: z.string().optional().openapi({
          description: 'Id or slug; may be left out by who belongs to one organization.',
        }),
      }),
    ),
  },
  responses: { 201: json(projectSchema, 'Made.') },
});
const read = createRoute({
  method: 'get',
  path: '/projects/{p}',
  tags,
  summary: 'A project',
  request: { params: projectPath },
  responses: { 200: json(projectSchema, 'The project.') },
});
const update = createRoute({
  method: 'patch',
  path: '/projects/{p}',
  tags,
  summary: 'Rename it or change its platform',
  request: {
    params: projectPath,
    body: body(z.object({ name: name.optional(), platform: platform.optional() })),
  },
  responses: { 200: json(projectSchema, 'As it is now.') },
});
const remove = createRoute({
  method: 'delete',
  path: '/projects/{p}',
  tags,
  summary: 'Delete it with everything in it',
  request: { params: projectPath },
  responses: done,
});
const keys = createRoute({
  method: 'get',
  path: '/projects/{p}/keys',
  tags,
  summary: 'DSN keys',
  request: { params: projectPath, query: z.strictObject(pageQuery) },
  responses: { 200: json(pageOf(projectKeySchema), 'Oldest first.') },
});
const createKey = createRoute({
  method: 'post',
  path: '/projects/{p}/keys',
  tags,
  summary: 'A new DSN key',
  request: { params: projectPath, body: body(z.object({ label: name.default('Default') })) },
  responses: { 201: json(projectKeySchema, 'Made.') },
});
const revokeKey = createRoute({
  method: 'delete',
  path: '/projects/{p}/keys/{key}',
  tags,
  summary: 'Revoke a DSN key: events sent with it are refused',
  request: { params: projectPath.extend({ key: z.string() }) },
  responses: done,
});
const testEvent = createRoute({
  method: 'post',
  path: '/projects/{p}/test-event',
  tags,
  summary: 'Send a test event',
  request: { params: projectPath },
  responses: { 201: json(z.object({ event_id: z.string() }), 'Stored.') },
});

export const addProjectRoutes: AddRoutes = (api, deps) => {
  const { projects } = deps;

  api.openapi(list, async (c) => {
    const request = pageRequest(c.req.valid('query'));
    return c.json(await projects.list([...viewerOf(c).organizations.keys()], request), 200);
  });

  api.openapi(create, async (c) => {
    const input = c.req.valid('json');
    const organizationId = await organizationFor(deps, viewerOf(c), input.organization);
    const made = await projects.create({
      organizationId,
      name: input.name,
      platform: input.platform ?? null,
      by: actorOf(c),
    });
    return c.json(made, 201);
  });

  api.openapi(read, (c) => c.json(projectOf(c), 200));

  api.openapi(update, async (c) => {
    const changed = await projects.update(projectIdOf(c), given(c.req.valid('json')), actorOf(c));
    if (!changed) throw new MesherError('not_found');
    return c.json(changed, 200);
  });

  api.openapi(remove, async (c) => {
    if (!(await projects.remove(projectIdOf(c), actorOf(c)))) throw new MesherError('not_found');
    return c.body(null, 204);
  });

  api.openapi(keys, async (c) => {
    return c.json(await projects.listKeys(projectIdOf(c), pageRequest(c.req.valid('query'))), 200);
  });

  api.openapi(createKey, async (c) => {
    return c.json(await projects.createKey(projectIdOf(c), c.req.valid('json').label, actorOf(c)), 201);
  });

  api.openapi(revokeKey, async (c) => {
    const { key } = c.req.valid('param');
    const revoked =
      /^[1-9]\d{0,14}$/.test(key) && (await projects.revokeKey(projectIdOf(c), Number(key), actorOf(c)));
    if (!revoked) throw new MesherError('not_found');
    return c.body(null, 204);
  });

  api.openapi(testEvent, async (c) => {
    const { eventId } = await deps.sendTestEvent(projectIdOf(c));
    return c.json({ event_id: eventId }, 201);
  });
};

/** Where a new project goes; refuses where the viewer may not make one. */
async function organizationFor(
  { accounts }: Pick<ApiDeps, 'accounts'>,
  viewer: Viewer,
  named: string | undefined,
): Promise<string> {
  const [only, ...others] = viewer.organizations.keys();
  const id = named === undefined ? only : (await accounts.findOrganization(named))?.id;
  if (named === undefined && (only === undefined || others.length > 0))
    throw new MesherError('bad_request', 'organization: say which one.', { path: 'organization' });
  enforce(
    id === undefined
      ? { kind: 'hidden' }
      : mayInOrganization(viewer, id, { scope: 'project:admin', role: 'admin' }),
  );
  return id ?? '';
}
