/** An issue and one of its events, on a page of its own or beside the list; counts and status follow live. */
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { Navigate } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { eventQuery, issueQuery, issueTagsQuery, latestEventQuery } from '../app/queries.ts';
import { EventView } from '../events/event-view.tsx';
import { useLive, useWatch } from '../live/project-live.tsx';
import { ErrorState, SkeletonRows } from '../ui/states.tsx';
import { EventNavigator } from './event-navigator.tsx';
import { IssueActivity } from './issue-activity.tsx';
import { IssueFigures } from './issue-figures.tsx';
import { IssueHeader } from './issue-header.tsx';
import { IssueTags } from './issue-tags.tsx';
import { IssueTimeline } from './issue-timeline.tsx';
import { SimilarIssues } from './similar-issues.tsx';
import { useIssueActions } from './use-issue-actions.ts';
import { WhyGrouped } from './why-grouped.tsx';

interface Props {
  issueId: string;
  /** The event chosen; null: the latest. */
  pinned: string | null;
}

export function IssueView({ issueId, pinned }: Props) {
  const issue = useQuery(issueQuery(issueId));
  useWatch(useMemo(() => [issueId], [issueId]));
  useIssueActions(issue.data);

  // Asked for by an id it had before it was merged.
  if (issue.data !== undefined && issue.data.id !== issueId)
    return <LedOn from={issueId} to={issue.data.id} />;
  if (issue.isPending) return <SkeletonRows />;
  if (issue.isError) return <ErrorState error={issue.error} onRetry={() => void issue.refetch()} />;
  return (
    <div className="@container min-h-0 flex-1 overflow-y-auto">
      <IssueHeader issue={issue.data} />
      <div className="@4xl:grid @4xl:grid-cols-[minmax(0,1fr)_18.5rem] @4xl:grid-rows-[auto_1fr]">
        <div className="border-b border-line px-3 py-4 sm:p-5 @4xl:col-start-2 @4xl:row-start-1">
          <IssueFigures issue={issue.data} />
        </div>
        <div className="min-w-0 @4xl:col-start-1 @4xl:row-span-2 @4xl:row-start-1 @4xl:border-r @4xl:border-line">
          <div className="border-b border-line px-2 py-3 sm:px-4">
            <IssueTimeline issueId={issueId} />
          </div>
          <EventPart key={issueId} issueId={issueId} pinned={pinned} eventCount={issue.data.event_count} />
        </div>
        <div className="@4xl:col-start-2 @4xl:row-start-2">
          <SimilarIssues issue={issue.data} />
          <IssueTags issueId={issueId} />
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

/** Tags are counted over all events: they are asked for again now and then, not with each event. */
const TAGS_EVERY_MS = 5000;

/** However the count grew (live counters, a change of the issue, a list asked for again), there is a newer event. */
function useRefetchOnCount(issueId: string, eventCount: number): void {
  const client = useQueryClient();
  const seen = useRef(eventCount);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    if (seen.current === eventCount) return;
    seen.current = eventCount;
    void client.invalidateQueries({ queryKey: latestEventQuery(issueId).queryKey });
    timer.current ??= setTimeout(() => {
      timer.current = undefined;
      void client.invalidateQueries({ queryKey: issueTagsQuery(issueId).queryKey });
    }, TAGS_EVERY_MS);
  }, [client, issueId, eventCount]);
  useEffect(() => () => clearTimeout(timer.current), []);
}

/** How many events came since the one that is shown was opened as the latest; 0 where an old one was chosen. */
function useNewer(eventCount: number, shown: string | null, latestId: string | null): number {
  const [opened, setOpened] = useState({ event: shown, count: eventCount, asLatest: false });
  if (opened.event !== shown) setOpened({ event: shown, count: eventCount, asLatest: shown === latestId });
  if (!opened.asLatest || opened.event !== shown || shown === latestId) return 0;
  return Math.max(1, eventCount - opened.count);
}

/** Without a chosen event the first one shown stays: a page being read must not change under the reader. */
function EventPart({ issueId, pinned, eventCount }: EventPartProps) {
  const { project } = useLive();
  const latest = useQuery(latestEventQuery(issueId));
  useRefetchOnCount(issueId, eventCount);
  const latestId = latest.data ?? null;
  const [held, setHeld] = useState<string | null>(null);
  if (held === null && latestId !== null) setHeld(latestId);
  const newer = useNewer(eventCount, pinned ?? held, latestId);
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
      <EventNavigator detail={detail.data} latestId={latestId} newer={newer} />
      <EventView detail={detail.data} />
      <WhyGrouped issueId={issueId} />
    </div>
  );
}
