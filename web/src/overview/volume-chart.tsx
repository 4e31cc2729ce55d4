/** Events over time in stacked bars, with the releases that came. */
import { Tag } from 'lucide-react';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { ReleaseSum, Volume } from '../../../src/protocol/rest.ts';
import { StackedBars } from '../charts/stacked-bars.tsx';
import { DEFAULT_FILTER } from '../live/issue-filter.ts';
import { colorOf } from './layer-colors.ts';
import { layersOf } from './volume-layout.ts';

interface Props {
  volume: Volume;
  bucketMs: number;
  releases: readonly ReleaseSum[];
  slug: string;
  onSelect: (fromMs: number, toMs: number) => void;
}

export function VolumeChart({ volume, bucketMs, releases, slug, onSelect }: Props) {
  const layers = useMemo(() => layersOf(volume), [volume]);
  const edges = useMemo(() => {
    const starts = volume.starts.map((start) => Date.parse(start));
    return [...starts, (starts.at(-1) ?? 0) + bucketMs];
  }, [volume.starts, bucketMs]);
  return (
    <StackedBars
      layers={layers}
      edges={edges}
      colorOf={(layer, index) => colorOf(layer, index, volume.by)}
      noun="events"
      onSelect={onSelect}
      marks={(placeOf) => <Releases releases={releases} slug={slug} placeOf={placeOf} />}
    />
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
