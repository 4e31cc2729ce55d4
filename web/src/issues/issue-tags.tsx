/** How the issue's events are spread over the values of each tag; a value leads to the issues that have it. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { IssueTag } from '../../../src/protocol/rest.ts';
import { issueTagsQuery } from '../app/queries.ts';
import { Section } from '../events/section.tsx';
import { DEFAULT_FILTER, quoted } from '../live/issue-filter.ts';
import { useLive } from '../live/project-live.tsx';
import { Button } from '../ui/button.tsx';
import { Skeleton } from '../ui/states.tsx';

const KEYS_SHOWN = 6;
const VALUES_SHOWN = 4;

export function IssueTags({ issueId }: { issueId: string }) {
  const { data } = useQuery(issueTagsQuery(issueId));
  const [all, setAll] = useState(false);
  if (data?.length === 0) return null;
  const shown = all ? data : data?.slice(0, KEYS_SHOWN);
  return (
    <Section title="Tags">
      {shown === undefined && <Skeleton className="h-32 w-full" />}
      <div className="space-y-4">
        {shown?.map((tag) => (
          <Distribution key={tag.key} tag={tag} />
        ))}
      </div>
      {data !== undefined && data.length > KEYS_SHOWN && (
        <Button size="sm" kind="ghost" className="mt-3 -ml-2.5" onClick={() => setAll(!all)}>
          {all ? 'Fewer' : `All ${data.length} tags`}
        </Button>
      )}
    </Section>
  );
}

function Distribution({ tag }: { tag: IssueTag }) {
  const { project } = useLive();
  const shown = tag.values.slice(0, VALUES_SHOWN);
  const total = tag.values.reduce((sum, { count }) => sum + count, tag.other);
  const rest = total - shown.reduce((sum, { count }) => sum + count, 0);
  return (
    <div>
      <h3 className="mb-1 truncate text-sm text-muted">{tag.key}</h3>
      <ul aria-label={`Values of ${tag.key}`} className="space-y-0.5">
        {shown.map(({ value, count }) => (
          <li key={value}>
            <Link
              to="/projects/$slug/issues"
              params={{ slug: project.slug }}
              search={{ ...DEFAULT_FILTER, q: `is:unresolved ${fieldOf(tag.key)}:${quoted(value)}` }}
              title={`${value}: ${count.toLocaleString('en')} of ${total.toLocaleString('en')} events`}
              className="relative flex items-baseline gap-2 overflow-hidden rounded px-2 py-0.5 hover:bg-hover"
            >
              <span
                aria-hidden="true"
                className="absolute inset-y-0 left-0 rounded bg-accent/14"
                style={{ width: `${(count / total) * 100}%` }}
              />
              <span className="relative min-w-0 flex-1 truncate text-sm">
                {value === '' ? '(empty)' : value}
              </span>
              <span className="relative shrink-0 text-sm text-muted tabular-nums">{share(count, total)}</span>
            </Link>
          </li>
        ))}
        {rest > 0 && (
          <li className="flex items-baseline gap-2 px-2 text-sm text-faint">
            <span className="flex-1">other</span>
            <span className="tabular-nums">{share(rest, total)}</span>
          </li>
        )}
      </ul>
    </div>
  );
}

/** The field `release` is the last one an issue was seen in; all of them are counted as a tag. */
function fieldOf(key: string): string {
  return key === 'release' ? 'tags.release' : key;
}

function share(count: number, total: number): string {
  const percent = (count / total) * 100;
  return percent > 0 && percent < 1 ? '<1%' : `${Math.round(percent)}%`;
}
