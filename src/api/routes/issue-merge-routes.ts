/** Merging issues, those that should perhaps be merged, taking one apart by hash, and commenting. */
import { createRoute, z } from '@hono/zod-openapi';
import { body, issuePath, json, type AddRoutes } from '../route-parts.ts';
import { commandResultSchema, pageOf, similarIssueSchema } from '../schemas.ts';
import { by, issueIds, ok } from './issue-command-routes.ts';

const tags = ['issues'];
const result = { 200: json(commandResultSchema, 'Committed.') };

const comment = createRoute({
  method: 'post',
  path: '/issues/{id}/comments',
  tags,
  summary: 'Comment on it',
  request: { params: issuePath, body: body(z.object({ text: z.string().trim().min(1).max(10_000) })) },
  responses: result,
});
const merge = createRoute({
  method: 'post',
  path: '/issues/{id}/merge',
  tags,
  summary: 'Merge other issues of its project into it',
  request: { params: issuePath, body: body(z.object({ ids: issueIds })) },
  responses: result,
});
const unmerge = createRoute({
  method: 'post',
  path: '/issues/{id}/unmerge',
  tags,
  summary: 'Move hashes, with the events stored under them, to a new issue',
  request: {
    params: issuePath,
    body: body(
      z.object({
        hashes: z
          .array(z.string().regex(/^[0-9a-f]{32}$/))
          .min(1)
          .max(1_000),
      }),
    ),
  },
  responses: { 200: json(commandResultSchema.extend({ issue_id: z.string() }), 'Committed.') },
});
const similar = createRoute({
  method: 'get',
  path: '/issues/{id}/similar',
  tags,
  summary: 'Issues that should perhaps be merged with it',
  request: { params: issuePath },
  responses: { 200: json(pageOf(similarIssueSchema), 'The most alike first; at most 20.') },
});
const dismiss = createRoute({
  method: 'post',
  path: '/issues/{id}/similar/dismiss',
  tags,
  summary: 'Say that these are not the same: they are not named to it again',
  request: { params: issuePath, body: body(z.object({ ids: issueIds })) },
  responses: result,
});
const restore = createRoute({
  method: 'post',
  path: '/issues/{id}/similar/restore',
  tags,
  summary: 'Take back that these are not the same',
  request: { params: issuePath, body: body(z.object({ ids: issueIds })) },
  responses: result,
});

export const addIssueMergeRoutes: AddRoutes = (api, { issues }) => {
  api.openapi(comment, async (c) => {
    const { text } = c.req.valid('json');
    return c.json(ok(await issues.comment(c.req.valid('param').id, text, by(c))), 200);
  });

  api.openapi(merge, async (c) => {
    const { ids } = c.req.valid('json');
    return c.json(ok(await issues.merge(c.req.valid('param').id, ids, by(c))), 200);
  });

  api.openapi(similar, async (c) => {
    return c.json({ items: await issues.similar(c.req.valid('param').id), next: null }, 200);
  });

  api.openapi(dismiss, async (c) => {
    const { id } = c.req.valid('param');
    return c.json(ok(await issues.tellApart(id, c.req.valid('json').ids, true, by(c))), 200);
  });

  api.openapi(restore, async (c) => {
    const { id } = c.req.valid('param');
    return c.json(ok(await issues.tellApart(id, c.req.valid('json').ids, false, by(c))), 200);
  });

  api.openapi(unmerge, async (c) => {
    const { hashes } = c.req.valid('json');
    const { issueId } = await issues.unmerge(c.req.valid('param').id, hashes, by(c));
    return c.json({ ...ok({ affected: 1 }), issue_id: issueId }, 200);
  });
};
