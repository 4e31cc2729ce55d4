/** `/projects/:slug/issues/:id`: an issue and one of its events; counts and status follow live. */
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { Navigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { usePageTitle } from '../app/page-title.ts';
import { eventQuery, issueQuery, latestEventQuery, timelineQuery } from '../app/queries.ts';
import { EventView } from '../events/event-view.tsx';
import { useLive, useWatch } from '../live/project-live.tsx';
import { ErrorState, Skeleton, SkeletonRows } from '../ui/states.tsx';
import { EventNavigator } from './event-navigator.tsx';
import { IssueActivity } from './issue-activity.tsx';
import { IssueFigures, IssueHeader } from './issue-header.tsx';
import { SimilarIssues } from './similar-issues.tsx';
import { TimelineChart } from './timeline-chart.tsx';
import { useIssueActions } from './use-issue-actions.ts';
import { WhyGrouped } from './why-grouped.tsx';

export function IssuePage() {
  const { project } = useLive();
  const { issueId } = useParams({ from: '/session/projects/$slug/issues/$issueId' });
  const { event: pinned } = useSearch({ from: '/session/projects/$slug/issues/$issueId' });
  const issue = useQuery(issueQuery(issueId));
  const timeline = useQuery(timelineQuery(issueId));
  useWatch(useMemo(() => [issueId], [issueId]));
  useIssueActions(issue.data);
  usePageTitle([issue.data?.title, project.name], project.unresolved);

  // Asked for by an id it had before it was merged.
  if (issue.data !== undefined && issue.data.id !== issueId)
    return <LedOn from={issueId} to={issue.data.id} />;
  if (issue.isPending) return <SkeletonRows />;
  if (issue.isError) return <ErrorState error={issue.error} onRetry={() => void issue.refetch()} />;
  return (
    <div className="min-h-0 flex-1 overflow-y-auto">
      <IssueHeader issue={issue.data} />
      <div className="lg:grid lg:grid-cols-[minmax(0,1fr)_18.5rem] lg:grid-rows-[auto_1fr]">
        <div className="border-b border-line px-3 py-4 sm:p-5 lg:col-start-2 lg:row-start-1">
          <IssueFigures issue={issue.data} />
        </div>
        <div className="min-w-0 lg:col-start-1 lg:row-span-2 lg:row-start-1 lg:border-r lg:border-line">
          <div className="border-b border-line px-2 py-3 sm:px-4">
            {timeline.data === undefined ? (
              <Skeleton className="h-28 w-full" />
            ) : (
              <TimelineChart timeline={timeline.data} />
            )}
          </div>
          <EventPart
            key={issueId}
            issueId={issueId}
            pinned={pinned ?? null}
            eventCount={issue.data.event_count}
          />
        </div>
        <div className="lg:col-start-2 lg:row-start-2">
          <SimilarIssues issue={issue.data} />
          <IssueActivity issueId={issueId} />
        </div>
      </div>
    </div>
  );
}

/** The answer is not kept: an unmerge may bring the old id back. */
function LedOn({ from, to }: { from: string; to: string }) {
  const { project } = useLive();
  const client = useQueryClient();
  useEffect(() => () => client.removeQueries({ queryKey: issueQuery(from).queryKey }), [client, from]);
  return (
    <Navigate to="/projects/$slug/issues/$issueId" params={{ slug: project.slug, issueId: to }} replace />
  );
}

interface EventPartProps {
  issueId: string;
  pinned: string | null;
  eventCount: number;
}

/** However the count grew (live counters, a change of the issue, a list asked for again), there is a newer event. */
function useRefetchOnCount(issueId: string, eventCount: number): void {
  const client = useQueryClient();
  const seen = useRef(eventCount);
  useEffect(() => {
    if (seen.current === eventCount) return;
    seen.current = eventCount;
    void client.invalidateQueries({ queryKey: latestEventQuery(issueId).queryKey });
  }, [client, issueId, eventCount]);
}

/** Without a chosen event the first one shown stays: a page being read must not change under the reader. */
function EventPart({ issueId, pinned, eventCount }: EventPartProps) {
  const { project } = useLive();
  const latest = useQuery(latestEventQuery(issueId));
  useRefetchOnCount(issueId, eventCount);
  const latestId = latest.data ?? null;
  const [held, setHeld] = useState<string | null>(null);
  if (held === null && latestId !== null) setHeld(latestId);
  const id = pinned ?? held;
  const detail = useQuery({
    ...eventQuery(project.slug, id ?? ''),
    enabled: id !== null,
    placeholderData: keepPreviousData,
  });
  // The newest event gets a newer neighbour only by asking again.
  const overtaken = detail.data?.id === id && detail.data?.next === null && latestId !== id;
  const { refetch } = detail;
  useEffect(() => {
    if (overtaken) void refetch();
  }, [overtaken, refetch]);

  if (latest.isError) return <ErrorState error={latest.error} onRetry={() => void latest.refetch()} />;
  if (detail.isError) return <ErrorState error={detail.error} onRetry={() => void detail.refetch()} />;
  if (latest.isSuccess && id === null) {
    return <p className="p-5 text-muted">No event of this issue is stored any more; its summary stays.</p>;
  }
  if (detail.data === undefined) return <SkeletonRows rows={5} />;
  return (
    <div key={detail.data.id}>
      <EventNavigator detail={detail.data} latestId={latestId} />
      <EventView detail={detail.data} />
      <WhyGrouped issueId={issueId} />
    </div>
  );
}
