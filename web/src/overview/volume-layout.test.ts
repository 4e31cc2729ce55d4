import { describe, expect, it } from 'vitest';
import type { Volume } from '../../../src/protocol/rest.ts';
import { barsPath } from '../charts/layer.ts';
import { layersOf } from './volume-layout.ts';

function volume(
  by: Volume['by'],
  total: number[],
  series: [name: string | null, events: number[]][],
): Volume {
  return {
    interval: 'hour',
    time_zone: 'UTC',
    starts: total.map((_, i) => new Date(i * 3_600_000).toISOString()),
    total,
    by,
    series: series.map(([name, events]) => ({ name, events, sum: events.reduce((a, b) => a + b, 0) })),
  };
}

describe('layers of the volume chart', () => {
  it('WEB21 levels lie loudest at the bottom, each on what is below it', () => {
    const layers = layersOf(
      volume(
        'level',
        [6, 3],
        [
          ['info', [4, 0]],
          ['error', [2, 3]],
        ],
      ),
    );
    expect(layers.map(({ label, from, sum }) => [label, from, sum])).toEqual([
      ['error', [0, 0], 5],
      ['info', [2, 3], 4],
    ]);
  });
  it('WEB21 what the total has beyond the series is drawn as the rest, so no event is left out', () => {
    const many = Array.from({ length: 9 }, (_, i): [string, number[]] => [`r${i}`, [10 - i]]);
    const layers = layersOf(volume('release', [60], many));
    expect(layers).toHaveLength(7);
    expect(layers.at(-1)).toMatchObject({ label: 'other', sum: 60 - (10 + 9 + 8 + 7 + 6 + 5) });
    expect(layers.reduce((sum, layer) => sum + layer.sum, 0)).toBe(60);
  });
  it('WEB21 events without a value have a layer of their own, empty series none', () => {
    const layers = layersOf(
      volume(
        'environment',
        [5],
        [
          [null, [3]],
          ['dev', [0]],
          ['prod', [2]],
        ],
      ),
    );
    expect(layers.map(({ label }) => label)).toEqual(['no environment', 'prod']);
  });
  it('WEB21 a bar is as tall as its share of the top', () => {
    const [layer] = layersOf(volume('level', [5, 0], [['error', [5, 0]]]));
    expect(layer && barsPath(layer, 10, 100)).toBe('M0.14 100.00v-50.00h0.72v50.00z');
  });
});
