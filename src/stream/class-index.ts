/**
 * Which classes an event may concern: classes that demand one of a few values of issue_id, environment or level are
 * filed under these values, so an event visits only them and the classes that demand nothing of the kind.
 */
import type { EventEntry } from '../protocol/change.ts';
import { forKind } from '../protocol/filter-canonical.ts';
import { literalsOf } from '../protocol/filter-literals.ts';
import type { Filter } from '../protocol/filter.ts';
import type { FilterClass } from './filter-class.ts';

/** The most selective first. */
const FIELDS = ['issue_id', 'environment', 'level'] as const;
type Field = (typeof FIELDS)[number];

export interface ClassIndex {
  add(one: FilterClass): void;
  remove(one: FilterClass): void;
  /** A superset of the classes that match. */
  visit(entry: EventEntry, fn: (one: FilterClass) => void): void;
}

export function createClassIndex(): ClassIndex {
  const plain = new Set<FilterClass>();
  const filed = new Map<Field, Map<string, Set<FilterClass>>>();

  const places = (one: FilterClass): Set<FilterClass>[] => {
    const leaf = equalityLeaf(forKind(one.spec.filter, 'event'));
    if (leaf === null) return [plain];
    const byValue = filed.get(leaf.field) ?? new Map<string, Set<FilterClass>>();
    filed.set(leaf.field, byValue);
    return leaf.values.map((value) => {
      const set = byValue.get(value) ?? new Set<FilterClass>();
      byValue.set(value, set);
      return set;
    });
  };

  return {
    add(one) {
      if (one.spec.scope === 'issues') return;
      for (const place of places(one)) place.add(one);
    },
    remove(one) {
      for (const place of places(one)) place.delete(one);
      for (const byValue of filed.values())
        for (const [value, set] of byValue) if (set.size === 0) byValue.delete(value);
    },
    visit(entry, fn) {
      for (const one of plain) fn(one);
      for (const [field, byValue] of filed) {
        const value = field === 'issue_id' ? entry.issueId : entry.data[field];
        if (value === null) continue;
        for (const one of byValue.get(value) ?? []) fn(one);
      }
    },
  };
}

function equalityLeaf(filter: Filter): { field: Field; values: string[] } | null {
  for (const field of FIELDS) {
    const values = literalsOf(filter, field);
    if (values !== null) return { field, values };
  }
  return null;
}
