/** `/projects/:slug/overview`: how much happens, what is new, and whether that is usual; all of it live. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { ChartColumn, ZoomOut } from 'lucide-react';
import { lazy, Suspense, useCallback, useMemo } from 'react';
import { useOfferActions } from '../app/page-actions.ts';
import { usePageTitle } from '../app/page-title.ts';
import { healthQuery, releaseSumsQuery, volumeQuery } from '../app/overview-queries.ts';
import { useLive } from '../live/project-live.tsx';
import { Button, buttonClass } from '../ui/button.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { Segments } from '../ui/segments.tsx';
import { EmptyState, ErrorState, Skeleton } from '../ui/states.tsx';
import { FreshIssues } from './fresh-issues.tsx';
import { HealthTiles } from './health-tiles.tsx';
import { TopIssues } from './top-issues.tsx';
import { useOverviewLive } from './use-overview-live.ts';
import {
  brushedRange,
  INTERVAL_MS,
  intervalOf,
  PRESETS,
  rangeRequest,
  type OverviewSearch,
} from './overview-search.ts';

const VolumePanel = lazy(async () => ({ default: (await import('./volume-panel.tsx')).VolumePanel }));

const PRESET_OPTIONS = PRESETS.map((value) => ({ value, label: value.replace(/(\d+)/, '$1 ') }));

export function OverviewPage() {
  const { project } = useLive();
  const search = useSearch({ from: '/session/projects/$slug/overview' });
  const navigate = useNavigate({ from: '/projects/$slug/overview' });
  const zoomed = search.from !== undefined;
  const range = rangeRequest(search);
  const volume = useQuery({
    ...volumeQuery(project.slug, { ...range, interval: intervalOf(search), by: search.by }),
    placeholderData: keepPreviousData,
  });
  const releases = useQuery({ ...releaseSumsQuery(project.slug, range), placeholderData: keepPreviousData });
  const health = useQuery(healthQuery(project.slug));
  useOverviewLive(project);
  usePageTitle(['Overview', project.name], project.unresolved);

  const change = useCallback(
    (part: Partial<OverviewSearch>) => void navigate({ search: (old) => ({ ...old, ...part }) }),
    [navigate],
  );
  const preset = useCallback(
    (next: OverviewSearch['range']) => void navigate({ search: ({ by }) => ({ by, range: next }) }),
    [navigate],
  );
  const select = useCallback((from: number, to: number) => change(brushedRange(from, to)), [change]);
  useOfferActions(
    useMemo(
      () =>
        PRESETS.map((value) => ({
          label: `Show the last ${value.replace(/(\d+)/, '$1 ')}`,
          run: () => preset(value),
        })),
      [preset],
    ),
  );

  const never =
    project.first_event_at === null && health.data !== undefined && health.data.last_event_at === null;
  return (
    <>
      <PageHeader title="Overview">
        {zoomed && (
          <Button kind="ghost" size="sm" onClick={() => preset(search.range)}>
            <ZoomOut size={14} aria-hidden="true" />
            <span className="max-sm:sr-only">Whole range</span>
          </Button>
        )}
        <Segments
          label="Range"
          value={zoomed ? null : search.range}
          options={PRESET_OPTIONS}
          onChange={preset}
        />
      </PageHeader>
      {never ? (
        <EmptyState icon={<ChartColumn size={30} aria-hidden="true" />} title="Nothing has happened yet">
          <p className="mb-5">Point an SDK at this project: its first event appears here by itself.</p>
          <Link to="/projects/$slug/start" params={{ slug: project.slug }} className={buttonClass('primary')}>
            Send the first event
          </Link>
        </EmptyState>
      ) : (
        <div className="min-h-0 flex-1 overflow-y-auto">
          <div className="mx-auto max-w-6xl space-y-5 p-3 sm:p-5">
            <HealthTiles health={health} />
            {volume.isError && <ErrorState error={volume.error} onRetry={() => void volume.refetch()} />}
            {volume.data === undefined && !volume.isError && <ChartSkeleton />}
            {volume.data !== undefined && (
              <Suspense fallback={<ChartSkeleton />}>
                <VolumePanel
                  volume={volume.data}
                  bucketMs={INTERVAL_MS[volume.data.interval]}
                  releases={releases.data ?? []}
                  slug={project.slug}
                  by={search.by}
                  onBy={(by) => change({ by })}
                  onSelect={select}
                />
              </Suspense>
            )}
            <div className="grid gap-5 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
              <TopIssues slug={project.slug} range={range} />
              <FreshIssues slug={project.slug} />
            </div>
          </div>
        </div>
      )}
    </>
  );
}

function ChartSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="rounded-xl border border-line p-4">
      <Skeleton className="mb-6 h-5 w-40" />
      <Skeleton className="h-52 w-full" />
    </div>
  );
}
