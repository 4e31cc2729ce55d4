/** Outcomes over time in stacked bars; the bucket under the pointer or the keyboard's cursor is read out. */
import { roundTop } from '../issues/time-axis.ts';
import { spanWords, timeTicks } from '../overview/chart-scale.ts';
import { useBrush } from '../overview/use-brush.ts';
import { barsPath, type Layer } from '../overview/volume-layout.ts';
import { outcomeColor } from './outcome-colors.ts';
import type { Bucket } from './outcomes-search.ts';

const HEIGHT = 100;

export function OutcomesChart({ layers, buckets }: { layers: readonly Layer[]; buckets: readonly Bucket[] }) {
  const from = buckets[0]?.from ?? 0;
  const to = buckets.at(-1)?.to ?? 0;
  const sums = buckets.map((_, index) => layers.reduce((sum, { events }) => sum + (events[index] ?? 0), 0));
  const top = roundTop(Math.max(0, ...sums));
  const total = sums.reduce((a, b) => a + b, 0);
  // There is nothing finer to look at: what is brushed is read out, no more.
  const { cursor, byKey, handlers } = useBrush(buckets.length, () => undefined);
  const bucket = cursor === null ? undefined : buckets[cursor];
  const rows =
    cursor === null
      ? []
      : layers
          .map(({ key, label, events }) => ({ key, label, count: events[cursor] ?? 0 }))
          .filter(({ count }) => count > 0);
  const across = (share: number) => `${share * 100}%`;
  return (
    <div className="text-xs text-faint tabular-nums select-none">
      <div
        role="application"
        aria-roledescription="chart"
        aria-label={`${total.toLocaleString('en')} items, ${spanWords(from, to)}`}
        aria-description="Left and right move along the time."
        tabIndex={0}
        className="relative mt-2 ml-10 h-36 touch-pan-y border-b border-line-strong sm:h-44"
        {...handlers}
      >
        {[top, top / 2].map((count) => (
          <div
            key={count}
            className="absolute inset-x-0 border-t border-line"
            style={{ bottom: across(count / top) }}
          >
            <span className="absolute right-full -translate-y-1/2 pr-2">{count.toLocaleString('en')}</span>
          </div>
        ))}
        {cursor !== null && (
          <div
            className="absolute inset-y-0 bg-hover"
            style={{ left: across(cursor / buckets.length), width: across(1 / buckets.length) }}
          />
        )}
        <svg
          viewBox={`0 0 ${buckets.length} ${HEIGHT}`}
          preserveAspectRatio="none"
          className="absolute inset-0 size-full"
          aria-hidden="true"
        >
          {layers.map((layer) => (
            <path key={layer.key} d={barsPath(layer, top, HEIGHT)} fill={outcomeColor(layer.key)} />
          ))}
        </svg>
        {cursor !== null && bucket !== undefined && (
          <div
            className="pointer-events-none absolute top-1 z-10 mx-2 min-w-40 rounded-md bg-raised px-2.5 py-2 text-sm text-text shadow-pop"
            style={
              cursor < buckets.length / 2
                ? { left: across((cursor + 1) / buckets.length) }
                : { right: across(1 - cursor / buckets.length) }
            }
          >
            <div className="mb-1 text-xs whitespace-nowrap text-muted">
              {spanWords(bucket.from, bucket.to)}
            </div>
            {rows.length === 0 && <div className="text-muted">nothing</div>}
            {rows.map(({ key, label, count }) => (
              <div key={key} className="flex items-center gap-2">
                <span className="size-2 shrink-0 rounded-xs" style={{ background: outcomeColor(key) }} />
                <span className="flex-1 text-muted">{label}</span>
                <span className="font-medium">{count.toLocaleString('en')}</span>
              </div>
            ))}
          </div>
        )}
      </div>
      <div className="relative ml-10 h-5" aria-hidden="true">
        {timeTicks(from, to).map(({ at, label }) => (
          <span
            key={at}
            className="absolute top-1 -translate-x-1/2 leading-4 whitespace-nowrap odd:max-sm:hidden"
            style={{ left: across((at - from) / (to - from)) }}
          >
            {label}
          </span>
        ))}
      </div>
      <p role="status" className="sr-only">
        {byKey && bucket !== undefined
          ? `${spanWords(bucket.from, bucket.to)}: ${rows.map(({ label, count }) => `${count} ${label}`).join(', ') || 'nothing'}`
          : ''}
      </p>
    </div>
  );
}
