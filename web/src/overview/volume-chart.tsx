/** Events over time in stacked bars, with the releases that came. A plain SVG of one path a layer. */
import { Tag } from 'lucide-react';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { ReleaseSum, Volume } from '../../../src/protocol/rest.ts';
import { roundTop } from '../issues/time-axis.ts';
import { DEFAULT_FILTER } from '../live/issue-filter.ts';
import { spanWords, timeTicks } from './chart-scale.ts';
import { colorOf } from './layer-colors.ts';
import { useBrush } from './use-brush.ts';
import { barsPath, layersOf, type Layer } from './volume-layout.ts';

const HEIGHT = 100;
/** Named in the read-out of a bucket. */
const SAID = 6;

interface Props {
  volume: Volume;
  bucketMs: number;
  releases: readonly ReleaseSum[];
  slug: string;
  onSelect: (fromMs: number, toMs: number) => void;
}

export function VolumeChart({ volume, bucketMs, releases, slug, onSelect }: Props) {
  const layers = useMemo(() => layersOf(volume), [volume]);
  const starts = useMemo(() => volume.starts.map((start) => Date.parse(start)), [volume.starts]);
  const buckets = starts.length;
  const from = starts[0] ?? 0;
  const endOf = (bucket: number) => starts[bucket + 1] ?? (starts[bucket] ?? 0) + bucketMs;
  const to = endOf(buckets - 1);
  const top = roundTop(Math.max(0, ...volume.total));
  const { cursor, selection, byKey, handlers } = useBrush(buckets, (first, last) =>
    onSelect(starts[first] ?? from, endOf(last)),
  );
  const across = (share: number) => `${share * 100}%`;
  const leftOf = (bucket: number) => across(bucket / buckets);
  const total = volume.total.reduce((a, b) => a + b, 0);
  const readOut = (bucket: number) => {
    const [begin, end] =
      selection === null
        ? [starts[bucket] ?? from, endOf(bucket)]
        : [starts[selection.first] ?? from, endOf(selection.last)];
    return {
      words: spanWords(begin, end),
      rows: rowsOf(layers, selection ?? { first: bucket, last: bucket }),
    };
  };
  const said = cursor === null ? null : readOut(cursor);
  const marked = selection ?? (cursor === null ? null : { first: cursor, last: cursor });

  return (
    <div className="text-xs text-faint tabular-nums select-none">
      <div className="relative ml-10 h-5">
        <Releases releases={releases} slug={slug} placeOf={(at) => (at - from) / (to - from)} />
      </div>
      <div
        role="application"
        aria-roledescription="chart"
        aria-label={`${total.toLocaleString('en')} events, ${spanWords(from, to)}`}
        aria-description="Left and right move along the time, with Shift they select a range, Enter looks closer at it."
        tabIndex={0}
        className="relative ml-10 h-40 cursor-crosshair touch-pan-y border-b border-line-strong sm:h-48"
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
        {marked !== null && (
          <div
            className={`absolute inset-y-0 ${selection === null ? 'bg-hover' : 'border-x border-accent bg-accent/15'}`}
            style={{ left: leftOf(marked.first), width: across((marked.last - marked.first + 1) / buckets) }}
          />
        )}
        <svg
          viewBox={`0 0 ${buckets} ${HEIGHT}`}
          preserveAspectRatio="none"
          className="absolute inset-0 size-full"
          aria-hidden="true"
        >
          {layers.map((layer, index) => (
            <path key={layer.key} d={barsPath(layer, top, HEIGHT)} fill={colorOf(layer, index, volume.by)} />
          ))}
        </svg>
        {cursor !== null && said !== null && (
          <ReadOut
            words={said.words}
            rows={said.rows.map((row) => ({ ...row, color: colorOf(row.layer, row.index, volume.by) }))}
            side={cursor < buckets / 2 ? { left: leftOf(cursor + 1) } : { right: leftOf(buckets - cursor) }}
          />
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
        {byKey && said !== null
          ? `${said.words}: ${said.rows.map(({ layer, count }) => `${count} ${layer.label}`).join(', ') || 'no events'}`
          : ''}
      </p>
    </div>
  );
}

interface Row {
  layer: Layer;
  index: number;
  count: number;
}

function rowsOf(layers: readonly Layer[], { first, last }: { first: number; last: number }): Row[] {
  return layers
    .map((layer, index) => ({
      layer,
      index,
      count: layer.events.slice(first, last + 1).reduce((a, b) => a + b, 0),
    }))
    .filter(({ count }) => count > 0)
    .slice(0, SAID + 1);
}

interface ReadOutProps {
  words: string;
  rows: readonly (Row & { color: string })[];
  side: { left: string } | { right: string };
}

function ReadOut({ words, rows, side }: ReadOutProps) {
  return (
    <div
      className="pointer-events-none absolute top-1 z-10 mx-2 min-w-40 rounded-md bg-raised px-2.5 py-2 text-sm text-text shadow-pop"
      style={side}
    >
      <div className="mb-1 text-xs whitespace-nowrap text-muted">{words}</div>
      {rows.length === 0 && <div className="text-muted">no events</div>}
      {rows.map(({ layer, count, color }) => (
        <div key={layer.key} className="flex items-center gap-2">
          <span className="size-2 shrink-0 rounded-xs" style={{ background: color }} />
          <span className="max-w-44 flex-1 truncate text-muted">{layer.label}</span>
          <span className="font-medium">{count.toLocaleString('en')}</span>
        </div>
      ))}
    </div>
  );
}

/** Releases that were first seen in the range, each where it came. */
function Releases({
  releases,
  slug,
  placeOf,
}: {
  releases: readonly ReleaseSum[];
  slug: string;
  placeOf: (at: number) => number;
}) {
  return releases.map(({ release, first_seen }) => {
    const place = first_seen === null ? -1 : placeOf(Date.parse(first_seen));
    if (place < 0 || place > 1) return null;
    return (
      <Link
        key={release}
        to="/projects/$slug/issues"
        params={{ slug }}
        search={{ ...DEFAULT_FILTER, q: `release:"${release.replaceAll('"', '')}"` }}
        aria-label={`Release ${release}, first seen ${new Date(first_seen ?? 0).toLocaleString()}`}
        className="group absolute -top-0.5 z-10 flex -translate-x-1/2 flex-col items-center text-accent"
        style={{ left: `${place * 100}%` }}
      >
        <span className="flex size-4.5 items-center justify-center rounded-full bg-raised shadow-pop group-hover:bg-accent group-hover:text-on-accent group-focus-visible:bg-accent group-focus-visible:text-on-accent">
          <Tag size={10} aria-hidden="true" />
        </span>
        <span
          className="pointer-events-none absolute top-4.5 h-40 border-l border-dashed border-accent/60 sm:h-48"
          aria-hidden="true"
        />
        <span
          aria-hidden="true"
          className={`pointer-events-none absolute bottom-full mb-1 hidden rounded-md bg-raised px-2 py-1 whitespace-nowrap text-text shadow-pop group-hover:block group-focus-visible:block ${place > 0.75 ? 'right-0' : place < 0.25 ? 'left-0' : ''}`}
        >
          {release}
        </span>
      </Link>
    );
  });
}
