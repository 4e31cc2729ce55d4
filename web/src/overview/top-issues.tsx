/** The issues with the most events of the range; their numbers grow live. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { topIssuesQuery } from '../app/overview-queries.ts';
import { useWatch } from '../live/project-live.tsx';
import { LevelMark } from '../ui/level.tsx';
import { ErrorState, SkeletonRows } from '../ui/states.tsx';
import { headline } from '../issues/issue-row.tsx';
import type { RangeRequest } from './overview-search.ts';
import { Panel } from './panel.tsx';

export function TopIssues({ slug, range }: { slug: string; range: RangeRequest }) {
  const { data, isError, error, refetch } = useQuery({
    ...topIssuesQuery(slug, range),
    placeholderData: keepPreviousData,
  });
  useWatch(useMemo(() => (data ?? []).map(({ id }) => id), [data]));
  const most = Math.max(1, ...(data ?? []).map(({ events }) => events));
  return (
    <Panel title="Top issues" note="events in this range">
      {isError && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data === undefined && !isError && <SkeletonRows rows={5} />}
      {data?.length === 0 && <p className="px-4 py-8 text-center text-muted">No event in this range.</p>}
      <ul aria-label="Top issues">
        {data?.map((issue) => {
          const { strong, rest } = headline(issue);
          return (
            <li key={issue.id} className="relative border-t border-line first:border-t-0 hover:bg-hover/60">
              <Link
                to="/projects/$slug/issues/$issueId"
                params={{ slug, issueId: issue.id }}
                className="flex items-center gap-3 px-4 py-2.5 -outline-offset-2"
              >
                <LevelMark level={issue.level} />
                <span className="min-w-0 flex-1">
                  <span className="block truncate">
                    <span className="font-medium">{strong}</span>
                    {rest !== '' && <span className="text-muted"> {rest}</span>}
                  </span>
                  <span className="mt-1.5 block h-1 rounded-full bg-line" aria-hidden="true">
                    <span
                      className="block h-full rounded-full bg-accent/70 transition-[width] duration-300"
                      style={{ width: `${(issue.events / most) * 100}%` }}
                    />
                  </span>
                </span>{' '}
                <span className="shrink-0 text-right font-medium tabular-nums">
                  {issue.events.toLocaleString('en')}
                  <span className="sr-only"> events</span>
                </span>
              </Link>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}
