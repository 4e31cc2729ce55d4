/** How many events have which tag: as it is kept of a hash, and how more is added to it. Pure. */

import { compareText } from './compare-text.ts';

/** Key → value → events. */
export type TagCounts = Map<string, Map<string, number>>;
/** Maps as JSON has them, in which no key is special. */
export type PackedTags = [key: string, values: [value: string, events: number][]][];

/** All values beyond the bound; no tag has this value. */
export const OTHERS = '';
const MAX_VALUES = 50;
const MAX_KEYS = 100;

export function packTags(counts: TagCounts): PackedTags {
  return [...counts].map(([key, values]) => [key, [...values]]);
}

export function unpackTags(packed: PackedTags): TagCounts {
  return new Map(packed.map(([key, values]) => [key, new Map(values)]));
}

/** Counts the tags of an event, in place; `onNew` hears of each that was not there. Bounded: what comes later has no name. */
export function countTags(
  counts: TagCounts,
  more: readonly (readonly [key: string, value: string])[],
  onNew: (key: string, value: string) => void,
): void {
  for (const [key, value] of more) {
    let values = counts.get(key);
    if (!values) {
      if (counts.size >= MAX_KEYS) continue;
      counts.set(key, (values = new Map()));
    }
    const known = values.has(value);
    const named = known || values.size - Number(values.has(OTHERS)) < MAX_VALUES;
    if (named && !known) onNew(key, value);
    const as = named ? value : OTHERS;
    values.set(as, (values.get(as) ?? 0) + 1);
  }
}

export interface TagSummary {
  key: string;
  values: { value: string; count: number }[];
  /** Events with the key and none of these values. */
  other: number;
}

/** Of several hashes as one, by key, of each the most frequent values. */
export function summarizeTags(packed: readonly PackedTags[], maxValues: number): TagSummary[] {
  const sums: TagCounts = new Map();
  for (const [key, values] of packed.flat()) {
    const sum = sums.get(key) ?? new Map<string, number>();
    sums.set(key, sum);
    for (const [value, events] of values) sum.set(value, (sum.get(value) ?? 0) + events);
  }
  return [...sums]
    .map(([key, sum]) => {
      const values = [...sum]
        .filter(([value]) => value !== OTHERS)
        .map(([value, count]) => ({ value, count }))
        .sort((a, b) => b.count - a.count || compareText(a.value, b.value))
        .slice(0, maxValues);
      const all = [...sum.values()].reduce((total, events) => total + events, 0);
      return { key, values, other: values.reduce((rest, { count }) => rest - count, all) };
    })
    .sort((a, b) => compareText(a.key, b.key));
}
