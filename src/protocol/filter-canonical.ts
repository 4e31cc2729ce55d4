/**
 * One shape for filters that mean the same: flattened, sorted, deduplicated, constants folded. The canonical text
 * names the class whose bytes are shared, so two spellings of a filter cost one evaluation.
 */
import { ALWAYS, NEVER, kindsOf, type Filter, type FilterKind, type Pattern } from './filter.ts';

/** Same answers as the input for every entry; idempotent. */
export function canonical(filter: Filter): Filter {
  switch (filter.op) {
    case 'all':
    case 'any':
      return group(filter.op, filter.of.map(canonical));
    case 'not': {
      const inner = canonical(filter.of);
      if (inner.op === 'not') return inner.of;
      if (isAlways(inner)) return NEVER;
      if (isNever(inner)) return ALWAYS;
      return { op: 'not', of: inner };
    }
    case 'match': {
      const patterns = uniqueSorted(filter.patterns.map(tidy), patternText);
      return patterns.length === 0 ? ALWAYS : { op: 'match', field: filter.field, patterns };
    }
    case 'types': {
      const kinds = [...new Set(filter.kinds)].sort();
      if (kinds.length === 0) return NEVER;
      return kinds.length === 2 ? ALWAYS : { op: 'types', kinds };
    }
    case 'text':
      return filter.value === '' ? ALWAYS : filter;
    case 'min_level':
      return filter.level === 'debug' ? ALWAYS : filter;
    case 'number':
    case 'time':
      return filter;
  }
}

/** The text of a canonical filter: equal texts are equal filters. Keys are written in a fixed order. */
export function filterText(filter: Filter): string {
  switch (filter.op) {
    case 'all':
    case 'any':
      return `${filter.op}(${filter.of.map(filterText).join(',')})`;
    case 'not':
      return `not(${filterText(filter.of)})`;
    case 'match':
      return `${JSON.stringify(filter.field)}[${filter.patterns.map(patternText).join(',')}]`;
    case 'text':
      return `text${JSON.stringify(filter.value)}`;
    case 'min_level':
      return `min_level=${filter.level}`;
    case 'number':
      return `${filter.field} ${filter.cmp} ${filter.value}`;
    case 'time':
      return `${filter.field} ${filter.cmp} ${'at' in filter.moment ? filter.moment.at : `-${filter.moment.agoMs}`}`;
    case 'types':
      return `types=${filter.kinds.join('|')}`;
  }
}

/**
 * The filter as one kind sees it. A field that the kind does not have can neither hold nor fail: the answer is the
 * widest one that is consistent with it, so such a leaf is true where it stands plainly and false under a `not`.
 */
export function forKind(filter: Filter, kind: FilterKind): Filter {
  // Canonical first: a field that asks nothing is no question of the other kind either.
  return canonical(restrict(canonical(filter), kind, true));
}

function restrict(filter: Filter, kind: FilterKind, plain: boolean): Filter {
  switch (filter.op) {
    case 'all':
    case 'any':
      return { op: filter.op, of: filter.of.map((one) => restrict(one, kind, plain)) };
    case 'not':
      return { op: 'not', of: restrict(filter.of, kind, !plain) };
    case 'types':
      return filter.kinds.includes(kind) ? ALWAYS : NEVER;
    case 'match':
    case 'text':
    case 'min_level':
    case 'number':
    case 'time':
      return kindsOf(filter).includes(kind) ? filter : plain ? ALWAYS : NEVER;
  }
}

export function isAlways(filter: Filter): boolean {
  return filter.op === 'all' && filter.of.length === 0;
}

export function isNever(filter: Filter): boolean {
  return filter.op === 'any' && filter.of.length === 0;
}

function group(op: 'all' | 'any', children: Filter[]): Filter {
  const absorbing = op === 'all' ? isNever : isAlways;
  const neutral = op === 'all' ? isAlways : isNever;
  const flat = children.flatMap((child) => (child.op === op ? child.of : [child]));
  if (flat.some(absorbing)) return op === 'all' ? NEVER : ALWAYS;
  const kept = uniqueSorted(
    flat.filter((child) => !neutral(child)),
    filterText,
  );
  const [only] = kept;
  return kept.length === 1 && only !== undefined ? only : { op, of: kept };
}

function uniqueSorted<T>(items: T[], text: (item: T) => string): T[] {
  const byText = new Map(items.map((item) => [text(item), item] as const));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}

/** An empty affix asks for presence only. A negative one stays: `absent` would be OR-ed with the positives. */
function tidy(pattern: Pattern): Pattern {
  const isEmptyAffix = 'value' in pattern && pattern.how !== 'equals' && pattern.value === '' && !pattern.not;
  return isEmptyAffix ? { how: 'present' } : pattern;
}

const SIGN = { equals: '=', prefix: '^', suffix: '$', contains: '~', present: '*', absent: '!' } as const;

function patternText(pattern: Pattern): string {
  if (!('value' in pattern)) return SIGN[pattern.how];
  return `${pattern.not ? '!' : ''}${SIGN[pattern.how]}${JSON.stringify(pattern.value)}`;
}
