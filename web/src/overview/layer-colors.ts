/** The colour of a layer: a level has its own, names get those of the row of series, the rest none. */
import type { Volume } from '../../../src/protocol/rest.ts';
import type { Layer } from '../charts/layer.ts';

const LEVEL_COLORS: ReadonlyMap<string, string> = new Map(
  ['fatal', 'error', 'warning', 'info', 'debug'].map((level) => [level, `var(--${level})`]),
);

export function colorOf(layer: Layer, index: number, by: Volume['by']): string {
  if (layer.key === 'rest') return 'var(--line-strong)';
  const ofLevel = by === 'level' ? LEVEL_COLORS.get(layer.name ?? '') : undefined;
  return ofLevel ?? `var(--series-${(index % 6) + 1})`;
}
