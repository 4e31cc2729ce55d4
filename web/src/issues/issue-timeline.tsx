/** The issue's events over time; the range is in the URL. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { timelineQuery } from '../app/queries.ts';
import { classNames } from '../ui/class-names.ts';
import { Skeleton } from '../ui/states.tsx';
import { bucketOf, spanOf, SPANS } from './time-spans.ts';
import { TimelineChart } from './timeline-chart.tsx';

export function IssueTimeline({ issueId }: { issueId: string }) {
  const chosen = spanOf(useSearch({ strict: false }).span);
  const { data } = useQuery({
    ...timelineQuery(issueId, chosen, bucketOf(chosen)),
    placeholderData: keepPreviousData,
  });
  return (
    <div>
      <nav aria-label="Time range" className="flex justify-end gap-0.5">
        {SPANS.map((span) => (
          <Link
            key={span}
            to="."
            search={(old: object) => ({ ...old, span })}
            replace
            aria-current={span === chosen ? 'location' : undefined}
            className={classNames(
              'rounded px-1.5 text-xs leading-5 tabular-nums',
              span === chosen
                ? 'bg-active font-medium text-text'
                : 'text-faint hover:bg-hover hover:text-text',
            )}
          >
            {span}
          </Link>
        ))}
      </nav>
      {data === undefined ? <Skeleton className="h-28 w-full" /> : <TimelineChart timeline={data} />}
    </div>
  );
}
