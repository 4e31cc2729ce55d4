/** Values that a filter demands of a field: what an index or a query can use before the filter itself is asked. */
import type { Filter } from './filter.ts';

/** Every match of the canonical `filter` has one of these in `field`; null when it demands nothing of the kind. */
export function literalsOf(filter: Filter, field: string): string[] | null {
  for (const leaf of filter.op === 'all' ? filter.of : [filter]) {
    if (leaf.op !== 'match' || leaf.field !== field) continue;
    const values: string[] = [];
    // With a negative beside it the positives still bound the values; alone, a negative bounds nothing.
    const positives = leaf.patterns.filter((pattern) => !('not' in pattern && pattern.not));
    for (const pattern of positives) if (pattern.how === 'equals') values.push(pattern.value);
    if (values.length > 0 && values.length === positives.length) return values;
  }
  return null;
}

/** Text that every match contains (lower case); null when none is demanded. */
export function textOf(filter: Filter): string | null {
  for (const leaf of filter.op === 'all' ? filter.of : [filter]) if (leaf.op === 'text') return leaf.value;
  return null;
}
