/**
 * Who may call which route: the one table, and the one place that decides. A route without a row does not start
 * (create-api.ts compares). 401 nobody, 404 not a member (existence is not told), 403 a scope or role is missing.
 */
import type { Role, Scope, Viewer } from '../viewer.ts';

export type Requirement =
  | { on: 'public' }
  /** `session`: a person in a browser; no token may do this. */
  | { on: 'viewer'; scope: Scope | null; session?: true }
  /** What the path names belongs to an organization: its member with at least this role. */
  | { on: 'organization' | 'project' | 'issue'; scope: Scope; role: Role; session?: true }
  /** An admin of the instance, whatever its roles. */
  | { on: 'instance'; scope: Scope; session?: true };

export const ACCESS: Readonly<Record<string, Requirement>> = {
  'GET /openapi.json': { on: 'public' },
  'GET /docs': { on: 'public' },
  'GET /instance': { on: 'public' },
  'GET /setup/{token}': { on: 'public' },
  'POST /setup/{token}': { on: 'public' },

  'GET /me': { on: 'viewer', scope: null },
  'GET /tokens': { on: 'viewer', scope: null, session: true },
  'POST /tokens': { on: 'viewer', scope: null, session: true },
  'DELETE /tokens/{id}': { on: 'viewer', scope: null, session: true },
  // The projects are in the body: the handler asks `mayInOrganization`.
  'POST /stream-tokens': { on: 'viewer', scope: 'stream:read' },

  'GET /me/sessions': { on: 'viewer', scope: null, session: true },
  'DELETE /me/sessions': { on: 'viewer', scope: null, session: true },
  'DELETE /me/sessions/{id}': { on: 'viewer', scope: null, session: true },
  'PUT /me/password': { on: 'viewer', scope: null, session: true },

  'GET /instance/users': { on: 'instance', scope: 'org:admin' },
  'PATCH /instance/users/{user}': { on: 'instance', scope: 'org:admin', session: true },
  'DELETE /instance/users/{user}': { on: 'instance', scope: 'org:admin', session: true },
  'DELETE /instance/users/{user}/two-factor': { on: 'instance', scope: 'org:admin', session: true },
  'POST /instance/users/{user}/password-link': { on: 'instance', scope: 'org:admin', session: true },
  'GET /instance/storage': { on: 'instance', scope: 'org:admin' },
  'GET /instance/audit-log': { on: 'instance', scope: 'org:admin' },

  'POST /password-resets': { on: 'public' },
  'GET /password-resets/{token}': { on: 'public' },
  'POST /password-resets/{token}': { on: 'public' },

  'GET /invitations/{token}': { on: 'public' },
  'POST /invitations/{token}': { on: 'public' },
  'POST /invitations/{token}/accept': { on: 'viewer', scope: null, session: true },

  'GET /organizations': { on: 'viewer', scope: 'org:read' },
  'POST /organizations': { on: 'instance', scope: 'org:admin' },
  'GET /organizations/{organization}': { on: 'organization', scope: 'org:read', role: 'member' },
  'PATCH /organizations/{organization}': { on: 'organization', scope: 'org:admin', role: 'admin' },
  'DELETE /organizations/{organization}': { on: 'organization', scope: 'org:admin', role: 'owner' },
  'POST /organizations/{organization}/leave': {
    on: 'organization',
    scope: 'org:admin',
    role: 'member',
    session: true,
  },
  'GET /organizations/{organization}/audit-log': { on: 'organization', scope: 'org:admin', role: 'admin' },
  'GET /organizations/{organization}/invitations': { on: 'organization', scope: 'org:admin', role: 'admin' },
  'POST /organizations/{organization}/invitations': { on: 'organization', scope: 'org:admin', role: 'admin' },
  'DELETE /organizations/{organization}/invitations/{id}': {
    on: 'organization',
    scope: 'org:admin',
    role: 'admin',
  },
  'GET /organizations/{organization}/members': { on: 'organization', scope: 'org:read', role: 'member' },
  'PATCH /organizations/{organization}/members/{user}': {
    on: 'organization',
    scope: 'org:admin',
    role: 'admin',
  },
  'DELETE /organizations/{organization}/members/{user}': {
    on: 'organization',
    scope: 'org:admin',
    role: 'admin',
  },

  'GET /projects': { on: 'viewer', scope: 'project:read' },
  // The organization is in the body: the handler asks `mayInOrganization`.
  'POST /projects': { on: 'viewer', scope: 'project:admin' },
  'GET /projects/{p}': { on: 'project', scope: 'project:read', role: 'member' },
  'PATCH /projects/{p}': { on: 'project', scope: 'project:admin', role: 'admin' },
  'DELETE /projects/{p}': { on: 'project', scope: 'project:admin', role: 'admin' },
  'GET /projects/{p}/settings': { on: 'project', scope: 'project:read', role: 'member' },
  'PATCH /projects/{p}/settings': { on: 'project', scope: 'project:admin', role: 'admin' },
  'POST /projects/{p}/settings/scrub-preview': { on: 'project', scope: 'event:read', role: 'member' },
  'GET /projects/{p}/storage': { on: 'project', scope: 'project:read', role: 'member' },
  'GET /projects/{p}/keys': { on: 'project', scope: 'project:read', role: 'member' },
  'POST /projects/{p}/keys': { on: 'project', scope: 'project:admin', role: 'admin' },
  'DELETE /projects/{p}/keys/{key}': { on: 'project', scope: 'project:admin', role: 'admin' },
  'POST /projects/{p}/test-event': { on: 'project', scope: 'project:admin', role: 'member' },

  'GET /projects/{p}/grouping': { on: 'project', scope: 'project:read', role: 'member' },
  'PUT /projects/{p}/grouping': { on: 'project', scope: 'project:admin', role: 'admin' },
  'POST /projects/{p}/grouping/preview': { on: 'project', scope: 'event:read', role: 'member' },
  'GET /issues/{id}/grouping': { on: 'issue', scope: 'event:read', role: 'member' },

  'GET /projects/{p}/issues': { on: 'project', scope: 'event:read', role: 'member' },
  'POST /projects/{p}/issues/bulk': { on: 'project', scope: 'issue:write', role: 'member' },
  'GET /issues/{id}': { on: 'issue', scope: 'event:read', role: 'member' },
  'PATCH /issues/{id}': { on: 'issue', scope: 'issue:write', role: 'member' },
  'DELETE /issues/{id}': { on: 'issue', scope: 'issue:write', role: 'member' },
  'POST /issues/{id}/resolve': { on: 'issue', scope: 'issue:write', role: 'member' },
  'POST /issues/{id}/unresolve': { on: 'issue', scope: 'issue:write', role: 'member' },
  'POST /issues/{id}/archive': { on: 'issue', scope: 'issue:write', role: 'member' },
  'POST /issues/{id}/assign': { on: 'issue', scope: 'issue:write', role: 'member' },
  'POST /issues/{id}/comments': { on: 'issue', scope: 'issue:write', role: 'member' },
  'POST /issues/{id}/merge': { on: 'issue', scope: 'issue:write', role: 'member' },
  'POST /issues/{id}/unmerge': { on: 'issue', scope: 'issue:write', role: 'member' },
  'GET /issues/{id}/similar': { on: 'issue', scope: 'event:read', role: 'member' },
  'POST /issues/{id}/similar/dismiss': { on: 'issue', scope: 'issue:write', role: 'member' },
  'POST /issues/{id}/similar/restore': { on: 'issue', scope: 'issue:write', role: 'member' },
  'POST /issues/{id}/discard': { on: 'issue', scope: 'issue:write', role: 'member' },
  'GET /issues/{id}/events': { on: 'issue', scope: 'event:read', role: 'member' },
  'GET /issues/{id}/timeline': { on: 'issue', scope: 'event:read', role: 'member' },
  'GET /issues/{id}/tags': { on: 'issue', scope: 'event:read', role: 'member' },
  'GET /issues/{id}/export': { on: 'issue', scope: 'event:read', role: 'member' },
  'GET /issues/{id}/activity': { on: 'issue', scope: 'event:read', role: 'member' },

  // Whose a search is, the handler asks.
  'GET /projects/{p}/saved-searches': { on: 'project', scope: 'event:read', role: 'member' },
  'POST /projects/{p}/saved-searches': { on: 'project', scope: 'issue:write', role: 'member' },
  'PATCH /projects/{p}/saved-searches/{id}': { on: 'project', scope: 'issue:write', role: 'member' },
  'DELETE /projects/{p}/saved-searches/{id}': { on: 'project', scope: 'issue:write', role: 'member' },

  'GET /projects/{p}/export': { on: 'project', scope: 'event:read', role: 'member' },
  'GET /projects/{p}/events': { on: 'project', scope: 'event:read', role: 'member' },
  'GET /projects/{p}/events/{event_id}': { on: 'project', scope: 'event:read', role: 'member' },
  'GET /projects/{p}/events/{event_id}/attachments': { on: 'project', scope: 'event:read', role: 'member' },
  'GET /projects/{p}/events/{event_id}/attachments/{id}': {
    on: 'project',
    scope: 'event:read',
    role: 'member',
  },
  'GET /projects/{p}/feedback': { on: 'project', scope: 'event:read', role: 'member' },
  'GET /projects/{p}/monitors': { on: 'project', scope: 'event:read', role: 'member' },
  'GET /projects/{p}/monitors/{slug}/check-ins': { on: 'project', scope: 'event:read', role: 'member' },
  'GET /projects/{p}/releases': { on: 'project', scope: 'event:read', role: 'member' },
  'GET /projects/{p}/stats/volume': { on: 'project', scope: 'event:read', role: 'member' },
  'GET /projects/{p}/stats/levels': { on: 'project', scope: 'event:read', role: 'member' },
  'GET /projects/{p}/stats/environments': { on: 'project', scope: 'event:read', role: 'member' },
  'GET /projects/{p}/stats/releases': { on: 'project', scope: 'event:read', role: 'member' },
  'GET /projects/{p}/stats/top-issues': { on: 'project', scope: 'event:read', role: 'member' },
  'GET /projects/{p}/stats/tags': { on: 'project', scope: 'event:read', role: 'member' },
  'GET /projects/{p}/stats/health': { on: 'project', scope: 'event:read', role: 'member' },
  'GET /projects/{p}/stats/outcomes': { on: 'project', scope: 'project:read', role: 'member' },
  'GET /projects/{p}/log': { on: 'project', scope: 'stream:read', role: 'member' },
};

