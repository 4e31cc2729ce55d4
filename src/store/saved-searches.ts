/**
 * Saved searches: what everybody has from the start, what a project's people share, and what one keeps for oneself.
 * Shared ones are changed by their author and by who administers the organization.
 */
import type { Page } from '../protocol/rest.ts';
import type { SavedSearch } from '../protocol/rest-saved-search.ts';
import { pageOfAll } from './cursor.ts';
import type { Database, Queryable } from './database.ts';
import {
  countSavedSearches,
  deleteSavedSearch,
  insertSavedSearch,
  isSearchNameTaken,
  lockProjectSearches,
  selectSavedSearch,
  selectSavedSearches,
  updateSavedSearch,
  type SavedSearchRow,
} from './sql/saved-searches.ts';
import type { IssueSort } from './sql/select-issues.ts';

/** So many shared ones in a project, and so many of each person: with the built-in ones they are one page. */
export const MAX_SAVED_SEARCHES = 48;

type BuiltIn = Pick<SavedSearch, 'id' | 'name' | 'query' | 'sort'>;
const BUILT_IN: readonly BuiltIn[] = [
  { id: 'unresolved', name: 'Unresolved', query: 'is:unresolved', sort: 'last_seen' },
  { id: 'new-today', name: 'New today', query: 'is:unresolved firstSeen:-24h', sort: 'first_seen' },
  { id: 'assigned-to-me', name: 'Assigned to me', query: 'is:unresolved assigned:me', sort: 'last_seen' },
  { id: 'high-priority', name: 'High priority', query: 'is:unresolved priority:high', sort: 'events' },
];

/** Who asks: `administers` the organization of the project. */
export interface SearchViewer {
  userId: string;
  administers: boolean;
}

export interface NewSavedSearch {
  name: string;
  query: string;
  sort: IssueSort;
  visibility: 'private' | 'shared';
}

export type SavedSearchChange =
  | { kind: 'done'; search: SavedSearch }
  | { kind: 'not_found' | 'not_yours' | 'name_taken' | 'too_many' };

export interface SavedSearchStore {
  /** Built-in ones first, then by name. */
  list(
    projectId: number,
    viewer: SearchViewer,
    request: { cursor?: string; limit: number },
  ): Promise<Page<SavedSearch>>;
  create(projectId: number, viewer: SearchViewer, search: NewSavedSearch): Promise<SavedSearchChange>;
  /** Only its author makes one private: it would be the author's. */
  update(
    projectId: number,
    viewer: SearchViewer,
    id: string,
    change: Partial<NewSavedSearch>,
  ): Promise<SavedSearchChange>;
  remove(projectId: number, viewer: SearchViewer, id: string): Promise<'done' | 'not_found' | 'not_yours'>;
}

export function createSavedSearchStore(db: Database): SavedSearchStore {
  return {
    async list(projectId, viewer, request) {
      const kept = (await selectSavedSearches(db, projectId, viewer.userId)).map((row) =>
        toSearch(row, viewer),
      );
      const searches = [
        ...BUILT_IN.map((one): SavedSearch => ({
          ...one,
          visibility: 'built_in',
          created_by: null,
          editable: false,
        })),
        ...kept,
      ];
      return pageOfAll(searches, 'saved_searches', request, (one) => {
        const rank = BUILT_IN.findIndex(({ id }) => id === one.id);
        return [rank < 0 ? BUILT_IN.length : rank, one.name.toLowerCase(), one.id];
      });
    },
    create: (projectId, viewer, search) =>
      db.transaction(async (tx) => {
        await lockProjectSearches(tx, projectId);
        const privateTo = search.visibility === 'private' ? viewer.userId : null;
        if ((await countSavedSearches(tx, projectId, privateTo)) >= MAX_SAVED_SEARCHES)
          return { kind: 'too_many' };
        const id = await insertSavedSearch(tx, projectId, viewer.userId, { ...search, privateTo });
        return id === null ? { kind: 'name_taken' } : read(tx, projectId, viewer, id);
      }),
    update: (projectId, viewer, id, change) =>
      db.transaction(async (tx) => {
        await lockProjectSearches(tx, projectId);
        const found = await mine(tx, projectId, viewer, id);
        if (found.kind !== 'mine') return found;
        const { row } = found;
        const privateTo =
          change.visibility === undefined
            ? row.private_to
            : change.visibility === 'private'
              ? viewer.userId
              : null;
        if (privateTo !== row.private_to) {
          if (row.created_by !== viewer.userId) return { kind: 'not_yours' };
          if ((await countSavedSearches(tx, projectId, privateTo)) >= MAX_SAVED_SEARCHES)
            return { kind: 'too_many' };
        }
        const next = {
          privateTo,
          name: change.name ?? row.name,
          query: change.query ?? row.query,
          sort: change.sort ?? row.sort,
        };
        if (await isSearchNameTaken(tx, projectId, row.id, next)) return { kind: 'name_taken' };
        await updateSavedSearch(tx, projectId, row.id, next);
        return read(tx, projectId, viewer, row.id);
      }),
    remove: (projectId, viewer, id) =>
      db.transaction(async (tx) => {
        await lockProjectSearches(tx, projectId);
        const found = await mine(tx, projectId, viewer, id);
        if (found.kind !== 'mine') return found.kind;
        await deleteSavedSearch(tx, projectId, found.row.id);
        return 'done';
      }),
  };
}

async function mine(
  tx: Queryable,
  projectId: number,
  viewer: SearchViewer,
  id: string,
): Promise<{ kind: 'mine'; row: SavedSearchRow } | { kind: 'not_found' | 'not_yours' }> {
  const row = /^\d{1,15}$/.test(id)
    ? await selectSavedSearch(tx, projectId, viewer.userId, Number(id))
    : null;
  if (row === null) return { kind: 'not_found' };
  return isEditable(row, viewer) ? { kind: 'mine', row } : { kind: 'not_yours' };
}

async function read(
  tx: Queryable,
  projectId: number,
  viewer: SearchViewer,
  id: number,
): Promise<SavedSearchChange> {
  const row = await selectSavedSearch(tx, projectId, viewer.userId, id);
  return row === null ? { kind: 'not_found' } : { kind: 'done', search: toSearch(row, viewer) };
}

function isEditable(row: SavedSearchRow, { userId, administers }: SearchViewer): boolean {
  return row.created_by === userId || (row.private_to === null && administers);
}

function toSearch(row: SavedSearchRow, viewer: SearchViewer): SavedSearch {
  return {
    id: String(row.id),
    name: row.name,
    query: row.query,
    sort: sortOf(row.sort),
    visibility: row.private_to === null ? 'shared' : 'private',
    created_by: row.created_by === null ? null : { id: row.created_by, name: row.author ?? '' },
    editable: isEditable(row, viewer),
  };
}

const SORTS: readonly IssueSort[] = ['last_seen', 'first_seen', 'events', 'users', 'trend'];

function sortOf(text: string): IssueSort {
  return SORTS.find((one) => one === text) ?? 'last_seen';
}
