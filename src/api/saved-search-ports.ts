/** What the API needs of the searches that people keep. */
import type { Page } from '../protocol/rest.ts';
import type { SavedSearch } from '../protocol/rest-saved-search.ts';

/** `administers`: the organization of the project. */
export interface SearchViewer {
  userId: string;
  administers: boolean;
}

export interface NewSavedSearch {
  name: string;
  /** Valid. */
  query: string;
  sort: SavedSearch['sort'];
  visibility: 'private' | 'shared';
}

type Refused = { kind: 'not_found' | 'not_yours' | 'name_taken' | 'too_many' };
export type SavedSearchChange = { kind: 'done'; search: SavedSearch } | Refused;

export interface SavedSearchPorts {
  /** Built-in ones, everybody's, and the viewer's own. */
  list(
    projectId: number,
    viewer: SearchViewer,
    request: { cursor?: string; limit: number },
  ): Promise<Page<SavedSearch>>;
  create(projectId: number, viewer: SearchViewer, search: NewSavedSearch): Promise<SavedSearchChange>;
  update(
    projectId: number,
    viewer: SearchViewer,
    id: string,
    change: Partial<NewSavedSearch>,
  ): Promise<SavedSearchChange>;
  remove(projectId: number, viewer: SearchViewer, id: string): Promise<'done' | 'not_found' | 'not_yours'>;
}