const RANK: Readonly<Record<Role, number>> = { member: 0, admin: 1, owner: 2 };

export type Decision = { kind: 'allowed' } | { kind: 'hidden' } | { kind: 'forbidden'; message: string };

const SIGN_IN: Decision = { kind: 'forbidden', message: 'A token may not do this: sign in.' };

/** Who may change something may read it. */
const INCLUDED_IN: Readonly<Partial<Record<Scope, Scope>>> = {
  'project:read': 'project:admin',
  'org:read': 'org:admin',
};

export function hasScope(viewer: Viewer, scope: Scope): Decision {
  if (viewer.scopes === 'all' || viewer.scopes.has(scope)) return { kind: 'allowed' };
  const wider = INCLUDED_IN[scope];
  if (wider !== undefined && viewer.scopes.has(wider)) return { kind: 'allowed' };
  return { kind: 'forbidden', message: `The token lacks the scope ${scope}.` };
}

/** Membership is asked before the scope: a token of another organization learns nothing. */
export function mayInOrganization(
  viewer: Viewer,
  organizationId: string,
  needs: { scope: Scope; role: Role; session?: true },
): Decision {
  const role = viewer.organizations.get(organizationId);
  if (role === undefined) return { kind: 'hidden' };
  if (needs.session && viewer.kind !== 'session') return SIGN_IN;
  const scope = hasScope(viewer, needs.scope);
  if (scope.kind !== 'allowed') return scope;
  if (RANK[role] >= RANK[needs.role]) return { kind: 'allowed' };
  return { kind: 'forbidden', message: `This needs the role ${needs.role} in the organization.` };
}

export function maySignedIn(viewer: Viewer, needs: { scope: Scope | null; session?: true }): Decision {
  if (needs.session && viewer.kind !== 'session') return SIGN_IN;
  return needs.scope === null ? { kind: 'allowed' } : hasScope(viewer, needs.scope);
}

export function mayOnInstance(viewer: Viewer, needs: { scope: Scope; session?: true }): Decision {
  if (!viewer.isInstanceAdmin)
    return { kind: 'forbidden', message: 'Only an admin of the instance may do this.' };
  if (needs.session && viewer.kind !== 'session') return SIGN_IN;
  return hasScope(viewer, needs.scope);
}
