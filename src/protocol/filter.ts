/**
 * The filter of a live stream and of an issue search: one tree for both. Made by `filter-parse` (JSON form) and
 * `filter-query` (`q` syntax), brought to one shape by `filter-canonical`, asked by `filter-evaluate`.
 */
import { LEVELS, type Level } from '../event.ts';

export type FilterKind = 'event' | 'issue';
export type FilterScope = 'events' | 'issues' | 'all';

/** How one value of a field is asked for. `absent` and `present` are positives: they are OR-ed with the others. */
export type Pattern =
  | { how: 'present' | 'absent' }
  | { how: 'equals' | 'prefix' | 'suffix' | 'contains'; value: string; not: boolean };

export type Comparison = 'gt' | 'gte' | 'lt' | 'lte' | 'eq';

/** A point in time: absolute, or relative to the moment a change arrives. */
export type Moment = { at: number } | { agoMs: number };

export type FilterLeaf =
  /** Any positive holds (or there is none), and every negative. `field` is a name of the table or `tags.<key>`. */
  | { op: 'match'; field: string; patterns: Pattern[] }
  | { op: 'text'; value: string }
  | { op: 'min_level'; level: Level }
  | { op: 'number'; field: string; cmp: Comparison; value: number }
  | { op: 'time'; field: string; cmp: Comparison; moment: Moment }
  | { op: 'types'; kinds: FilterKind[] };

/** `all` of nothing is true, `any` of nothing is false. */
export type Filter =
  | { op: 'all'; of: Filter[] }
  | { op: 'any'; of: Filter[] }
  | { op: 'not'; of: Filter }
  | FilterLeaf;

export const ALWAYS: Filter = { op: 'all', of: [] };
export const NEVER: Filter = { op: 'any', of: [] };

export const FILTER_LIMITS = {
  leaves: 32,
  depth: 5,
  values: 50,
  valueBytes: 200,
  bytes: 8 * 1024,
} as const;

interface Field {
  kinds: readonly FilterKind[];
  type: 'text' | 'level' | 'status' | 'priority' | 'boolean' | 'number' | 'time';
}

const both = ['event', 'issue'] as const;
const event = ['event'] as const;
const issue = ['issue'] as const;

/** The two tables: which field exists for which kind. `tags.<key>` exists for events. */
export const FILTER_FIELDS: ReadonlyMap<string, Field> = new Map<string, Field>([
  ['level', { kinds: both, type: 'level' }],
  ['environment', { kinds: event, type: 'text' }],
  ['release', { kinds: both, type: 'text' }],
  ['dist', { kinds: event, type: 'text' }],
  ['platform', { kinds: both, type: 'text' }],
  ['logger', { kinds: event, type: 'text' }],
  ['transaction', { kinds: event, type: 'text' }],
  ['server_name', { kinds: event, type: 'text' }],
  ['user', { kinds: event, type: 'text' }],
  // Issues have an id too: the page of one issue follows its events and its changes with one filter.
  ['issue_id', { kinds: both, type: 'text' }],
  ['fingerprint', { kinds: event, type: 'text' }],
  ['sdk', { kinds: event, type: 'text' }],
  ['handled', { kinds: event, type: 'boolean' }],
  ['is_new', { kinds: event, type: 'boolean' }],
  ['is_regression', { kinds: event, type: 'boolean' }],
  ['is', { kinds: issue, type: 'status' }],
  ['assigned', { kinds: issue, type: 'text' }],
  ['first_seen', { kinds: issue, type: 'time' }],
  ['last_seen', { kinds: issue, type: 'time' }],
  ['times_seen', { kinds: issue, type: 'number' }],
  ['users', { kinds: issue, type: 'number' }],
  ['priority', { kinds: issue, type: 'priority' }],
]);

const TAG: Field = { kinds: event, type: 'text' };

export function fieldOf(name: string): Field | undefined {
  return name.startsWith('tags.') ? TAG : FILTER_FIELDS.get(name);
}

/** Fields of events by which a search finds issues, beside tags: what is counted for each issue. */
const COUNTED: ReadonlySet<string> = new Set([
  'environment',
  'user',
  'dist',
  'logger',
  'transaction',
  'server_name',
  'sdk',
  'handled',
]);

export function isCounted(leaf: FilterLeaf): boolean {
  return leaf.op === 'match' && (COUNTED.has(leaf.field) || leaf.field.startsWith('tags.'));
}

/** Kinds a leaf can be asked about. */
export function kindsOf(leaf: FilterLeaf): readonly FilterKind[] {
  switch (leaf.op) {
    case 'match':
    case 'number':
    case 'time':
      return fieldOf(leaf.field)?.kinds ?? [];
    case 'text':
    case 'min_level':
    case 'types':
      return both;
  }
}

/** debug < info < warning < error < fatal. */
export function levelRank(level: Level): number {
  return LEVELS.indexOf(level);
}

export type FilterResult =
  | { kind: 'ok'; filter: Filter }
  | {
      kind: 'invalid';
      message: string;
      /** Dotted, starts with `filters`. */
      path: string;
      /** In the text of `q`, from 1: where what is wrong begins. */
      column?: number;
      /** What was probably meant. */
      hint?: string;
    };

/** Thrown inside the parsers only; `parseFilters` turns it into a value. */
export class FilterProblem extends Error {
  readonly path: string;
  readonly column: number | undefined;
  readonly hint: string | undefined;
  constructor(
    message: string,
    path: string,
    o: { column?: number | undefined; hint?: string | undefined } = {},
  ) {
    super(message);
    this.path = path;
    this.column = o.column;
    this.hint = o.hint;
  }

  /** The same problem, found at this column unless it knows better. */
  at(column: number): FilterProblem {
    return new FilterProblem(this.message, this.path, { column: this.column ?? column, hint: this.hint });
  }
}
