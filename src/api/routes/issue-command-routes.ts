/** Changing issues, one or many: each answers after the commit with how many it touched. */
import { createRoute, z } from '@hono/zod-openapi';
import { MesherError } from '../../errors.ts';
import type { CommandResult, Issue, Page } from '../../protocol/rest.ts';
import type { ApiDeps } from '../api-deps.ts';
import { projectIdOf, projectOf, viewerOf, type ApiContext } from '../context.ts';
import { rangeOf, rangeQuery } from '../parameters.ts';
import { issueFilterOf, issueSearch } from '../search-parameters.ts';
import { body, issuePath, json, optionalBody, projectPath, type AddRoutes } from '../route-parts.ts';
import {
  commandResultSchema,
  issueSchema,
  prioritySchema,
  statusSchema,
  untilRequestSchema,
} from '../schemas.ts';

const STATUS_OF = { resolve: 'resolved', unresolve: 'unresolved', archive: 'archived' } as const;
const BULK_ACTIONS = [
  'resolve',
  'unresolve',
  'archive',
  'assign',
  'discard',
  'delete',
  'priority',
  'merge',
] as const;
const MAX_BULK = 100;
const MAX_MATCHING = 1_000;
const tags = ['issues'];
const assignee = z
  .string()
  .min(1)
  .max(100)
  .nullable()
  .openapi({ description: 'Id of a member, `me`, or null.' });
const result = { 200: json(commandResultSchema, 'Committed.') };

const patch = createRoute({
  method: 'patch',
  path: '/issues/{id}',
  tags,
  summary: 'Change status, assignee or priority',
  request: {
    params: issuePath,
    body: body(
      z
        .strictObject({
          status: statusSchema.optional(),
          until: untilRequestSchema.optional(),
          assignee: assignee.optional(),
          priority: prioritySchema.optional(),
        })
        .refine((change) => Object.keys(change).length > 0, 'Name status, assignee or priority.'),
    ),
  },
  responses: { 200: json(issueSchema, 'The issue as it is now.') },
});
const remove = createRoute({
  method: 'delete',
  path: '/issues/{id}',
  tags,
  summary: 'Delete an issue and its events; the next one makes it anew',
  request: { params: issuePath },
  responses: result,
});
const setStatus = (action: 'resolve' | 'unresolve' | 'archive') =>
  createRoute({
    method: 'post',
    path: `/issues/{id}/${action}`,
    tags,
    summary: `Make it ${STATUS_OF[action]}`,
    request: { params: issuePath, body: optionalBody(z.object({ until: untilRequestSchema.optional() })) },
    responses: result,
  });
const assign = createRoute({
  method: 'post',
  path: '/issues/{id}/assign',
  tags,
  summary: 'Assign it to a member, or to nobody',
  request: { params: issuePath, body: body(z.object({ assignee })) },
  responses: result,
});
const discard = createRoute({
  method: 'post',
  path: '/issues/{id}/discard',
  tags,
  summary: 'Delete it and drop its future events',
  request: { params: issuePath },
  responses: result,
});
export const issueIds = z
  .array(z.string().regex(/^[1-9]\d{0,17}$/))
  .min(1)
  .max(MAX_BULK);
/** As in the list of issues; without a time range: all there are. */
const where = z.strictObject({
  ...issueSearch,
  // In a body null is nobody, as it is in `assignee`.
  assignee: z.preprocess((given) => (given === null ? 'none' : given), issueSearch.assignee),
  ...rangeQuery,
});
const bulk = createRoute({
  method: 'post',
  path: '/projects/{p}/issues/bulk',
  tags,
  summary:
    'One command on up to 100 named issues of a project, or on up to 1,000 that match; ids of other projects are passed over',
  request: {
    params: projectPath,
    body: body(
      z
        .object({
          ids: issueIds.optional(),
          where: where.optional(),
          action: z.enum(BULK_ACTIONS),
          until: untilRequestSchema.optional(),
          assignee: assignee.optional(),
          priority: prioritySchema.optional(),
        })
        .refine((input) => (input.ids === undefined) !== (input.where === undefined), 'Name ids or where.'),
    ),
  },
  responses: result,
});

