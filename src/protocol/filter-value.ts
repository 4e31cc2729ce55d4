/**
 * One value of one field: the scalar grammar (`""`, `"!"`, `"*"`, `"!x"`, `"a*"`, `"*a"`, `"*a*"`, `">100"`, `"-24h"`)
 * to a leaf. Used by the JSON form and by `q`.
 */
import { LEVELS } from '../event.ts';
import { nearest } from '../lib/nearest.ts';
import {
  FILTER_LIMITS,
  FilterProblem,
  fieldOf,
  type Comparison,
  type Filter,
  type Moment,
  type Pattern,
} from './filter.ts';

export type Scalar = string | number | boolean;

const encoder = new TextEncoder();
const CHOICES: Record<string, readonly string[]> = {
  level: LEVELS,
  status: ['unresolved', 'resolved', 'archived'],
  priority: ['low', 'medium', 'high'],
  boolean: ['true', 'false'],
};
const UNIT_MS: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** Builds the leaf (or small tree) of one field from its values. Throws FilterProblem. */
export function fieldFilter(
  field: string,
  values: readonly Scalar[],
  path: string,
  me: string | null,
): Filter {
  const type = fieldOf(field)?.type;
  if (type === undefined) throw new FilterProblem(`unknown field '${field}'`, path);
  if (values.length > FILTER_LIMITS.values)
    throw new FilterProblem(`more than ${FILTER_LIMITS.values} values`, path);
  for (const value of values)
    if (encoder.encode(String(value)).length > FILTER_LIMITS.valueBytes)
      throw new FilterProblem(`a value is longer than ${FILTER_LIMITS.valueBytes} bytes`, path);
  if (type === 'number' || type === 'time') return comparisons(field, type, values, path);
  if (field === 'is') return statusFilter(values, path);
  const patterns = values.flatMap((value) => parsePattern(value));
  // "" among the values means any: the positives then say nothing.
  const any = values.includes('');
  const kept = any ? patterns.filter((p) => 'not' in p && p.not) : patterns;
  const named = kept.map((pattern) => named1(field, type, pattern, path, me));
  return { op: 'match', field, patterns: named };
}

/** A pattern that stands for itself, for a quoted value. */
export function literal(text: string): string {
  return text.replace(/[\\*!]/g, '\\$&');
}

/** A hint: the nearest word, or all there are. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = nearest(word, known, Math.max(1, Math.floor(word.length / 3)));
  return near === undefined ? `One of ${known.join(', ')}.` : `Did you mean '${near}'?`;
}

function named1(field: string, type: string, pattern: Pattern, path: string, me: string | null): Pattern {
  if (pattern.how !== 'equals') return pattern;
  const choices = CHOICES[type];
  if (choices !== undefined && !choices.includes(pattern.value))
    throw new FilterProblem(`unknown ${type === 'boolean' ? 'value' : field} '${pattern.value}'`, path, {
      hint: didYouMean(pattern.value, choices),
    });
  if (field === 'assigned' && pattern.value === 'me') {
    if (me === null) throw new FilterProblem("'me' needs a signed-in user", path);
    return { ...pattern, value: me };
  }
  return pattern;
}

/** `is` also knows assigned and unassigned, and `ignored`, the old word for archived. */
function statusFilter(values: readonly Scalar[], path: string): Filter {
  const positives: Filter[] = [];
  const negatives: Filter[] = [];
  for (const value of values) {
    for (const pattern of parsePattern(value)) {
      const not = 'not' in pattern && pattern.not;
      const leaf = statusLeaf(pattern, path);
      if (not) negatives.push({ op: 'not', of: leaf });
      else positives.push(leaf);
    }
  }
  const anyPositive: Filter[] =
    positives.length === 0 || values.includes('') ? [] : [{ op: 'any', of: positives }];
  return { op: 'all', of: [...anyPositive, ...negatives] };
}

