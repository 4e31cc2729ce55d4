/**
 * Runs before each handler: who is asking, may a cookie write from there, and what the row of access.ts demands.
 * Leaves viewer, organization and project on the context.
 */
import { createMiddleware } from 'hono/factory';
import { MesherError } from '../errors.ts';
import type { Viewer } from '../viewer.ts';
import { mayInOrganization, maySignedIn, type Decision, type Requirement } from './access.ts';
import type { ApiDeps, Organization } from './api-deps.ts';
import type { ApiContext, ApiEnv } from './context.ts';
import { checkWrite } from './cross-site.ts';

type GuardDeps = Pick<ApiDeps, 'auth' | 'accounts' | 'projects' | 'issues' | 'originAllowed'>;

export function guard(deps: GuardDeps, requirement: Requirement) {
  return createMiddleware<ApiEnv>(async (c, next) => {
    if (requirement.on === 'public') {
      checkWrite(c.req.raw, null, deps.originAllowed);
      return next();
    }
    const viewer = await authenticate(deps, c);
    c.set('viewer', viewer);
    checkWrite(c.req.raw, viewer.kind, deps.originAllowed);
    if (requirement.on === 'viewer') {
      enforce(maySignedIn(viewer, requirement));
      return next();
    }
    const organizationId = await resolve(deps, c, requirement.on);
    enforce(
      organizationId === null ? { kind: 'hidden' } : mayInOrganization(viewer, organizationId, requirement),
    );
    return next();
  });
}

async function authenticate(deps: GuardDeps, c: ApiContext): Promise<Viewer> {
  const result = await deps.auth.authenticate({
    cookie: c.req.header('cookie'),
    authorization: c.req.header('authorization'),
  });
  if (result.kind === 'refused') throw new MesherError(result.code, result.message);
  return result.viewer;
}

/** The organization of what the path names, or null. */
async function resolve(
  deps: GuardDeps,
  c: ApiContext,
  on: 'organization' | 'project' | 'issue',
): Promise<string | null> {
  if (on === 'organization') {
    const organization: Organization | null = await deps.accounts.findOrganization(param(c, 'organization'));
    if (organization) c.set('organization', organization);
    return organization?.id ?? null;
  }
  const named = on === 'project' ? param(c, 'p') : await projectOfIssue(deps, param(c, 'id'));
  const project = named === null ? null : await deps.projects.get(named);
  if (project) c.set('project', project);
  return project?.organization_id ?? null;
}

async function projectOfIssue(deps: GuardDeps, id: string): Promise<string | null> {
  if (!/^[1-9]\d{0,17}$/.test(id)) return null;
  const projectId = await deps.issues.projectOf(id);
  return projectId === null ? null : String(projectId);
}

function param(c: ApiContext, name: string): string {
  return c.req.param(name) ?? '';
}

/** Turns a refusal into the error that is answered. */
export function enforce(decision: Decision): void {
  switch (decision.kind) {
    case 'allowed':
      return;
    case 'hidden':
      throw new MesherError('not_found');
    case 'forbidden':
      throw new MesherError('forbidden', decision.message);
  }
}
