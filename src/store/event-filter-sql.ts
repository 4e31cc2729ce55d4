/**
 * A filter over events as two conditions: one that the index of terms answers, and the rest, which has to be looked for
 * among candidates.
 */
import { forKind } from '../protocol/filter-canonical.ts';
import type { Filter } from '../protocol/filter.ts';
import { termPrefix } from './event-terms.ts';
import { filterSql, type FieldSql, type SqlParams, type SubjectSql } from './filter-sql.ts';

export interface SplitFilter {
  /** Answered by an index; null: nothing is. */
  indexed: Filter | null;
  /** null: nothing else is asked. */
  rest: Filter | null;
}

export function splitFilter(filter: Filter): SplitFilter {
  const whole = forKind(filter, 'event');
  const leaves = whole.op === 'all' ? whole.of : [whole];
  return {
    indexed: allOf(leaves.filter(isIndexed)),
    rest: allOf(leaves.filter((leaf) => !isIndexed(leaf))),
  };
}

function allOf(of: Filter[]): Filter | null {
  return of.length === 0 ? null : { op: 'all', of };
}

export function eventCondition(filter: Filter, p: SqlParams): string {
  return filterSql(filter, EVENT, p);
}

/** Exact values of terms only, none of them excluded. */
function isIndexed(filter: Filter): boolean {
  return (
    filter.op === 'match' &&
    (termPrefix(filter.field) !== null || filter.field === 'issue_id') &&
    filter.patterns.every((pattern) => pattern.how === 'equals' && !pattern.not)
  );
}

const EVENT: SubjectSql = {
  subject: 'event',
  level: 'e.level',
  number: () => null,
  nowMs: 0,
  text: (needle, p) => `strpos(e.search_text, ${p.add(needle)}::text) > 0`,
  field(name): FieldSql {
    const prefix = termPrefix(name);
    if (prefix !== null) return { kind: 'terms', sql: 'e.terms', prefix };
    switch (name) {
      case 'issue_id':
        return { kind: 'text', sql: 'e.issue_id::text' };
      case 'fingerprint':
        return { kind: 'text', sql: `nullif(encode(e.hash, 'hex'), '')` };
      case 'handled':
      case 'is_new':
      case 'is_regression':
        return { kind: 'text', sql: `e.${name}::text` };
      default:
        return { kind: 'none' };
    }
  },
};
