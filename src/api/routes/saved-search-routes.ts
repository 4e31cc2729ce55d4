/** Searches that people keep of a project's issues: their own, and those for everybody. */
import { createRoute, z } from '@hono/zod-openapi';
import { MesherError } from '../../errors.ts';
import type { SavedSearch } from '../../protocol/rest-saved-search.ts';
import { ISSUE_SORTS } from '../api-deps.ts';
import { projectIdOf, projectOf, viewerOf, type ApiContext } from '../context.ts';
import { given, pageQuery, pageRequest } from '../parameters.ts';
import { body, done, json, name, projectPath, type AddRoutes } from '../route-parts.ts';
import type { SavedSearchChange, SearchViewer } from '../saved-search-ports.ts';
import { checkIssueQuery, searchText } from '../search-parameters.ts';
import { pageOf, savedSearchSchema } from '../schemas.ts';

const tags = ['issues'];
const searchPath = projectPath.extend({ id: z.string().openapi({ description: 'Id of a saved search.' }) });
const fields = z.strictObject({
  name,
  query: searchText,
  sort: z.enum(ISSUE_SORTS),
  visibility: z.enum(['private', 'shared']).openapi({
    description: '`private`: mine; `shared`: of everybody who reads the project.',
  }),
});
const sortOrLastSeen = fields.shape.sort.default('last_seen');
const visibilityOrPrivate = fields.shape.visibility.default('private');

const list = createRoute({
  method: 'get',
  path: '/projects/{p}/saved-searches',
  tags,
  summary: 'Saved searches: built-in ones, shared ones and my own',
  request: { params: projectPath, query: z.strictObject(pageQuery) },
  responses: { 200: json(pageOf(savedSearchSchema), 'Built-in ones first, then by name.') },
});
const create = createRoute({
  method: 'post',
  path: '/projects/{p}/saved-searches',
  tags,
  summary: 'Save a search',
  request: {
    params: projectPath,
    body: body(fields.extend({ sort: sortOrLastSeen, visibility: visibilityOrPrivate })),
  },
  responses: { 201: json(savedSearchSchema, 'Saved.') },
});
const update = createRoute({
  method: 'patch',
  path: '/projects/{p}/saved-searches/{id}',
  tags,
  summary: 'Change a saved search; what is not given stays',
  request: { params: searchPath, body: body(fields.partial()) },
  responses: { 200: json(savedSearchSchema, 'As it is now.') },
});
const remove = createRoute({
  method: 'delete',
  path: '/projects/{p}/saved-searches/{id}',
  tags,
  summary: 'Delete a saved search',
  request: { params: searchPath },
  responses: done,
});

export const addSavedSearchRoutes: AddRoutes = (api, { savedSearches }) => {
  api.openapi(list, async (c) => {
    const request = pageRequest(c.req.valid('query'));
    return c.json(await savedSearches.list(projectIdOf(c), searcher(c), request), 200);
  });

  api.openapi(create, async (c) => {
    const search = c.req.valid('json');
    checkIssueQuery(search.query, viewerOf(c).userId);
    return c.json(saved(await savedSearches.create(projectIdOf(c), searcher(c), search)), 201);
  });

  api.openapi(update, async (c) => {
    const change = given(c.req.valid('json'));
    if (change.query !== undefined) checkIssueQuery(change.query, viewerOf(c).userId);
    const { id } = c.req.valid('param');
    return c.json(saved(await savedSearches.update(projectIdOf(c), searcher(c), id, change)), 200);
  });

  api.openapi(remove, async (c) => {
    const removed = await savedSearches.remove(projectIdOf(c), searcher(c), c.req.valid('param').id);
    if (removed !== 'done') throw refusal(removed);
    return c.body(null, 204);
  });
};

function searcher(c: ApiContext): SearchViewer {
  const { userId, organizations } = viewerOf(c);
  const role = organizations.get(projectOf(c).organization_id);
  return { userId, administers: role === 'owner' || role === 'admin' };
}

function saved(change: SavedSearchChange): SavedSearch {
  if (change.kind === 'done') return change.search;
  throw refusal(change.kind);
}

function refusal(kind: Exclude<SavedSearchChange['kind'], 'done'>): MesherError {
  switch (kind) {
    case 'not_found':
      return new MesherError('not_found');
    case 'not_yours':
      return new MesherError('forbidden', 'This search is not yours to change.', {
        hint: 'Ask its author, or an admin of the organization; or save one of your own.',
      });
    case 'name_taken':
      return new MesherError('conflict', 'There is a search of this name.', { path: 'name' });
    case 'too_many':
      return new MesherError('conflict', 'There are 48 searches already: no more are kept.', {
        hint: 'Delete one that nobody needs.',
      });
  }
}
