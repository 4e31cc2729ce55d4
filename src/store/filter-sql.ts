/**
 * A filter as a condition in SQL: the same tree that live filters evaluate, with the same answers
 * (filter-sql.pg.test.ts). In: a filter and what its fields are in the table. Out: SQL; every value is a parameter.
 */
import { canonical } from '../protocol/filter-canonical.ts';
import {
  levelRank,
  type Comparison,
  type Filter,
  type FilterKind,
  type FilterLeaf,
  type Pattern,
} from '../protocol/filter.ts';

/** Values of a statement, numbered as they are added. */
export interface SqlParams {
  readonly values: unknown[];
  /** Its placeholder. */
  add: (value: unknown) => string;
}

export function createParams(): SqlParams {
  const values: unknown[] = [];
  return { values, add: (value) => `$${values.push(value)}` };
}

/** What a field is. Expressions are SQL of this code's own. */
export type FieldSql =
  /** A nullable text. */
  | { kind: 'text'; sql: string }
  /** A small number that stands for a name; never null. */
  | { kind: 'enum'; sql: string; names: readonly string[] }
  /** Texts in an array, those of the field beginning with `prefix`. */
  | { kind: 'terms'; sql: string; prefix: string }
  /**
   * Texts in rows of another table. `from` is `from … where …`, what holds of `value` is added to it. `equals`: a
   * better way to ask for exact values.
   */
  | {
      kind: 'rows';
      from: (p: SqlParams) => string;
      value: string;
      equals?: (values: readonly string[], p: SqlParams) => string;
    }
  /** No value ever. */
  | { kind: 'none' };

export interface SubjectSql {
  subject: FilterKind;
  field: (name: string) => FieldSql;
  /** A number, or for times a timestamptz; null: there is no such thing. */
  number: (name: string) => string | null;
  level: string;
  /** `needle`: lower case. */
  text: (needle: string, p: SqlParams) => string;
  nowMs: number;
}

export function filterSql(filter: Filter, subject: SubjectSql, p: SqlParams): string {
  return compile(canonical(filter), subject, p);
}

function compile(filter: Filter, subject: SubjectSql, p: SqlParams): string {
  switch (filter.op) {
    case 'all':
      return group(filter.of, ' and ', 'true', subject, p);
    case 'any':
      return group(filter.of, ' or ', 'false', subject, p);
    case 'not':
      // A value that is not there makes null of a comparison: a filter knows yes and no only.
      return `((${compile(filter.of, subject, p)}) is not true)`;
    case 'match':
    case 'text':
    case 'min_level':
    case 'number':
    case 'time':
    case 'types':
      return leafSql(filter, subject, p);
  }
}

function group(
  filters: readonly Filter[],
  word: string,
  none: string,
  subject: SubjectSql,
  p: SqlParams,
): string {
  return filters.length === 0 ? none : `(${filters.map((one) => compile(one, subject, p)).join(word)})`;
}

function leafSql(leaf: FilterLeaf, subject: SubjectSql, p: SqlParams): string {
  switch (leaf.op) {
    case 'match':
      return matchSql(leaf.patterns, subject.field(leaf.field), p);
    case 'text':
      return isStorable(leaf.value) ? subject.text(leaf.value, p) : 'false';
    case 'min_level':
      return `${subject.level} >= ${p.add(levelRank(leaf.level))}`;
    case 'number': {
      const column = subject.number(leaf.field);
      return column === null ? 'false' : `${column} ${SIGN[leaf.cmp]} ${p.add(leaf.value)}::float8`;
    }
    case 'time': {
      const column = subject.number(leaf.field);
      const at = 'at' in leaf.moment ? leaf.moment.at : subject.nowMs - leaf.moment.agoMs;
      return column === null ? 'false' : `${column} ${SIGN[leaf.cmp]} ${p.add(timeText(at))}::timestamptz`;
    }
    case 'types':
      return String(leaf.kinds.includes(subject.subject));
  }
}

const SIGN: Readonly<Record<Comparison, string>> = { gt: '>', gte: '>=', lt: '<', lte: '<=', eq: '=' };

const FIRST_MS = Date.parse('0001-01-01T00:00:00Z');
const LAST_MS = Date.parse('9999-12-31T00:00:00Z');

/** Nothing is stored outside of what both sides can write. */
export function timeText(ms: number): string {
  return new Date(Math.min(LAST_MS, Math.max(FIRST_MS, ms))).toISOString();
}

/** PostgreSQL knows no U+0000 and no half of a surrogate pair: no stored text has one. */
function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

const isNegative = (pattern: Pattern): boolean => 'not' in pattern && pattern.not;

