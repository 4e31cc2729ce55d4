/** The OpenAPI document of all routes, with what access.ts demands and the one error body written into each. */
import { ACCESS, type Requirement } from './access.ts';
import type { Api } from './route-parts.ts';
import { errorSchema } from './schemas.ts';

export type OpenApiDocument = ReturnType<Api['getOpenAPI31Document']>;

export function openApiDocument(api: Api, version: string): OpenApiDocument {
  const document = api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Mesher',
      version,
      description:
        'Lists are `{"items", "next"}`: give `next` back as `?cursor=`. Errors are `{"error": {"code", "message", "hint"}}`.',
    },
    servers: [{ url: '/api/v1' }],
  });
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const [method, operation] of Object.entries(item)) {
      if (typeof operation !== 'object' || operation === null) continue;
      const requirement = ACCESS[`${method.toUpperCase()} ${path}`];
      if (!requirement) continue;
      Object.assign(operation, { description: describe(requirement) });
      if (requirement.on !== 'public')
        Object.assign(operation, { security: [{ token: [] }, { session: [] }] });
      const { responses } = operation as { responses: Record<string, unknown> };
      responses['default'] = {
        description: 'An error.',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
      };
    }
  }
  return document;
}

/** What the document refers to besides the routes' own schemas. */
export function registerComponents(api: Api): void {
  api.openAPIRegistry.register('Error', errorSchema);
  api.openAPIRegistry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  api.openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: 'mesher.session_token',
    description: 'Writes need an allowed Origin and a JSON body.',
  });
}

export function describe(requirement: Requirement): string {
  switch (requirement.on) {
    case 'public':
      return 'Needs no sign-in.';
    case 'viewer':
      if (requirement.session) return 'Needs a session; tokens are refused.';
      return requirement.scope === null
        ? 'Needs a session or a token.'
        : `Needs the scope \`${requirement.scope}\`.`;
    case 'instance':
      return requirement.session
        ? 'Needs a session of an admin of the instance; tokens are refused.'
        : `Needs an admin of the instance, and the scope \`${requirement.scope}\`.`;
    case 'organization':
    case 'project':
    case 'issue':
      if (requirement.session)
        return `Needs a session with the role ${requirement.role} in the organization; tokens are refused.`;
      return `Needs the scope \`${requirement.scope}\` and the role ${requirement.role} in the organization.`;
  }
}
