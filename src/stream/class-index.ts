/**
 * Which classes an event matches, without asking them all: a class that demands a value of a field is filed under the
 * value, one that demands a text under three letters of it; only the others are asked about every event.
 */
import type { EventEntry } from '../protocol/change.ts';
import { forKind } from '../protocol/filter-canonical.ts';
import { eventText, eventValues } from '../protocol/filter-evaluate.ts';
import { literalsOf, textOf } from '../protocol/filter-literals.ts';
import type { Filter } from '../protocol/filter.ts';
import type { FilterClass } from './filter-class.ts';
import { createTextIndex } from './text-index.ts';

/** The least selective last; other fields, tags among them, lie between. An event has one value of each at most. */
const FIRST = 'issue_id';
const LAST = ['release', 'environment', 'platform', 'level'];
const OF_SEVERAL_VALUES = new Set(['user']);

export interface ClassIndex {
  add(one: FilterClass): void;
  remove(one: FilterClass): void;
  /** Each class that the event matches, once. */
  matching(entry: EventEntry, fn: (one: FilterClass) => void): void;
}

export function createClassIndex(): ClassIndex {
  const plain = new Set<FilterClass>();
  const texts = createTextIndex<FilterClass>();
  const filed = new Map<string, Map<string, Set<FilterClass>>>();

  function file(one: FilterClass, { field, values }: Leaf): void {
    const byValue = filed.get(field) ?? new Map<string, Set<FilterClass>>();
    filed.set(field, byValue);
    for (const value of values) byValue.set(value, (byValue.get(value) ?? new Set()).add(one));
  }

  function unfile(one: FilterClass, { field, values }: Leaf): void {
    const byValue = filed.get(field);
    for (const value of values) {
      const set = byValue?.get(value);
      if (set?.delete(one) && set.size === 0) byValue?.delete(value);
    }
    if (byValue?.size === 0) filed.delete(field);
  }

  return {
    add(one) {
      if (one.spec.scope === 'issues') return;
      const filter = forKind(one.spec.filter, 'event');
      const leaf = equalityLeaf(filter);
      const text = textOf(filter);
      if (leaf !== null) file(one, leaf);
      else if (text === null || !texts.add(text, one)) plain.add(one);
    },
    remove(one) {
      if (plain.delete(one)) return;
      const filter = forKind(one.spec.filter, 'event');
      const leaf = equalityLeaf(filter);
      if (leaf !== null) unfile(one, leaf);
      else texts.remove(one);
    },
    matching(entry, fn) {
      const ask = (one: FilterClass): void => {
        if (one.matchesEvent(entry)) fn(one);
      };
      for (const one of plain) ask(one);
      for (const [field, byValue] of filed) {
        const value = eventValues(entry, field);
        if (typeof value === 'string') byValue.get(value)?.forEach(ask);
      }
      if (texts.size > 0) texts.visit(eventText(entry), ask);
    },
  };
}

interface Leaf {
  field: string;
  values: string[];
}

function equalityLeaf(filter: Filter): Leaf | null {
  const leaves = filter.op === 'all' ? filter.of : [filter];
  const fields = leaves.flatMap((leaf) => (leaf.op === 'match' ? [leaf.field] : []));
  for (const field of fields.sort((a, b) => rank(a) - rank(b))) {
    const values = OF_SEVERAL_VALUES.has(field) ? null : literalsOf(filter, field);
    if (values !== null) return { field, values: [...new Set(values)] };
  }
  return null;
}

function rank(field: string): number {
  return field === FIRST ? -2 : LAST.indexOf(field);
}