/** Any positive holds (or there is none), and no negative does. */
function matchSql(patterns: readonly Pattern[], field: FieldSql, p: SqlParams): string {
  if (field.kind === 'enum') return enumSql(patterns, field, p);
  const positives = patterns.filter((one) => !isNegative(one));
  const negatives = patterns.filter(isNegative);
  const conditions: string[] = [];
  if (positives.length > 0) conditions.push(anyPattern(positives, field, p));
  if (negatives.length > 0) conditions.push(`(${anyPattern(negatives, field, p)}) is not true`);
  return conditions.length === 0 ? 'true' : `(${conditions.join(' and ')})`;
}

/** Few names: which of them are meant is found out here. */
function enumSql(
  patterns: readonly Pattern[],
  { sql, names }: Extract<FieldSql, { kind: 'enum' }>,
  p: SqlParams,
): string {
  const holds = (pattern: Pattern, name: string): boolean => {
    switch (pattern.how) {
      case 'absent':
        return false;
      case 'present':
        return true;
      case 'equals':
        return name === pattern.value;
      case 'prefix':
        return name.startsWith(pattern.value);
      case 'suffix':
        return name.endsWith(pattern.value);
      case 'contains':
        return name.includes(pattern.value);
    }
  };
  const positives = patterns.filter((one) => !isNegative(one));
  const negatives = patterns.filter(isNegative);
  const numbers = names.flatMap((name, i) =>
    (positives.length === 0 || positives.some((one) => holds(one, name))) &&
    !negatives.some((one) => holds(one, name))
      ? [i]
      : [],
  );
  if (numbers.length === names.length) return 'true';
  // One value as an equality: only then an index on it gives the order of what comes after it as well.
  return numbers.length === 1
    ? `${sql} = ${p.add(numbers[0])}::smallint`
    : `${sql} = any (${p.add(numbers)}::smallint[])`;
}

/** The positive reading of the patterns, any of which may hold. */
function anyPattern(
  patterns: readonly Pattern[],
  field: Exclude<FieldSql, { kind: 'enum' }>,
  p: SqlParams,
): string {
  const alternatives: string[] = [];
  const values = patterns.flatMap((one) => ('value' in one && one.how === 'equals' ? [one.value] : []));
  const storable = values.filter(isStorable);
  if (storable.length > 0) alternatives.push(equalsSql(storable, field, p));
  for (const pattern of patterns)
    if (pattern.how !== 'equals') alternatives.push(affixSql(pattern, field, p));
  return alternatives.length === 0 ? 'false' : `(${alternatives.join(' or ')})`;
}

function equalsSql(
  values: readonly string[],
  field: Exclude<FieldSql, { kind: 'enum' }>,
  p: SqlParams,
): string {
  switch (field.kind) {
    case 'text':
      return `${field.sql} = any (${p.add(values)}::text[])`;
    case 'terms':
      return `${field.sql} && ${p.add(values.map((value) => field.prefix + value))}::text[]`;
    case 'rows':
      if (field.equals) return field.equals(values, p);
      return `exists (select ${field.from(p)} and ${field.value} = any (${p.add(values)}::text[]))`;
    case 'none':
      return 'false';
  }
}

function affixSql(pattern: Pattern, field: Exclude<FieldSql, { kind: 'enum' }>, p: SqlParams): string {
  if (field.kind === 'none') return String(pattern.how === 'absent');
  const exists = (condition: (value: string) => string): string => {
    switch (field.kind) {
      case 'text':
        return condition(field.sql);
      case 'terms': {
        const value = `substr(t, ${field.prefix.length + 1})`;
        const own = `starts_with(t, ${p.add(field.prefix)}::text)`;
        return `exists (select from unnest(${field.sql}) as t where ${own} and ${condition(value)})`;
      }
      case 'rows':
        return `exists (select ${field.from(p)} and ${condition(field.value)})`;
    }
  };
  const present = (): string => (field.kind === 'text' ? `${field.sql} is not null` : exists(() => 'true'));
  if (!('value' in pattern)) return pattern.how === 'present' ? present() : `not ${present()}`;
  const { how, value } = pattern;
  if (!isStorable(value)) return 'false';
  const text = `${p.add(value)}::text`;
  switch (how) {
    case 'equals':
      return exists((actual) => `${actual} = ${text}`);
    case 'prefix':
      return exists((actual) => `starts_with(${actual}, ${text})`);
    case 'suffix':
      return exists((actual) => `right(${actual}, char_length(${text})) = ${text}`);
    case 'contains':
      return exists((actual) => `strpos(${actual}, ${text}) > 0`);
  }
}
