/**
 * The REST API: /api/v1 with its OpenAPI document, and /api/auth/* of `auth` behind the same cross-site check.
 * In: a Request and the client's address. Out: a Response; it never throws.
 */
import { OpenAPIHono } from '@hono/zod-openapi';
import { Hono } from 'hono';
import { ACCESS } from './access.ts';
import { createAllowedMethods } from './allowed-methods.ts';
import type { ApiDeps } from './api-deps.ts';
import type { ApiEnv } from './context.ts';
import { checkWrite } from './cross-site.ts';
import { DOCS_PAGE_POLICY, docsPage } from './docs-page.ts';
import { answerError, invalidInput, plainError } from './error-answer.ts';
import { guard } from './guard.ts';
import { limitBody } from './limit-body.ts';
import { openApiDocument, registerComponents } from './openapi-document.ts';
import type { Api } from './route-parts.ts';
import { addAccountRoutes } from './routes/account-routes.ts';
import { addAttachmentRoutes } from './routes/attachment-routes.ts';
import { addEventRoutes } from './routes/event-routes.ts';
import { addExportRoutes } from './routes/export-routes.ts';
import { addGroupingRoutes } from './routes/grouping-routes.ts';
import { addInstanceRoutes } from './routes/instance-routes.ts';
import { addIssueCommandRoutes } from './routes/issue-command-routes.ts';
import { addIssueMergeRoutes } from './routes/issue-merge-routes.ts';
import { addIssueRoutes } from './routes/issue-routes.ts';
import { addOrganizationRoutes } from './routes/organization-routes.ts';
import { addProjectRoutes } from './routes/project-routes.ts';
import { addReportRoutes } from './routes/report-routes.ts';
import { addInvitationRoutes } from './routes/invitation-routes.ts';
import { addSavedSearchRoutes } from './routes/saved-search-routes.ts';
import { addSessionRoutes } from './routes/session-routes.ts';
import { addPasswordResetRoutes } from './routes/password-reset-routes.ts';
import { addUserRoutes } from './routes/user-routes.ts';
import { addSettingsRoutes } from './routes/settings-routes.ts';
import { addStatsRoutes } from './routes/stats-routes.ts';
import { addStorageRoutes } from './routes/storage-routes.ts';
import { addStreamTokenRoutes } from './routes/stream-token-routes.ts';

const V1 = '/api/v1';
const MAX_BODY_BYTES = 256 * 1024;

export interface RestApi {
  /** Paths under /api/v1 and /api/auth. `ip`: the client's address as the listener sees it. */
  fetch(request: Request, env: { ip: string }): Promise<Response>;
}

export function createApi(deps: ApiDeps): RestApi {
  const v1: Api = new OpenAPIHono<ApiEnv>({
    defaultHook(result) {
      if (!result.success) throw invalidInput(result.error);
    },
  });
  registerComponents(v1);
  // Guards come before the routes they protect, one for each row of the table.
  for (const [key, requirement] of Object.entries(ACCESS)) {
    const [method = '', path = ''] = key.split(' ');
    v1.on(method, path.replaceAll(/\{(\w+)\}/g, ':$1'), guard(deps, requirement));
  }
  addInstanceRoutes(v1, deps);
  addAccountRoutes(v1, deps);
  addSessionRoutes(v1, deps);
  addInvitationRoutes(v1, deps);
  addUserRoutes(v1, deps);
  addPasswordResetRoutes(v1, deps);
  addStreamTokenRoutes(v1, deps);
  addOrganizationRoutes(v1, deps);
  addProjectRoutes(v1, deps);
  addSettingsRoutes(v1, deps);
  addIssueRoutes(v1, deps);
  addSavedSearchRoutes(v1, deps);
  addIssueCommandRoutes(v1, deps);
  addIssueMergeRoutes(v1, deps);
  addGroupingRoutes(v1, deps);
  addEventRoutes(v1, deps);
  addExportRoutes(v1, deps);
  addAttachmentRoutes(v1, deps);
  addReportRoutes(v1, deps);
  addStatsRoutes(v1, deps);
  addStorageRoutes(v1, deps);

  const document = openApiDocument(v1, deps.version);
  const page = docsPage(document);
  v1.get('/openapi.json', (c) => c.json(document));
  v1.get('/docs', (c) => c.html(page, 200, { 'content-security-policy': DOCS_PAGE_POLICY }));
  assertGuarded(routesOf(v1));

  const app = new Hono<ApiEnv>();
  app.use(async (c, next) => {
    await next();
    c.res.headers.set('cache-control', 'no-store');
  });
  app.all('/api/auth/*', (c) => {
    checkWrite(c.req.raw, null, deps.originAllowed);
    return deps.auth.handler(c.req.raw, { ip: c.env.ip });
  });
  app.route(V1, v1);
  const allowedMethods = createAllowedMethods(Object.keys(ACCESS));
  app.notFound((c) => {
    const allow = c.req.path.startsWith(V1) ? allowedMethods(c.req.path.slice(V1.length)) : null;
    return allow === null ? plainError('not_found') : plainError('method_not_allowed', { allow });
  });
  app.onError((error, c) => answerError(error, c, deps.log));

  return {
    async fetch(request, env) {
      const limited = await limitBody(request, MAX_BODY_BYTES);
      return limited === null ? plainError('too_large') : app.fetch(withoutEmptyParameters(limited), env);
    },
  };
}

/** `?status=&level=error` asks for any status: what a form or a script leaves empty is not a value. */
function withoutEmptyParameters(request: Request): Request {
  if (request.method !== 'GET' || !/[?&][^=&#]+=(&|#|$)/.test(request.url)) return request;
  const url = new URL(request.url);
  const filled = [...url.searchParams].filter(([, value]) => value !== '');
  url.search = new URLSearchParams(filled).toString();
  return new Request(url, { headers: request.headers });
}

/** `METHOD /path` of every handler that was added, guards aside. */
function routesOf(v1: Api): Set<string> {
  return new Set(
    v1.routes
      .filter((route) => route.method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`),
  );
}

/** Fails closed: a route without a row in the table would be open to everyone. */
function assertGuarded(routes: ReadonlySet<string>): void {
  for (const route of routes) if (!(route in ACCESS)) throw new Error(`No row in access.ts for ${route}.`);
}
