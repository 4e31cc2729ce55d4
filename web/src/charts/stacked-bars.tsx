/**
 * Counts over time in stacked bars: a plain SVG of one path a layer. What the pointer or the keyboard's cursor is on is
 * read out; where a range can be chosen, it is by dragging or with Shift.
 */
import type { ReactNode } from 'react';
import { spanWords, timeTicks } from './chart-scale.ts';
import { barsPath, type Layer } from './layer.ts';
import { roundTop } from './time-axis.ts';
import { useBrush } from './use-brush.ts';

const HEIGHT = 100;
/** Named in the read-out. */
const MAX_SAID = 7;

interface Props {
  layers: readonly Layer[];
  /** Where the buckets begin, and where the last one ends; epoch ms. */
  edges: readonly number[];
  colorOf: (layer: Layer, index: number) => string;
  /** What is counted: `events`. */
  noun: string;
  /** A range of time was chosen; absent: there is nothing finer to look at. */
  onSelect?: (fromMs: number, toMs: number) => void;
  /** Above the bars; `placeOf` is where a time lies, from 0 to 1. */
  marks?: (placeOf: (at: number) => number) => ReactNode;
}

export function StackedBars({ layers, edges, colorOf, noun, onSelect, marks }: Props) {
  const buckets = edges.length - 1;
  const edge = (at: number) => edges[at] ?? 0;
  const from = edge(0);
  const to = edge(buckets);
  const sums = Array.from({ length: buckets }, (_, at) =>
    layers.reduce((sum, { events }) => sum + (events[at] ?? 0), 0),
  );
  const total = sums.reduce((a, b) => a + b, 0);
  const top = roundTop(Math.max(0, ...sums));
  const brush = useBrush(buckets, (first, last) => onSelect?.(edge(first), edge(last + 1)));
  const { cursor, byKey } = brush;
  const selection = onSelect === undefined ? null : brush.selection;
  const marked = selection ?? (cursor === null ? null : { first: cursor, last: cursor });
  const words = marked === null ? '' : spanWords(edge(marked.first), edge(marked.last + 1));
  const rows = marked === null ? [] : rowsOf(layers, marked);
  const across = (share: number) => `${share * 100}%`;
  const leftOf = (bucket: number) => across(bucket / buckets);
  const placeOf = (at: number) => (at - from) / (to - from);
  return (
    <div className="text-xs text-faint tabular-nums select-none">
      <div className="relative ml-10 h-5">{marks?.(placeOf)}</div>
      <div
        role="application"
        aria-roledescription="chart"
        aria-label={`${total.toLocaleString('en')} ${noun}, ${spanWords(from, to)}`}
        aria-description={
          onSelect === undefined
            ? 'Left and right move along the time.'
            : 'Left and right move along the time, with Shift they select a range, Enter looks closer at it.'
        }
        tabIndex={0}
        className={`relative ml-10 h-40 touch-pan-y border-b border-line-strong sm:h-48 ${onSelect === undefined ? '' : 'cursor-crosshair'}`}
        {...brush.handlers}
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
        {marked !== null && (
          <div
            className={`absolute inset-y-0 ${selection === null ? 'bg-hover' : 'border-x border-accent bg-accent/15'}`}
            style={{ left: leftOf(marked.first), width: leftOf(marked.last - marked.first + 1) }}
          />
        )}
        <svg
          viewBox={`0 0 ${buckets} ${HEIGHT}`}
          preserveAspectRatio="none"
          className="absolute inset-0 size-full"
          aria-hidden="true"
        >
          {layers.map((layer, index) => (
            <path key={layer.key} d={barsPath(layer, top, HEIGHT)} fill={colorOf(layer, index)} />
          ))}
        </svg>
        {cursor !== null && (
          <div
            className="pointer-events-none absolute top-1 z-10 mx-2 min-w-40 rounded-md bg-raised px-2.5 py-2 text-sm text-text shadow-pop"
            style={cursor < buckets / 2 ? { left: leftOf(cursor + 1) } : { right: leftOf(buckets - cursor) }}
          >
            <div className="mb-1 text-xs whitespace-nowrap text-muted">{words}</div>
            {rows.length === 0 && <div className="text-muted">no {noun}</div>}
            {rows.map(({ layer, index, count }) => (
              <div key={layer.key} className="flex items-center gap-2">
                <span className="size-2 shrink-0 rounded-xs" style={{ background: colorOf(layer, index) }} />
                <span className="max-w-44 flex-1 truncate text-muted">{layer.label}</span>
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
            style={{ left: across(placeOf(at)) }}
          >
            {label}
          </span>
        ))}
      </div>
      <p role="status" className="sr-only">
        {byKey && marked !== null
          ? `${words}: ${rows.map(({ layer, count }) => `${count} ${layer.label}`).join(', ') || `no ${noun}`}`
          : ''}
      </p>
    </div>
  );
}

function rowsOf(layers: readonly Layer[], { first, last }: { first: number; last: number }) {
  return layers
    .map((layer, index) => ({
      layer,
      index,
      count: layer.events.slice(first, last + 1).reduce((a, b) => a + b, 0),
    }))
    .filter(({ count }) => count > 0)
    .slice(0, MAX_SAID);
}
