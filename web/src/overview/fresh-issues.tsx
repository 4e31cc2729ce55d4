/** What is new today, and what came back; both grow as it happens. */
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { newTodayQuery, regressedTodayQuery } from '../app/overview-queries.ts';
import { startOfToday } from '../app/today.ts';
import type { FreshIssue } from '../live/write-overview.ts';
import { LevelMark } from '../ui/level.tsx';
import { ErrorState, SkeletonRows } from '../ui/states.tsx';
import { Time } from '../ui/time.tsx';
import { Panel } from './panel.tsx';

export function FreshIssues({ slug }: { slug: string }) {
  const today = startOfToday();
  const fresh = useQuery(newTodayQuery(slug, today));
  const back = useQuery(regressedTodayQuery(slug, today));
  return (
    <div className="space-y-5">
      <FreshList title="New today" slug={slug} query={fresh} nothing="No new issue today." />
      <FreshList title="Regressed today" slug={slug} query={back} nothing="Nothing came back today." />
    </div>
  );
}

interface Props {
  title: string;
  slug: string;
  query: UseQueryResult<FreshIssue[]>;
  nothing: string;
}

function FreshList({ title, slug, query: { data, isError, error, refetch }, nothing }: Props) {
  return (
    <Panel title={title}>
      {isError && <ErrorState error={error} onRetry={() => void refetch()} />}
      {data === undefined && !isError && <SkeletonRows rows={3} />}
      {data?.length === 0 && <p className="px-4 py-6 text-center text-muted">{nothing}</p>}
      <ul aria-label={title}>
        {data?.map((issue) => (
          <li key={issue.id} className="border-t border-line first:border-t-0 hover:bg-hover/60">
            <Link
              to="/projects/$slug/issues/$issueId"
              params={{ slug, issueId: issue.id }}
              className={`flex items-center gap-3 px-4 py-2 -outline-offset-2 ${issue.live ? 'animate-enter' : ''}`}
            >
              <LevelMark level={issue.level} />
              <span className="min-w-0 flex-1 truncate">{issue.title}</span>{' '}
              <Time value={issue.at} className="shrink-0 text-sm text-faint tabular-nums" />
            </Link>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
