/** Events of a project, one event with its neighbours, and the messages of its log. */
import { createRoute, z } from '@hono/zod-openapi';
import { MesherError } from '../../errors.ts';
import type { EventDetail } from '../../protocol/rest.ts';
import type { ApiDeps } from '../api-deps.ts';
import { projectIdOf, projectRefOf, viewerOf } from '../context.ts';
import { given, pageQuery, rangeQuery, searchRange } from '../parameters.ts';
import { eventFilterOf, eventSearch } from '../search-parameters.ts';
import { json, projectPath, type AddRoutes } from '../route-parts.ts';
import { eventDetailSchema, eventSummarySchema, pageOf } from '../schemas.ts';

const tags = ['events'];

const list = createRoute({
  method: 'get',
  path: '/projects/{p}/events',
  tags,
  summary: 'Events of a project; by default of the last 14 days',
  request: {
    params: projectPath,
    // Strict: a filter that is not there must not answer everything.
    query: z.strictObject({
      ...eventSearch,
      ...rangeQuery,
      ...pageQuery,
    }),
  },
  responses: {
    200: json(
      pageOf(eventSummarySchema),
      'Newest first. A page may be short and yet have a `next`: so far was looked.',
    ),
  },
});
const read = createRoute({
  method: 'get',
  path: '/projects/{p}/events/{event_id}',
  tags,
  summary: 'An event',
  request: {
    params: projectPath.extend({
      event_id: z.string().openapi({
        description:
          '32 hex digits (or a UUID), `latest` (of `issue`, else of the project), `previous` or `next` (of `of`).',
      }),
    }),
    query: z.object({
      issue: z.string().optional().openapi({ description: 'With `latest`: id of an issue.' }),
      of: z.string().optional().openapi({ description: 'With `previous` and `next`: id of an event.' }),
    }),
  },
  responses: { 200: json(eventDetailSchema, 'The event. 410: it is not kept any more.') },
});
const log = createRoute({
  method: 'get',
  path: '/projects/{p}/log',
  tags,
  summary: 'Messages of the stream (mode 1), for a page that opens and for catching up',
  request: {
    params: projectPath,
    query: z.looseObject({
      since: z.string().max(200).optional().openapi({ description: 'A cursor of the stream, or ISO 8601.' }),
      until: z.string().max(200).optional(),
      limit: pageQuery.limit,
    }),
  },
  responses: {
    200: json(pageOf(z.unknown().openapi({ type: 'object' })), 'Oldest first; `next` is a cursor.'),
  },
});

const NO_EVENT_HINT =
  'Check the id. Events are kept for the retention of their project (its settings); their issue stays.';

export const addEventRoutes: AddRoutes = (api, deps) => {
  const { events, clock } = deps;

  api.openapi(list, async (c) => {
    const { since, until, limit, cursor, ...search } = c.req.valid('query');
    const page = await events.list(projectIdOf(c), {
      limit,
      filter: eventFilterOf(search, viewerOf(c).userId),
      ...searchRange({ since, until }, clock),
      ...given({ cursor }),
    });
    return c.json(page, 200);
  });

  api.openapi(read, async (c) => {
    const { event_id: id } = c.req.valid('param');
    const projectId = projectIdOf(c);
    const event = await findEvent(deps, projectId, id, c.req.valid('query'));
    if (event) return c.json(event, 200);
    const eventId = eventIdOf(id);
    if (eventId !== null && (await events.wasStored(projectId, eventId))) throw new MesherError('gone');
    throw new MesherError('not_found', 'There is no such event.', { hint: NO_EVENT_HINT });
  });

  api.openapi(log, async (c) => {
    const { since, until, limit, ...rest } = c.req.valid('query');
    const filter = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, String(value)]));
    const page = await deps.readMessages(projectRefOf(c), { limit, filter, ...given({ since, until }) });
    return c.json({ items: page.items, next: page.next }, 200);
  });
};

async function findEvent(
  { events, issues }: Pick<ApiDeps, 'events' | 'issues'>,
  projectId: number,
  name: string,
  query: { issue?: string | undefined; of?: string | undefined },
): Promise<EventDetail | null> {
  const get = async (id: string | null) => (id === null ? null : events.get(projectId, id));
  switch (name) {
    case 'latest': {
      if (query.issue === undefined)
        return get((await events.list(projectId, { limit: 1 })).items[0]?.id ?? null);
      const isOurs =
        /^[1-9]\d{0,17}$/.test(query.issue) && (await issues.projectOf(query.issue)) === projectId;
      return isOurs ? get((await issues.events(query.issue, { limit: 1 })).items[0]?.id ?? null) : null;
    }
    case 'previous':
    case 'next': {
      const from = await get(eventIdOf(query.of ?? ''));
      return from && get(from[name]);
    }
    default:
      return get(eventIdOf(name));
  }
}

function eventIdOf(text: string): string | null {
  const id = text.replaceAll('-', '').toLowerCase();
  return /^[0-9a-f]{32}$/.test(id) ? id : null;
}
