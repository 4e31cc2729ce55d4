/** `/projects/:slug/outcomes`: where did my events go? */
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Signpost } from 'lucide-react';
import { useMemo } from 'react';
import { usePageTitle } from '../app/page-title.ts';
import { useLive } from '../live/project-live.tsx';
import { buttonClass } from '../ui/button.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { compactCount } from '../ui/relative-time.ts';
import { Segments } from '../ui/segments.tsx';
import { Select } from '../ui/select.tsx';
import { EmptyState, ErrorState, Skeleton } from '../ui/states.tsx';
import { outcomeColor } from './outcome-colors.ts';
import { OutcomeList } from './outcome-list.tsx';
import { categoryLabel } from './outcome-words.ts';
import { OutcomesChart } from './outcomes-chart.tsx';
import { RANGES, type OutcomesSearch } from './outcomes-search.ts';
import { sumOutcomes, type OutcomeSums } from './sum-outcomes.ts';
import { useOutcomes, type Outcomes } from './use-outcomes.ts';

const RANGE_OPTIONS = RANGES.map((value) => ({ value, label: value.replace(/(\d+)/, '$1 ') }));

export function OutcomesPage() {
  const { project } = useLive();
  const { range, category } = useSearch({ from: '/session/projects/$slug/outcomes' });
  const navigate = useNavigate({ from: '/projects/$slug/outcomes' });
  const outcomes = useOutcomes(project.slug, range);
  usePageTitle(['Outcomes', project.name], project.unresolved);
  const { rows } = outcomes;
  const sums = useMemo(() => (rows === undefined ? null : sumOutcomes(rows, category)), [rows, category]);
  const change = (part: Partial<OutcomesSearch>) => void navigate({ search: (old) => ({ ...old, ...part }) });
  return (
    <>
      <PageHeader title="Outcomes" note={<span className="max-sm:hidden">Where did my events go?</span>}>
        <Segments
          label="Range"
          value={range}
          options={RANGE_OPTIONS}
          onChange={(next) => change({ range: next })}
        />
      </PageHeader>
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto max-w-4xl space-y-5 p-3 sm:p-5">
          {outcomes.error !== null && sums === null && (
            <ErrorState error={outcomes.error} onRetry={outcomes.retry} />
          )}
          {outcomes.error === null && sums === null && <OutcomesSkeleton />}
          {sums !== null && (
            <Shown
              sums={sums}
              outcomes={outcomes}
              category={category}
              onCategory={(next) => change({ category: next })}
              slug={project.slug}
            />
          )}
        </div>
      </div>
    </>
  );
}

interface ShownProps {
  sums: OutcomeSums;
  outcomes: Outcomes;
  category: string;
  onCategory: (category: string) => void;
  slug: string;
}

function Shown({ sums, outcomes, category, onCategory, slug }: ShownProps) {
  if (sums.categories.length === 0)
    return (
      <EmptyState icon={<Signpost size={30} aria-hidden="true" />} title="Nothing was sent in this time">
        <p className="mb-5">
          Whatever arrives is counted here, also what is refused. If you expected events, check that the
          program uses the DSN of this project and can reach this server.
        </p>
        <Link to="/projects/$slug/start" params={{ slug }} className={buttonClass('primary')}>
          Send an event
        </Link>
      </EmptyState>
    );
  const known = sums.categories.map(({ category: value }) => value);
  const offered = category === '' || known.includes(category) ? known : [category, ...known];
  return (
    <>
      <section aria-label="Outcomes over time" className="rounded-xl border border-line px-3 py-3.5 sm:px-4">
        <div className="mb-3 flex flex-wrap items-center justify-between gap-2">
          <h2 className="font-semibold">
            <span data-testid="outcomes-total" className="tabular-nums">
              {sums.total.toLocaleString('en')}
            </span>{' '}
            {sums.total === 1 ? 'item' : 'items'} <span className="font-normal text-muted">sent</span>
          </h2>
          <Select
            label="Category"
            value={category}
            options={[
              { value: '', label: 'All' },
              ...offered.map((value) => ({ value, label: categoryLabel(value) })),
            ]}
            onChange={onCategory}
          />
        </div>
        <OutcomesChart layers={sums.layers} buckets={outcomes.buckets} />
        <ul aria-label="Legend" className="mt-2 ml-10 flex min-h-6 flex-wrap gap-x-4 gap-y-1 text-sm">
          {sums.layers.map(({ key, label, sum }) => (
            <li key={key} className="flex items-center gap-1.5 text-muted">
              <span
                className="size-2.5 shrink-0 rounded-xs"
                style={{ background: outcomeColor(key) }}
                aria-hidden="true"
              />
              {label} <span className="text-faint tabular-nums">{compactCount(sum)}</span>
            </li>
          ))}
        </ul>
      </section>
      {sums.total === 0 ? (
        <p className="px-4 py-8 text-center text-muted">
          Nothing of this category was sent in this time.{' '}
          <button type="button" className="text-accent underline" onClick={() => onCategory('')}>
            Show all categories
          </button>
        </p>
      ) : (
        <OutcomeList sums={sums} slug={slug} />
      )}
    </>
  );
}

function OutcomesSkeleton() {
  return (
    <div role="status" aria-label="Loading" className="space-y-5">
      <Skeleton className="h-64 w-full" />
      <Skeleton className="h-28 w-full" />
      <Skeleton className="h-28 w-full" />
    </div>
  );
}
