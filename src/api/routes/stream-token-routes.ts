/** Stream tokens: for pages of other sites and for EventSource, which can set no header. */
import { createRoute, z } from '@hono/zod-openapi';
import { MesherError } from '../../errors.ts';
import { mayInOrganization } from '../access.ts';
import { viewerOf } from '../context.ts';
import { enforce } from '../guard.ts';
import { body, json, type AddRoutes } from '../route-parts.ts';
import { newStreamTokenSchema } from '../schemas.ts';

const create = createRoute({
  method: 'post',
  path: '/stream-tokens',
  tags: ['account'],
  summary: 'A token that opens one stream of these projects within five minutes',
  request: {
    body: body(z.object({ projects: z.array(z.string().min(1).max(200)).min(1).max(32) })),
  },
  responses: { 201: json(newStreamTokenSchema, 'Made; shown once.') },
});

export const addStreamTokenRoutes: AddRoutes = (api, { auth, projects }) => {
  api.openapi(create, async (c) => {
    const viewer = viewerOf(c);
    const named = c.req.valid('json').projects;
    const found = await Promise.all(named.map((idOrSlug) => projects.get(idOrSlug)));
    const ids = found.map((project) => {
      if (project === null) throw new MesherError('not_found');
      enforce(mayInOrganization(viewer, project.organization_id, { scope: 'stream:read', role: 'member' }));
      return Number(project.id);
    });
    const { token, expiresAt } = await auth.createStreamToken(viewer, [...new Set(ids)]);
    return c.json(
      { token, expires_at: new Date(expiresAt).toISOString(), projects: [...new Set(ids)].map(String) },
      201,
    );
  });
};
