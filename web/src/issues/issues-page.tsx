/** `/projects/:slug/issues`: the live issue list. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { CircleCheckBig, Columns2, Keyboard, MousePointerClick, SearchX } from 'lucide-react';
import { lazy, Suspense, useCallback, useEffect, useMemo, useRef } from 'react';
import { showOverlay } from '../app/overlay.ts';
import { issuesQuery, meQuery } from '../app/queries.ts';
import { usePageTitle } from '../app/page-title.ts';
import { flattenIssues } from '../live/apply.ts';
import { DEFAULT_FILTER, type IssueFilter } from '../live/issue-filter.ts';
import { readQuery } from '../live/judge-issue.ts';
import { useLive } from '../live/project-live.tsx';
import { Button } from '../ui/button.tsx';
import { classNames } from '../ui/class-names.ts';
import { PageHeader } from '../ui/page-header.tsx';
import { EmptyState, ErrorState, SkeletonRows } from '../ui/states.tsx';
import { IssueFilters } from './issue-filters.tsx';
import { useMedia } from '../ui/use-media.ts';
import { IssueList } from './issue-list.tsx';
import { rememberList, type ListSearch } from './list-search.ts';
import { valueOf } from './query-terms.ts';
import { SavedSearchMenu } from './saved-searches.tsx';

const IssueView = lazy(async () => ({ default: (await import('./issue-view.tsx')).IssueView }));

export function IssuesPage() {
  const { project } = useLive();
  const search = useSearch({ from: '/session/projects/$slug/issues' });
  const { q, sort, since, until } = search;
  const filter = useMemo<IssueFilter>(() => ({ q, sort, since, until }), [q, sort, since, until]);
  const wide = useMedia('(min-width: 1024px)');
  const split = wide && search.split === true;
  useEffect(() => rememberList(project.slug, search), [project.slug, search]);
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
    (part: Partial<ListSearch>) => void navigate({ search: (old) => ({ ...old, ...part }), replace: true }),
    [navigate],
  );
  const setQuery = useCallback((text: string) => change({ q: text }), [change]);
  const openBeside = useCallback((open: string) => change({ open, event: undefined }), [change]);
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
          aria-label="Split view"
          aria-pressed={split}
          className="hidden aria-pressed:bg-active aria-pressed:text-text lg:inline-flex"
          onClick={() => change({ split: split ? undefined : true, open: undefined, event: undefined })}
        >
          <Columns2 size={16} aria-hidden="true" />
        </Button>
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
      <IssueFilters filter={filter} me={me} onChange={change} onQuery={setQuery} focusRef={searchRef}>
        <SavedSearchMenu
          projectId={project.id}
          query={filter.q}
          sort={filter.sort}
          onPick={(picked) => change({ q: picked.query, sort: picked.sort })}
        />
      </IssueFilters>
      <div className="flex min-h-0 flex-1">
        <div
          className={classNames(
            'flex min-h-0 min-w-0 flex-1 flex-col',
            split && 'max-w-104 border-r border-line',
          )}
        >
          {!readable && (
            <EmptyState icon={<SearchX size={30} aria-hidden="true" />} title="This search cannot be read">
              <p>What is wrong is underlined.</p>
            </EmptyState>
          )}
          {readable && query.isPending && <SkeletonRows />}
          {query.isError && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
          {query.isSuccess && issues.length === 0 && <NoIssues filter={filter} onChange={change} />}
          {query.isSuccess && issues.length > 0 && (
            <IssueList
              key={JSON.stringify(filter)}
              issues={issues}
              matches={hasNextPage ? filter : null}
              openId={split ? (search.open ?? null) : undefined}
              onOpen={openBeside}
              onSearch={focusSearch}
              onEnd={loadMore}
            />
          )}
        </div>
        {split && (
          <section aria-label="Open issue" className="flex min-h-0 min-w-0 flex-1 flex-col">
            {search.open === undefined ? (
              <EmptyState icon={<MousePointerClick size={30} aria-hidden="true" />} title="No issue is open">
                <p>Choose one on the left, or move with j and k.</p>
              </EmptyState>
            ) : (
              <Suspense fallback={<SkeletonRows rows={5} />}>
                <IssueView key={search.open} issueId={search.open} pinned={search.event ?? null} />
              </Suspense>
            )}
          </section>
        )}
      </div>
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
