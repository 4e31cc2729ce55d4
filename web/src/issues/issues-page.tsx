/** `/projects/:slug/issues`: the live issue list. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { CircleCheckBig, Keyboard, SearchX } from 'lucide-react';
import { useCallback, useMemo, useRef } from 'react';
import { showOverlay } from '../app/overlay.ts';
import { issuesQuery, meQuery } from '../app/queries.ts';
import { usePageTitle } from '../app/page-title.ts';
import { flattenIssues } from '../live/apply.ts';
import { DEFAULT_FILTER, type IssueFilter } from '../live/issue-filter.ts';
import { readQuery } from '../live/judge-issue.ts';
import { useLive } from '../live/project-live.tsx';
import { Button } from '../ui/button.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '../ui/states.tsx';
import { IssueFilters } from './issue-filters.tsx';
import { IssueList } from './issue-list.tsx';
import { valueOf } from './query-terms.ts';
import { SavedSearchMenu } from './saved-searches.tsx';

export function IssuesPage() {
  const { project } = useLive();
  const filter = useSearch({ from: '/session/projects/$slug/issues' });
  const navigate = useNavigate({ from: '/projects/$slug/issues' });
  const me = useQuery(meQuery).data?.id ?? null;
  const readable = useMemo(() => readQuery(filter.q, me).kind === 'ok', [filter.q, me]);
  const query = useInfiniteQuery({ ...issuesQuery(project.slug, filter), enabled: readable });
  const issues = useMemo(
    () => (query.data === undefined ? [] : flattenIssues(query.data, filter)),
    [query.data, filter],
  );
  const searchRef = useRef<{ focus: () => void }>(null);
  usePageTitle(['Issues', project.name], project.unresolved);

  const change = useCallback(
    (part: Partial<IssueFilter>) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true }),
    [navigate],
  );
  const search = useCallback((q: string) => change({ q }), [change]);
  const focusSearch = useCallback(() => searchRef.current?.focus(), []);
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = query;
  const loadMore = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, hasNextPage, isFetchingNextPage]);

  return (
    <>
      <PageHeader title="Issues" note={`${project.unresolved} unresolved`}>
        <Button
          kind="ghost"
          size="icon"
          aria-label="Keyboard shortcuts"
          className="pointer-coarse:hidden"
          onClick={() => showOverlay('keys')}
        >
          <Keyboard size={16} aria-hidden="true" />
        </Button>
      </PageHeader>
      <IssueFilters filter={filter} me={me} onChange={change} onQuery={search} focusRef={searchRef}>
        <SavedSearchMenu
          projectId={project.id}
          query={filter.q}
          sort={filter.sort}
          onPick={({ query: q, sort }) => change({ q, sort })}
        />
      </IssueFilters>
      {!readable && (
        <EmptyState icon={<SearchX size={30} aria-hidden="true" />} title="This search cannot be read">
          <p>What is wrong is underlined.</p>
        </EmptyState>
      )}
      {readable && query.isPending && <SkeletonRows />}
      {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.isSuccess && issues.length === 0 && <NoIssues filter={filter} onChange={change} />}
      {query.isSuccess && issues.length > 0 && (
        <IssueList key={JSON.stringify(filter)} issues={issues} onSearch={focusSearch} onEnd={loadMore} />
      )}
    </>
  );
}

const ARRIVE = 'Errors appear here the moment they are received. No need to reload.';
const NO_ISSUES = { title: 'No issues yet', text: ARRIVE };
const EMPTY: Readonly<Record<string, { title: string; text: string }>> = {
  unresolved: { title: 'No unresolved issues', text: ARRIVE },
  resolved: {
    title: 'No resolved issues',
    text: 'What is fixed is kept here. When it happens again, it goes back to the unresolved ones.',
  },
  archived: { title: 'No archived issues', text: 'What you decide not to fix is kept here, out of the way.' },
};

function NoIssues({
  filter,
  onChange,
}: {
  filter: IssueFilter;
  onChange: (part: Partial<IssueFilter>) => void;
}) {
  const status = valueOf(filter.q, 'is');
  const plain = filter.q === '' ? NO_ISSUES : filter.q === `is:${status}` ? EMPTY[status ?? ''] : undefined;
  if (plain === undefined || filter.since !== DEFAULT_FILTER.since || filter.until !== '') {
    const { q, since, until } = DEFAULT_FILTER;
    return (
      <EmptyState icon={<SearchX size={30} aria-hidden="true" />} title="No issue matches">
        <p className="mb-4">
          Nothing fits the search and the time range. New issues that do will appear here.
        </p>
        <Button onClick={() => onChange({ q, since, until })}>Clear the search</Button>
      </EmptyState>
    );
  }
  return (
    <EmptyState icon={<CircleCheckBig size={30} aria-hidden="true" />} title={plain.title}>
      <p>{plain.text}</p>
    </EmptyState>
  );
}
