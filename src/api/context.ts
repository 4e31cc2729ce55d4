/** What the guard leaves on a request for the handler, and how handlers take it. */
import type { Context } from 'hono';
import type { Project } from '../protocol/rest.ts';
import type { Actor, ProjectRef, Viewer } from '../viewer.ts';
import type { Organization } from './api-deps.ts';

export interface ApiEnv {
  Bindings: { ip: string };
  Variables: {
    viewer?: Viewer;
    organization?: Organization;
    project?: Project;
  };
}
export type ApiContext = Context<ApiEnv>;

export function viewerOf(c: ApiContext): Viewer {
  return present(c.get('viewer'), 'viewer');
}
export function actorOf(c: ApiContext): Actor {
  const { userId, email, kind, credentialId } = viewerOf(c);
  return { userId, email, ip: c.env.ip, ...(kind === 'token' && { tokenId: credentialId }) };
}
export function organizationOf(c: ApiContext): Organization {
  return present(c.get('organization'), 'organization');
}
export function projectOf(c: ApiContext): Project {
  return present(c.get('project'), 'project');
}
export function projectIdOf(c: ApiContext): number {
  return Number(projectOf(c).id);
}
export function projectRefOf(c: ApiContext): ProjectRef {
  const { id, slug, name, organization_id: organizationId } = projectOf(c);
  return { id: Number(id), slug, name, organizationId };
}

/** Absent only if the route's row in access.ts is of the wrong kind: a bug, answered 500, never with data. */
function present<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`The guard left no ${what} for this route.`);
  return value;
}
