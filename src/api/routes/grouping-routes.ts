/** How events become issues: a project's version and rules, a preview of others, and why an issue is one. */
import { createRoute, z } from '@hono/zod-openapi';
import { MesherError } from '../../errors.ts';
import { actorOf, projectIdOf } from '../context.ts';
import { body, issuePath, json, projectPath, type AddRoutes } from '../route-parts.ts';
import { groupingPreviewSchema, issueGroupingSchema, projectGroupingSchema } from '../schemas.ts';

const tags = ['grouping'];
const rules = z.string().max(100_000);
const change = z.strictObject({
  version: z.enum(['v1', 'v2']).optional(),
  enhancements: rules.optional().openapi({ description: 'Stack trace rules, one a line.' }),
  fingerprint_rules: rules.optional().openapi({ description: 'Fingerprint rules, one a line.' }),
});

const read = createRoute({
  method: 'get',
  path: '/projects/{p}/grouping',
  tags,
  summary: 'Grouping version and rules',
  request: { params: projectPath },
  responses: { 200: json(projectGroupingSchema, 'As set.') },
});
const save = createRoute({
  method: 'put',
  path: '/projects/{p}/grouping',
  tags,
  summary: 'Change version or rules; after a change of version old hashes find their issues for 30 days',
  request: { params: projectPath, body: body(change) },
  responses: { 200: json(projectGroupingSchema, 'As set now.') },
});
const preview = createRoute({
  method: 'post',
  path: '/projects/{p}/grouping/preview',
  tags,
  summary: 'Which issues of the last 1,000 events would split or merge',
  request: { params: projectPath, body: body(change) },
  responses: { 200: json(groupingPreviewSchema, 'Nothing was changed.') },
});
const explain = createRoute({
  method: 'get',
  path: '/issues/{id}/grouping',
  tags,
  summary: 'Why its latest event is in it, value by value',
  request: { params: issuePath },
  responses: { 200: json(issueGroupingSchema, 'The tree of values, rules and hashes.') },
});

export const addGroupingRoutes: AddRoutes = (api, { grouping }) => {
  api.openapi(read, async (c) => c.json(found(await grouping.settings(projectIdOf(c))), 200));
  api.openapi(save, async (c) => {
    return c.json(found(await grouping.save(projectIdOf(c), c.req.valid('json'), actorOf(c))), 200);
  });
  api.openapi(preview, async (c) => {
    return c.json(found(await grouping.preview(projectIdOf(c), c.req.valid('json'))), 200);
  });
  api.openapi(explain, async (c) => {
    return c.json(found(await grouping.explain(c.req.valid('param').id)), 200);
  });
};

function found<T>(value: T | null): T {
  if (value === null) throw new MesherError('not_found');
  return value;
}
