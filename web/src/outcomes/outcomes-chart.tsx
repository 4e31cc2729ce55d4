/** Outcomes over time in stacked bars. */
import type { Layer } from '../charts/layer.ts';
import { StackedBars } from '../charts/stacked-bars.tsx';
import { outcomeColor } from './outcome-colors.ts';
import type { Bucket } from './outcomes-search.ts';

export function OutcomesChart({ layers, buckets }: { layers: readonly Layer[]; buckets: readonly Bucket[] }) {
  const edges = [...buckets.map(({ from }) => from), buckets.at(-1)?.to ?? 0];
  return <StackedBars layers={layers} edges={edges} colorOf={({ key }) => outcomeColor(key)} noun="items" />;
}
