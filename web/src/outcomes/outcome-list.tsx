/** Every outcome with its reasons: how many, of what, what it means and what to do. */
import { Link } from '@tanstack/react-router';
import { outcomeColor } from './outcome-colors.ts';
import { categoryLabel, outcomeLabel, wordsOf } from './outcome-words.ts';
import type { OutcomeSums, ReasonSum } from './sum-outcomes.ts';

export function OutcomeList({ sums, slug }: { sums: OutcomeSums; slug: string }) {
  return (
    <div className="space-y-4">
      {sums.layers.map(({ key: outcome, sum }) => (
        <section
          key={outcome}
          aria-label={outcomeLabel(outcome)}
          className="overflow-hidden rounded-xl border border-line"
        >
          <div className="flex items-center gap-2.5 border-b border-line px-4 py-2.5">
            <span
              className="size-2.5 shrink-0 rounded-xs"
              style={{ background: outcomeColor(outcome) }}
              aria-hidden="true"
            />
            <h2 className="flex-1 font-semibold">{outcomeLabel(outcome)}</h2>
            <span className="text-sm text-faint tabular-nums">{shareOf(sum, sums.total)}</span>
            <span className="min-w-12 text-right font-semibold tabular-nums">{sum.toLocaleString('en')}</span>
          </div>
          <ul className="divide-y divide-line">
            {sums.reasons
              .filter((reason) => reason.outcome === outcome)
              .map((reason) => (
                <ReasonRow key={reason.reason} reason={reason} slug={slug} />
              ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

function ReasonRow({
  reason: { outcome, reason, quantity, categories },
  slug,
}: {
  reason: ReasonSum;
  slug: string;
}) {
  const { label, means, advice, settings } = wordsOf(outcome, reason);
  return (
    <li className="flex items-start gap-4 px-4 py-3">
      <div className="min-w-0 flex-1">
        <div className="flex flex-wrap items-baseline gap-x-2.5">
          <h3 className="font-medium">{label}</h3>
          <code className="font-mono text-xs text-faint">{reason}</code>
        </div>
        <p className="text-sm text-muted">
          {means} {advice}{' '}
          {settings !== undefined && (
            <Link
              to={settings}
              params={{ slug }}
              className="font-medium whitespace-nowrap text-accent underline"
            >
              Settings
            </Link>
          )}
        </p>
        <p className="mt-1 flex flex-wrap gap-x-3 text-sm text-faint tabular-nums">
          {categories.map(({ category, quantity: count }) => (
            <span key={category}>
              {categoryLabel(category)} {count.toLocaleString('en')}
            </span>
          ))}
        </p>
      </div>
      <span className="tabular-nums">{quantity.toLocaleString('en')}</span>
    </li>
  );
}

/** Never rounded to all or nothing. */
function shareOf(part: number, whole: number): string {
  const percent = (part / whole) * 100;
  if (percent > 0 && percent < 0.1) return '< 0.1 %';
  if (percent > 99.9 && percent < 100) return '> 99.9 %';
  return `${percent.toFixed(percent === 100 ? 0 : 1)} %`;
}
