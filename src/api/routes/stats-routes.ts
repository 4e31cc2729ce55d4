/** Numbers of a project over time: events in buckets and sums, its health, and what became of everything that was sent. */
import { createRoute, z } from '@hono/zod-openapi';
import { projectIdOf } from '../context.ts';
import { boundedRange, pageQuery, rangeQuery, timeZoneQuery } from '../parameters.ts';
import { json, projectPath, type AddRoutes } from '../route-parts.ts';
import {
  dimensionSchema,
  healthSchema,
  intervalSchema,
  namedSumSchema,
  outcomeRowSchema,
  pageOf,
  releaseSumSchema,
  tagSumsSchema,
  topIssueSchema,
  volumeSchema,
} from '../schemas.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const RANGE = { defaultMs: DAY_MS, maxMs: 90 * DAY_MS };
const tags = ['stats'];
const limit = pageQuery.limit.default(20);

const volume = createRoute({
  method: 'get',
  path: '/projects/{p}/stats/volume',
  tags,
  summary: 'Events over time; by default an hour a bucket of the last 24 hours, at most 90 days',
  request: {
    params: projectPath,
    query: z.strictObject({
      ...rangeQuery,
      interval: intervalSchema.default('hour'),
      time_zone: timeZoneQuery,
      by: dimensionSchema.default('level'),
    }),
  },
  responses: { 200: json(volumeSchema, 'Every bucket of the range, oldest first.') },
});
const sum = { params: projectPath, query: z.strictObject({ ...rangeQuery, limit }) };
const levels = createRoute({
  method: 'get',
  path: '/projects/{p}/stats/levels',
  tags,
  summary: 'Events by level',
  request: sum,
  responses: { 200: json(pageOf(namedSumSchema), 'Greatest first.') },
});
const environments = createRoute({
  method: 'get',
  path: '/projects/{p}/stats/environments',
  tags,
  summary: 'Events by environment',
  request: sum,
  responses: { 200: json(pageOf(namedSumSchema), 'Greatest first.') },
});
const releases = createRoute({
  method: 'get',
  path: '/projects/{p}/stats/releases',
  tags,
  summary: 'Events by release',
  request: sum,
  responses: { 200: json(pageOf(releaseSumSchema), 'Greatest first.') },
});
const topIssues = createRoute({
  method: 'get',
  path: '/projects/{p}/stats/top-issues',
  tags,
  summary: 'Issues with the most events of a range of whole hours',
  request: sum,
  responses: { 200: json(pageOf(topIssueSchema), 'Greatest first.') },
});
const tagSums = createRoute({
  method: 'get',
  path: '/projects/{p}/stats/tags',
  tags,
  summary:
    'Tags of the events of a range of whole days (UTC); of each day and key 50 values by name, the others in the sum',
  request: {
    params: projectPath,
    query: z.strictObject({ ...rangeQuery, limit, key: z.string().max(200).optional() }),
  },
  responses: { 200: json(pageOf(tagSumsSchema), 'The most frequent first; `limit`: values of each.') },
});
const health = createRoute({
  method: 'get',
  path: '/projects/{p}/stats/health',
  tags,
  summary: 'How the project is now',
  request: { params: projectPath, query: z.strictObject({ time_zone: timeZoneQuery }) },
  responses: { 200: json(healthSchema, 'As of now.') },
});
const outcomes = createRoute({
  method: 'get',
  path: '/projects/{p}/stats/outcomes',
  tags,
  summary: 'Accepted, filtered, rate limited, invalid …: by reason and category',
  request: { params: projectPath, query: z.object(rangeQuery) },
  responses: { 200: json(pageOf(outcomeRowSchema), 'Sums of the range.') },
});

export const addStatsRoutes: AddRoutes = (api, { stats, clock }) => {
  type SumQuery = Parameters<typeof boundedRange>[0] & { limit: number };
  const ranged = (query: SumQuery) => ({ ...boundedRange(query, clock, RANGE), limit: query.limit });
  const whole = <T>(items: T[]) => ({ items, next: null });

  api.openapi(volume, async (c) => {
    const { interval, by, time_zone, ...range } = c.req.valid('query');
    const request = { ...boundedRange(range, clock, RANGE), interval, by, timeZone: time_zone };
    return c.json(await stats.volume(projectIdOf(c), request), 200);
  });
  api.openapi(levels, async (c) => {
    const request = { ...ranged(c.req.valid('query')), by: 'level' } as const;
    return c.json(whole(await stats.sums(projectIdOf(c), request)), 200);
  });
  api.openapi(environments, async (c) => {
    const request = { ...ranged(c.req.valid('query')), by: 'environment' } as const;
    return c.json(whole(await stats.sums(projectIdOf(c), request)), 200);
  });
  api.openapi(releases, async (c) => {
    return c.json(whole(await stats.releaseSums(projectIdOf(c), ranged(c.req.valid('query')))), 200);
  });
  api.openapi(topIssues, async (c) => {
    return c.json(whole(await stats.topIssues(projectIdOf(c), ranged(c.req.valid('query')))), 200);
  });
  api.openapi(tagSums, async (c) => {
    const { key = null, ...query } = c.req.valid('query');
    return c.json(whole(await stats.tags(projectIdOf(c), { ...ranged(query), key })), 200);
  });
  api.openapi(health, async (c) => {
    return c.json(await stats.health(projectIdOf(c), c.req.valid('query').time_zone), 200);
  });
  api.openapi(outcomes, async (c) => {
    const items = await stats.outcomes(projectIdOf(c), boundedRange(c.req.valid('query'), clock, RANGE));
    return c.json({ items, next: null }, 200);
  });
};