export const addIssueCommandRoutes: AddRoutes = (api, deps) => {
  const { issues } = deps;

  api.openapi(patch, async (c) => {
    const { id } = c.req.valid('param');
    const change = c.req.valid('json');
    // Checked before anything is changed: a bad assignee leaves the status alone.
    const to = change.assignee === undefined ? undefined : await assigneeOf(deps, c, change.assignee);
    if (change.status !== undefined) await issues.setStatus([id], change.status, by(c), change.until);
    if (to !== undefined) await issues.assign([id], to, by(c));
    if (change.priority !== undefined) await issues.setPriority([id], change.priority, by(c));
    const issue = await issues.get(id);
    if (!issue) throw new MesherError('not_found');
    return c.json(issue, 200);
  });

  api.openapi(remove, async (c) => {
    return c.json(ok(await issues.remove([c.req.valid('param').id], by(c))), 200);
  });

  for (const action of ['resolve', 'unresolve', 'archive'] as const) {
    api.openapi(setStatus(action), async (c) => {
      const { id } = c.req.valid('param');
      const { until } = c.req.valid('json');
      return c.json(ok(await issues.setStatus([id], STATUS_OF[action], by(c), until)), 200);
    });
  }

  api.openapi(assign, async (c) => {
    const to = await assigneeOf(deps, c, c.req.valid('json').assignee);
    return c.json(ok(await issues.assign([c.req.valid('param').id], to, by(c))), 200);
  });

  api.openapi(discard, async (c) => {
    return c.json(ok(await issues.discard([c.req.valid('param').id], by(c))), 200);
  });

  api.openapi(bulk, async (c) => {
    const input = c.req.valid('json');
    const ids = input.where
      ? await idsMatching(deps, c, input.where)
      : await idsOfProject(deps, projectIdOf(c), input.ids ?? []);
    switch (input.action) {
      case 'resolve':
      case 'unresolve':
      case 'archive':
        return c.json(ok(await issues.setStatus(ids, STATUS_OF[input.action], by(c), input.until)), 200);
      case 'merge': {
        const [target, ...others] = ids;
        return c.json(
          ok(target === undefined ? { affected: 0 } : await issues.merge(target, others, by(c))),
          200,
        );
      }
      case 'assign': {
        const to = await assigneeOf(deps, c, needed(input.assignee, 'assignee'));
        return c.json(ok(await issues.assign(ids, to, by(c))), 200);
      }
      case 'priority': {
        const priority = needed(input.priority, 'priority');
        return c.json(ok(await issues.setPriority(ids, priority, by(c))), 200);
      }
      case 'discard':
        return c.json(ok(await issues.discard(ids, by(c))), 200);
      case 'delete':
        return c.json(ok(await issues.remove(ids, by(c))), 200);
    }
  });
};

/** Who commands. */
export function by(c: ApiContext): string {
  return viewerOf(c).userId;
}

export function ok({ affected }: { affected: number }): CommandResult {
  return { status: 'ok', affected };
}

function needed<T>(value: T | undefined, field: string): T {
  if (value === undefined)
    throw new MesherError('bad_request', `${field}: needed for this action.`, { path: field });
  return value;
}

/** The user to assign to: a member of the project's organization, or nobody. */
async function assigneeOf(
  { organizations }: Pick<ApiDeps, 'organizations'>,
  c: ApiContext,
  named: string | null,
): Promise<string | null> {
  if (named === null) return null;
  // The guard has let the viewer in: a member.
  if (named === 'me') return viewerOf(c).userId;
  if ((await organizations.roleIn(projectOf(c).organization_id, named)) !== null) return named;
  throw new MesherError('bad_request', 'assignee: no member of this organization.', { path: 'assignee' });
}

/** The first 1,000, last seen first. */
async function idsMatching(
  { issues, clock }: Pick<ApiDeps, 'issues' | 'clock'>,
  c: ApiContext,
  { since, until, ...search }: z.infer<typeof where>,
): Promise<string[]> {
  const filter = issueFilterOf(search, viewerOf(c).userId);
  const range = rangeOf({ since, until }, clock);
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<Issue> = await issues.list({
      projectId: projectIdOf(c),
      sort: 'last_seen',
      limit: MAX_BULK,
      filter,
      ...range,
      ...(cursor !== null && { cursor }),
    });
    ids.push(...page.items.map((issue) => issue.id));
    cursor = page.next;
  } while (cursor !== null && ids.length < MAX_MATCHING);
  return ids;
}

/** The guard has checked the project, not the ids: one of another project must not be reachable through this one. */
async function idsOfProject(
  { issues }: Pick<ApiDeps, 'issues'>,
  projectId: number,
  ids: readonly string[],
): Promise<string[]> {
  const unique = [...new Set(ids)];
  const projects = await Promise.all(unique.map((id) => issues.projectOf(id)));
  return unique.filter((_, i) => projects[i] === projectId);
}
