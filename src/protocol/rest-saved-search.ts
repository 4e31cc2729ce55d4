/** Searches that people keep of a project's issues. */

/** GET /projects/:p/saved-searches */
export interface SavedSearch {
  /** Of a built-in one a word, else decimal. */
  id: string;
  name: string;
  /** In the search syntax; `me` is whoever runs it. */
  query: string;
  sort: 'last_seen' | 'first_seen' | 'events' | 'users' | 'trend';
  visibility: 'built_in' | 'private' | 'shared';
  /** null: nobody any more, or nobody ever. */
  created_by: { id: string; name: string } | null;
  /** May I change and delete it? */
  editable: boolean;
}
