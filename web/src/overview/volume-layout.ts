/** A volume as stacked layers to draw: which series get a colour of their own, and where each begins. Pure. */
import type { Volume } from '../../../src/protocol/rest.ts';
import { LEVELS } from '../../../src/event.ts';
import type { Layer } from '../charts/layer.ts';

/** More colours than this cannot be told apart. */
const MAX_LAYERS = 6;
const LOUDEST_FIRST: readonly (string | null)[] = LEVELS.toReversed();

/** From the bottom up. The last layer, `rest`, is what the total has beyond the others; absent when that is nothing. */
export function layersOf(volume: Volume): Layer[] {
  const ordered =
    volume.by === 'level'
      ? volume.series.toSorted((a, b) => LOUDEST_FIRST.indexOf(a.name) - LOUDEST_FIRST.indexOf(b.name))
      : volume.series.slice(0, MAX_LAYERS);
  const below = volume.total.map(() => 0);
  const layers: Layer[] = [];
  const put = (layer: Omit<Layer, 'from' | 'sum'>) => {
    layers.push({ ...layer, from: [...below], sum: layer.events.reduce((a, b) => a + b, 0) });
    layer.events.forEach((count, i) => (below[i] = (below[i] ?? 0) + count));
  };
  for (const { name, events } of ordered)
    if (events.some((count) => count > 0))
      put({ key: `name-${name ?? ''}`, label: name ?? `no ${volume.by}`, name, events });
  const rest = volume.total.map((count, i) => Math.max(0, count - (below[i] ?? 0)));
  if (rest.some((count) => count > 0)) put({ key: 'rest', label: 'other', name: undefined, events: rest });
  return layers;
}
