/**
 * Runs before each handler: who is asking, may a cookie write from there, and what the row of access.ts demands.
 * Leaves viewer, organization and project on the context.
 */
import { createMiddleware } from 'hono/factory';
import { MesherError } from '../errors.ts';
import type { Viewer } from '../viewer.ts';
import { mayInOrganization, mayOnInstance, maySignedIn, type Decision, type Requirement } from './access.ts';
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
    if (requirement.on === 'instance') {
      enforce(mayOnInstance(viewer, requirement));
      return next();
    }
    const { organizationId, mergedInto } = await resolve(deps, c, requirement.on);
    enforce(
      organizationId === null ? { kind: 'hidden' } : mayInOrganization(viewer, organizationId, requirement),
    );
    return mergedInto === null ? next() : lead(c, mergedInto);
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

interface Named {
  /** null: there is no such thing. */
  organizationId: string | null;
  /** The issue the one named was merged into. */
  mergedInto: string | null;
}

/** What the path names. */
async function resolve(
  deps: GuardDeps,
  c: ApiContext,
  on: 'organization' | 'project' | 'issue',
): Promise<Named> {
  if (on === 'organization') {
    const organization: Organization | null = await deps.accounts.findOrganization(param(c, 'organization'));
    if (organization) c.set('organization', organization);
    return { organizationId: organization?.id ?? null, mergedInto: null };
  }
  const found =
    on === 'project' ? { project: param(c, 'p'), mergedInto: null } : await locateIssue(deps, param(c, 'id'));
  const project = found && (await deps.projects.get(found.project));
  if (project) c.set('project', project);
  return { organizationId: project?.organization_id ?? null, mergedInto: found?.mergedInto ?? null };
}

async function locateIssue(
  { issues }: GuardDeps,
  id: string,
): Promise<{ project: string; mergedInto: string | null } | null> {
  if (!/^[1-9]\d{0,17}$/.test(id)) return null;
  const projectId = await issues.projectOf(id);
  if (projectId !== null) return { project: String(projectId), mergedInto: null };
  const mergedInto = await issues.mergedInto(id);
  const projectThen = mergedInto === null ? null : await issues.projectOf(mergedInto);
  return projectThen === null ? null : { project: String(projectThen), mergedInto };
}

/** Readers are led on, for now: an unmerge may bring the issue back. A command was meant for what is no more. */
function lead(c: ApiContext, issueId: string): Response {
  if (c.req.method !== 'GET')
    throw new MesherError('not_found', `This issue was merged into issue ${issueId}.`);
  const { pathname, search } = new URL(c.req.url);
  return c.redirect(pathname.replace(/\/issues\/\d+/, `/issues/${issueId}`) + search, 307);
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
