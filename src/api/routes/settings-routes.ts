/** What a project keeps of what it is sent: limits, sampling, filters, scrubbing. And what scrubbing would do. */
import { createRoute, z } from '@hono/zod-openapi';
import { MesherError } from '../../errors.ts';
import type { ProjectSettings } from '../../protocol/rest.ts';
import { actorOf, projectIdOf } from '../context.ts';
import { given } from '../parameters.ts';
import { body, json, projectPath, type AddRoutes } from '../route-parts.ts';

const globs = z.array(z.string().trim().min(1).max(200)).max(100);
const scrubSchema = z.strictObject({
  keys: z.array(z.string().trim().min(2).max(64)).max(100).openapi({
    description: 'A key that contains one of these, in any case, has its value filtered.',
  }),
  ip_addresses: z.boolean().openapi({ description: 'Removes addresses of users and clients.' }),
});
const settingsSchema = z
  .strictObject({
    rate_limit: z.number().min(0).max(1_000_000).nullable().openapi({
      description: 'Events a second of one key; null = no limit of its own.',
    }),
    allowed_origins: z.array(z.string().trim().min(1).max(200)).max(100).nullable().openapi({
      description: 'Origins whose pages may read answers of ingestion; null = any.',
    }),
    sample_rate: z.number().min(0).max(1).openapi({ description: 'The share of events that is kept.' }),
    filters: z.strictObject({
      browser_extensions: z.boolean(),
      legacy_browsers: z.boolean(),
      localhost: z.boolean(),
      health_checks: z.boolean(),
      messages: globs,
      releases: globs,
      environments: globs,
    }),
    scrub: scrubSchema,
    spike_protection: z.boolean().openapi({
      description: 'Beyond five times the usual rate of the hour events are counted without their payload.',
    }),
    retention_days: z.number().int().min(1).max(3650).nullable().openapi({
      description: 'Days events and attachments are kept; null = the default of the instance.',
    }),
    attachment_budget_bytes: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).nullable().openapi({
      description:
        'Beyond it new attachments are dropped, their events are kept; null = only the budget of the instance.',
    }),
  })
  .openapi('ProjectSettings') satisfies z.ZodType<ProjectSettings>;
const patchSchema = settingsSchema
  .extend({
    filters: settingsSchema.shape.filters.partial(),
    scrub: scrubSchema.partial(),
  })
  .partial();

const tags = ['projects'];
const read = createRoute({
  method: 'get',
  path: '/projects/{p}/settings',
  tags,
  summary: 'What a project keeps of what it is sent',
  request: { params: projectPath },
  responses: { 200: json(settingsSchema, 'All of them.') },
});
const update = createRoute({
  method: 'patch',
  path: '/projects/{p}/settings',
  tags,
  summary: 'Change some of them; what is not given stays',
  request: { params: projectPath, body: body(patchSchema) },
  responses: { 200: json(settingsSchema, 'As they are now.') },
});
const preview = createRoute({
  method: 'post',
  path: '/projects/{p}/settings/scrub-preview',
  tags,
  summary: 'What scrubbing rules would do to an event that is stored',
  request: {
    params: projectPath,
    body: body(
      z.strictObject({ event_id: z.string().regex(/^[0-9a-f]{32}$/), scrub: scrubSchema.partial() }),
    ),
  },
  responses: {
    200: json(
      z.object({
        paths: z.array(z.string()),
        event: z.unknown().openapi({ type: 'object', description: 'As it would have been stored.' }),
      }),
      'The paths that would be filtered, at most 100, and the event.',
    ),
  },
});

export const addSettingsRoutes: AddRoutes = (api, { projects, events }) => {
  api.openapi(read, async (c) => {
    const settings = await projects.getSettings(projectIdOf(c));
    if (!settings) throw new MesherError('not_found');
    return c.json(settings, 200);
  });

  api.openapi(update, async (c) => {
    const { filters, scrub, ...rest } = c.req.valid('json');
    const patch = {
      ...given(rest),
      ...(filters && { filters: given(filters) }),
      ...(scrub && { scrub: given(scrub) }),
    };
    const settings = await projects.updateSettings(projectIdOf(c), patch, actorOf(c));
    if (!settings) throw new MesherError('not_found');
    return c.json(settings, 200);
  });

  api.openapi(preview, async (c) => {
    const { event_id: id, scrub } = c.req.valid('json');
    const found = await events.get(projectIdOf(c), id);
    if (!found) throw new MesherError('not_found');
    const { event } = found;
    return c.json({ paths: projects.scrub(event, given(scrub)), event }, 200);
  });
};
