/** Numbers of a project over time: events by level, and what became of everything that was sent. */
import { createRoute, z } from '@hono/zod-openapi';
import { projectIdOf } from '../context.ts';
import { boundedRange, rangeQuery } from '../parameters.ts';
import { json, projectPath, type AddRoutes } from '../route-parts.ts';
import { outcomeRowSchema, pageOf, volumeSchema } from '../schemas.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const RANGE = { defaultMs: DAY_MS, maxMs: 90 * DAY_MS };
const tags = ['stats'];

const volume = createRoute({
  method: 'get',
  path: '/projects/{p}/stats/volume',
  tags,
  summary: 'Events an hour by level; by default of the last 24 hours, at most 90 days',
  request: {
    params: projectPath,
    query: z.object({ ...rangeQuery, interval: z.enum(['hour']).default('hour') }),
  },
  responses: { 200: json(volumeSchema, 'One number an interval, oldest first.') },
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
  api.openapi(volume, async (c) => {
    const { interval, ...range } = c.req.valid('query');
    const request = { ...boundedRange(range, clock, RANGE), interval };
    return c.json(await stats.volume(projectIdOf(c), request), 200);
  });

  api.openapi(outcomes, async (c) => {
    const items = await stats.outcomes(projectIdOf(c), boundedRange(c.req.valid('query'), clock, RANGE));
    return c.json({ items, next: null }, 200);
  });
};
