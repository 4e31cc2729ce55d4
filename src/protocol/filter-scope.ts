/** Which leaves may stand in a filter: a field foreign to what is asked for is a mistake, not a filter that never holds. */
import { FilterProblem, isCounted, kindsOf, type FilterLeaf, type FilterScope } from './filter.ts';

/** With `all` each kind ignores what it does not have. `issue_search`: fields of issues, and of their events what a search knows. */
export type SearchScope = FilterScope | 'issue_search';

/** Throws FilterProblem. */
export function checkScope(leaf: FilterLeaf, scope: SearchScope, path: string): void {
  if (scope === 'all') return;
  const kinds = kindsOf(leaf);
  if (kinds.includes(scope === 'events' ? 'event' : 'issue')) return;
  if (scope === 'issue_search' && isCounted(leaf)) return;
  const field = 'field' in leaf ? leaf.field : leaf.op;
  const asked = scope === 'events' ? 'events' : 'issues';
  throw new FilterProblem(
    `'${field}' does not apply to ${asked}`,
    path === 'filters' ? `${path}.${field}` : path,
    {
      hint: `Search ${asked === 'events' ? 'issues' : 'events'} for it.`,
    },
  );
}
