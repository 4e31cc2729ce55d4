/** Saved searches for the REST API's tests: one that is there, and what was asked for. */
import type { SavedSearchPorts } from '../../src/api/saved-search-ports.ts';
import type { SavedSearch } from '../../src/protocol/rest-saved-search.ts';

const SEARCH: SavedSearch = {
  id: '11',
  name: 'Mine',
  query: 'is:unresolved',
  sort: 'last_seen',
  visibility: 'private',
  created_by: { id: 'mia', name: 'Mia' },
  editable: true,
};

export function fakeSavedSearches(calls: string[]): SavedSearchPorts {
  return {
    list: async () => ({ items: [SEARCH], next: null }),
    async create(projectId, { userId, administers }, search) {
      calls.push(`saveSearch ${projectId} ${JSON.stringify({ userId, administers, ...search })}`);
      return search.name === 'taken' ? { kind: 'name_taken' } : { kind: 'done', search: SEARCH };
    },
    async update(projectId, { userId }, id, change) {
      calls.push(`changeSearch ${projectId} ${id} ${JSON.stringify(change)} by ${userId}`);
      return id === '11' ? { kind: 'done', search: SEARCH } : { kind: 'not_yours' };
    },
    async remove(projectId, { userId }, id) {
      calls.push(`removeSearch ${projectId} ${id} by ${userId}`);
      return id === '11' ? 'done' : 'not_found';
    },
  };
}
