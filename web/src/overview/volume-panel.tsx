/** The chart with its heading, the choice of what its colours mean, and the legend with sums. */
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { ReleaseSum, Volume } from '../../../src/protocol/rest.ts';
import { DEFAULT_FILTER } from '../live/issue-filter.ts';
import { compactCount } from '../ui/relative-time.ts';
import { Segments } from '../ui/segments.tsx';
import { colorOf } from './layer-colors.ts';
import type { SplitBy } from './overview-search.ts';
import { VolumeChart } from './volume-chart.tsx';
import type { Layer } from '../charts/layer.ts';
import { layersOf } from './volume-layout.ts';

const SPLITS: readonly { value: SplitBy; label: string }[] = [
  { value: 'level', label: 'Level' },
  { value: 'environment', label: 'Environment' },
  { value: 'release', label: 'Release' },
];

interface Props {
  volume: Volume;
  bucketMs: number;
  releases: readonly ReleaseSum[];
  slug: string;
  by: SplitBy;
  onBy: (by: SplitBy) => void;
  onSelect: (fromMs: number, toMs: number) => void;
}

export function VolumePanel({ volume, bucketMs, releases, slug, by, onBy, onSelect }: Props) {
  const layers = useMemo(() => layersOf(volume), [volume]);
  const total = volume.total.reduce((a, b) => a + b, 0);
  return (
    <section aria-label="Volume" className="rounded-xl border border-line px-3 py-3.5 sm:px-4">
      <div className="mb-3 flex flex-wrap items-center justify-between gap-2">
        <h2 className="font-semibold">
          <span data-testid="volume-total" className="tabular-nums">
            {total.toLocaleString('en')}
          </span>{' '}
          {total === 1 ? 'event' : 'events'}
        </h2>
        <Segments label="Colours by" value={by} options={SPLITS} onChange={onBy} />
      </div>
      <VolumeChart volume={volume} bucketMs={bucketMs} releases={releases} slug={slug} onSelect={onSelect} />
      <ul aria-label="Legend" className="mt-2 ml-10 flex min-h-6 flex-wrap gap-x-4 gap-y-1 text-sm">
        {layers.map((layer, index) => (
          <li key={layer.key}>
            <LegendEntry layer={layer} color={colorOf(layer, index, volume.by)} by={volume.by} slug={slug} />
          </li>
        ))}
      </ul>
    </section>
  );
}

interface EntryProps {
  layer: Layer;
  color: string;
  by: SplitBy;
  slug: string;
}

function LegendEntry({ layer, color, by, slug }: EntryProps) {
  const content = (
    <>
      <span className="size-2.5 shrink-0 rounded-xs" style={{ background: color }} aria-hidden="true" />
      <span className="max-w-48 truncate">{layer.label}</span>{' '}
      <span className="text-faint tabular-nums">{compactCount(layer.sum)}</span>
    </>
  );
  const className = 'flex items-center gap-1.5 text-muted';
  if (layer.name === null || layer.name === undefined) return <span className={className}>{content}</span>;
  return (
    <Link
      to="/projects/$slug/issues"
      params={{ slug }}
      search={{ ...DEFAULT_FILTER, q: `${by}:"${layer.name.replaceAll('"', '')}"` }}
      className={`${className} rounded hover:text-text`}
    >
      {content}
    </Link>
  );
}
