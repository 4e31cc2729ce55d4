/** Reading issues: the list of a project, one issue, and what happened to it. */
import { createRoute, z } from '@hono/zod-openapi';
import { MesherError } from '../../errors.ts';
import { ISSUE_SORTS } from '../api-deps.ts';
import { projectIdOf, viewerOf } from '../context.ts';
import { boundedRange, given, pageQuery, rangeQuery, searchRange, timeZoneQuery } from '../parameters.ts';
import { issueFilterOf, issueSearch } from '../search-parameters.ts';
import { issuePath, json, projectPath, type AddRoutes } from '../route-parts.ts';
import {
  activitySchema,
  eventSummarySchema,
  intervalSchema,
  issueSchema,
  pageOf,
  tagSchema,
  timelineSchema,
} from '../schemas.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const tags = ['issues'];

const list = createRoute({
  method: 'get',
  path: '/projects/{p}/issues',
  tags,
  summary: 'Issues of a project; by default those seen in the last 14 days',
  request: {
    params: projectPath,
    // Strict: a misspelt filter must not answer everything.
    query: z.strictObject({
      ...issueSearch,
      ...rangeQuery,
      sort: z.enum(ISSUE_SORTS).default('last_seen'),
      ...pageQuery,
    }),
  },
  responses: { 200: json(pageOf(issueSchema), 'In the order asked for, greatest first.') },
});
const read = createRoute({
  method: 'get',
  path: '/issues/{id}',
  tags,
  summary: 'An issue',
  request: { params: issuePath },
  responses: { 200: json(issueSchema, 'The issue.') },
});
const events = createRoute({
  method: 'get',
  path: '/issues/{id}/events',
  tags,
  summary: 'Events of an issue',
  request: { params: issuePath, query: z.object(pageQuery) },
  responses: { 200: json(pageOf(eventSummarySchema), 'Newest first.') },
});
const timeline = createRoute({
  method: 'get',
  path: '/issues/{id}/timeline',
  tags,
  summary: 'Events over time; by default an hour a bucket of the last 7 days, at most 90 days',
  request: {
    params: issuePath,
    query: z.strictObject({
      ...rangeQuery,
      interval: intervalSchema.default('hour'),
      time_zone: timeZoneQuery,
    }),
  },
  responses: { 200: json(timelineSchema, 'Every bucket of the range, oldest first.') },
});
const activity = createRoute({
  method: 'get',
  path: '/issues/{id}/activity',
  tags,
  summary: 'Who did what to it',
  request: { params: issuePath, query: z.object(pageQuery) },
  responses: { 200: json(pageOf(activitySchema), 'Newest first.') },
});
const issueTags = createRoute({
  method: 'get',
  path: '/issues/{id}/tags',
  tags,
  summary: 'Tags of its events with their most frequent values',
  request: { params: issuePath },
  responses: { 200: json(pageOf(tagSchema), 'Tags with counted values.') },
});

export const addIssueRoutes: AddRoutes = (api, { issues, clock }) => {
  api.openapi(list, async (c) => {
    const { since, until, sort, limit, cursor, ...search } = c.req.valid('query');
    const page = await issues.list({
      projectId: projectIdOf(c),
      sort,
      limit,
      filter: issueFilterOf(search, viewerOf(c).userId),
      ...searchRange({ since, until }, clock),
      ...given({ cursor }),
    });
    return c.json(page, 200);
  });

  api.openapi(read, async (c) => {
    const issue = await issues.get(c.req.valid('param').id);
    if (!issue) throw new MesherError('not_found');
    return c.json(issue, 200);
  });

  api.openapi(events, async (c) => {
    const { limit, ...rest } = c.req.valid('query');
    return c.json(await issues.events(c.req.valid('param').id, { limit, ...given(rest) }), 200);
  });

  api.openapi(timeline, async (c) => {
    const { interval, time_zone: timeZone, ...query } = c.req.valid('query');
    const range = boundedRange(query, clock, { defaultMs: 7 * DAY_MS, maxMs: 90 * DAY_MS });
    return c.json(await issues.timeline(c.req.valid('param').id, { ...range, interval, timeZone }), 200);
  });

  api.openapi(activity, async (c) => {
    const { limit, ...rest } = c.req.valid('query');
    return c.json(await issues.activity(c.req.valid('param').id, { limit, ...given(rest) }), 200);
  });

  api.openapi(issueTags, async (c) => {
    return c.json({ items: await issues.tags(c.req.valid('param').id), next: null }, 200);
  });
};