function statusLeaf(pattern: Pattern, path: string): Filter {
  if (pattern.how !== 'equals') return { op: 'match', field: 'is', patterns: [positive(pattern)] };
  if (pattern.value === 'assigned' || pattern.value === 'unassigned')
    return {
      op: 'match',
      field: 'assigned',
      patterns: [{ how: pattern.value === 'assigned' ? 'present' : 'absent' }],
    };
  const value = pattern.value === 'ignored' ? 'archived' : pattern.value;
  return {
    op: 'match',
    field: 'is',
    patterns: [named1('is', 'status', { how: 'equals', value, not: false }, path, null)],
  };
}

function positive(pattern: Pattern): Pattern {
  return 'not' in pattern ? { ...pattern, not: false } : pattern;
}

/** No pattern for "" (any). */
function parsePattern(scalar: Scalar): Pattern[] {
  if (typeof scalar !== 'string') return [{ how: 'equals', value: String(scalar), not: false }];
  if (scalar === '') return [];
  if (scalar === '!') return [{ how: 'absent' }];
  if (scalar === '*') return [{ how: 'present' }];
  const not = scalar.startsWith('!');
  const body = not ? scalar.slice(1) : scalar;
  if (body === '*') return [{ how: 'absent' }];
  const leading = body.startsWith('*');
  const trailing = body.length > 1 && body.endsWith('*') && !isEscapedAt(body, body.length - 1);
  const value = unescape(body.slice(leading ? 1 : 0, trailing ? -1 : undefined));
  const how = leading ? (trailing ? 'contains' : 'suffix') : trailing ? 'prefix' : 'equals';
  return [{ how, value, not }];
}

function isEscapedAt(text: string, index: number): boolean {
  let slashes = 0;
  for (let i = index - 1; i >= 0 && text[i] === '\\'; i--) slashes++;
  return slashes % 2 === 1;
}

function unescape(text: string): string {
  return text.replace(/\\([\s\S])/g, '$1');
}

function comparisons(
  field: string,
  type: 'number' | 'time',
  values: readonly Scalar[],
  path: string,
): Filter {
  const positives: Filter[] = [];
  const negatives: Filter[] = [];
  if (values.includes('')) return { op: 'all', of: [] };
  for (const value of values) {
    const text = String(value);
    const not = text.startsWith('!');
    const leaf = comparison(field, type, not ? text.slice(1) : text, path);
    if (not) negatives.push({ op: 'not', of: leaf });
    else positives.push(leaf);
  }
  const anyPositive: Filter[] = positives.length === 0 ? [] : [{ op: 'any', of: positives }];
  return { op: 'all', of: [...anyPositive, ...negatives] };
}

const CMP: Record<string, Comparison> = {
  '>': 'gt',
  '>=': 'gte',
  '<': 'lt',
  '<=': 'lte',
  '=': 'eq',
  '': 'eq',
};

function comparison(field: string, type: 'number' | 'time', text: string, path: string): Filter {
  const [, sign = '', rest = ''] = /^(>=|<=|>|<|=)?([\s\S]*)$/.exec(text) ?? [];
  const cmp = CMP[sign] ?? 'eq';
  if (type === 'number') {
    const value = rest.trim() === '' ? NaN : Number(rest);
    if (!Number.isFinite(value)) throw new FilterProblem(`'${text}' is not a number`, path);
    return { op: 'number', field, cmp, value };
  }
  const relative = /^([+-])(\d{1,6})([smhdw])$/.exec(rest);
  if (relative) {
    const [, side, amount = '0', unit = 's'] = relative;
    const moment: Moment = { agoMs: Number(amount) * (UNIT_MS[unit] ?? 0) };
    // `-24h` = within the last day, `+24h` = longer ago than a day.
    return { op: 'time', field, cmp: sign === '' ? (side === '-' ? 'gte' : 'lte') : cmp, moment };
  }
  const at = /^\d{4}-\d{2}-\d{2}/.test(rest) ? Date.parse(rest) : NaN;
  if (!Number.isFinite(at)) throw new FilterProblem(`'${text}' is not a time`, path);
  return { op: 'time', field, cmp, moment: { at } };
}
