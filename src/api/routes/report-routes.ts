/** What SDKs report beside events: users' feedback, sessions of releases, check-ins of monitors. */
import { createRoute, z } from '@hono/zod-openapi';
import { projectIdOf } from '../context.ts';
import { boundedRange, given, pageQuery, pageRequest, rangeQuery } from '../parameters.ts';
import { json, projectPath, type AddRoutes } from '../route-parts.ts';
import { checkInSchema, feedbackSchema, monitorSchema, pageOf, releaseHealthSchema } from '../schemas.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const RANGE = { defaultMs: 14 * DAY_MS, maxMs: 90 * DAY_MS };
const tags = ['reports'];

const feedback = createRoute({
  method: 'get',
  path: '/projects/{p}/feedback',
  tags,
  summary: 'What users wrote, of all or about one event',
  request: {
    params: projectPath,
    query: z.strictObject({
      ...pageQuery,
      event: z
        .string()
        .regex(/^[0-9a-f]{32}$/)
        .optional(),
    }),
  },
  responses: { 200: json(pageOf(feedbackSchema), 'Newest first.') },
});
const releases = createRoute({
  method: 'get',
  path: '/projects/{p}/releases',
  tags,
  summary: 'Sessions by release and how they went; by default of the last 14 days, at most 90',
  request: {
    params: projectPath,
    query: z.strictObject({ ...rangeQuery, ...pageQuery }),
  },
  responses: { 200: json(pageOf(releaseHealthSchema), 'The most used first.') },
});
const monitors = createRoute({
  method: 'get',
  path: '/projects/{p}/monitors',
  tags,
  summary: 'Monitors of cron jobs',
  request: { params: projectPath, query: z.strictObject(pageQuery) },
  responses: { 200: json(pageOf(monitorSchema), 'By slug.') },
});
const checkIns = createRoute({
  method: 'get',
  path: '/projects/{p}/monitors/{slug}/check-ins',
  tags,
  summary: 'Check-ins of a monitor',
  request: { params: projectPath.extend({ slug: z.string().max(100) }), query: z.strictObject(pageQuery) },
  responses: { 200: json(pageOf(checkInSchema), 'Newest first.') },
});

export const addReportRoutes: AddRoutes = (api, deps) => {
  api.openapi(feedback, async (c) => {
    const { event, limit, cursor } = c.req.valid('query');
    const request = { limit, ...given({ cursor, eventId: event }) };
    return c.json(await deps.feedback.list(projectIdOf(c), request), 200);
  });

  api.openapi(releases, async (c) => {
    const query = c.req.valid('query');
    const request = { ...boundedRange(query, deps.clock, RANGE), ...pageRequest(query) };
    return c.json(await deps.stats.releases(projectIdOf(c), request), 200);
  });

  api.openapi(monitors, async (c) => {
    return c.json(await deps.monitors.list(projectIdOf(c), pageRequest(c.req.valid('query'))), 200);
  });

  api.openapi(checkIns, async (c) => {
    const { limit, cursor } = c.req.valid('query');
    const request = { limit, slug: c.req.valid('param').slug, ...given({ cursor }) };
    return c.json(await deps.monitors.listCheckIns(projectIdOf(c), request), 200);
  });
};
