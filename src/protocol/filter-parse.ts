/**
 * The JSON form of a filter, as clients send it in `filters` (unknown in), to the one tree (out), under the limits.
 */
import { LEVELS, type Level } from '../event.ts';
import {
  FILTER_FIELDS,
  FILTER_LIMITS,
  FilterProblem,
  type Filter,
  type FilterKind,
  type FilterResult,
} from './filter.ts';
import { checkScope, type SearchScope } from './filter-scope.ts';
import { parseQuery } from './filter-query.ts';
import { didYouMean, fieldFilter, type Scalar } from './filter-value.ts';

export interface ParseOptions {
  scope: SearchScope;
  /** Id of the user `me` stands for. */
  me: string | null;
}

/** Never throws. `undefined` and `null` are the filter that lets everything through. */
export function parseFilters(input: unknown, options: ParseOptions): FilterResult {
  try {
    if (input === undefined || input === null) return { kind: 'ok', filter: { op: 'all', of: [] } };
    const size = new TextEncoder().encode(JSON.stringify(input)).length;
    if (size > FILTER_LIMITS.bytes)
      throw new FilterProblem(`filters are larger than ${FILTER_LIMITS.bytes} bytes`, 'filters');
    const filter = parseObject(input, 'filters', options, 1);
    checkLeaves(filter, options.scope);
    return { kind: 'ok', filter };
  } catch (error) {
    if (!(error instanceof FilterProblem)) throw error;
    const { message, path, column, hint } = error;
    return {
      kind: 'invalid',
      message,
      path,
      ...(column !== undefined && { column }),
      ...(hint !== undefined && { hint }),
    };
  }
}

function parseObject(input: unknown, path: string, options: ParseOptions, depth: number): Filter {
  if (depth > FILTER_LIMITS.depth) throw new FilterProblem(`nested deeper than ${FILTER_LIMITS.depth}`, path);
  if (!isObject(input)) throw new FilterProblem('must be an object', path);
  const of: Filter[] = [];
  for (const [key, value] of Object.entries(input)) {
    const at = `${path}.${key}`;
    switch (key) {
      case 'tags':
        if (!isObject(value)) throw new FilterProblem('must be an object', at);
        for (const [tag, wanted] of Object.entries(value))
          of.push(fieldFilter(`tags.${tag}`, scalars(wanted, `${at}.${tag}`), `${at}.${tag}`, options.me));
        break;
      case 'text':
        of.push(textFilter(value, at));
        break;
      case 'min_level':
        if (value !== '') of.push({ op: 'min_level', level: level(value, at) });
        break;
      case 'any':
        if (!Array.isArray(value)) throw new FilterProblem('must be a list', at);
        of.push({
          op: 'any',
          of: value.map((one, i) => parseObject(one, `${at}.${i}`, options, depth + 1)),
        });
        break;
      case 'not':
        of.push({ op: 'not', of: parseObject(value, at, options, depth + 1) });
        break;
      case 'types':
        of.push({ op: 'types', kinds: kinds(value, at) });
        break;
      case 'q':
        if (typeof value !== 'string') throw new FilterProblem('must be a string', at);
        of.push(parseQuery(value, at, { ...options, depth }));
        break;
      default: {
        const field = key === 'status' ? 'is' : key;
        if (!FILTER_FIELDS.has(field))
          throw new FilterProblem(`unknown field '${key}'`, at, {
            hint: didYouMean(key, [...FILTER_FIELDS.keys()]),
          });
        of.push(fieldFilter(field, scalars(value, at), at, options.me));
      }
    }
  }
  return { op: 'all', of };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function scalars(value: unknown, path: string): Scalar[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((one) => {
    if (typeof one === 'string' || typeof one === 'boolean') return one;
    if (typeof one === 'number' && Number.isFinite(one)) return one;
    throw new FilterProblem('must be a string, number, boolean or a list of them', path);
  });
}

function textFilter(value: unknown, path: string): Filter {
  if (typeof value !== 'string') throw new FilterProblem('must be a string', path);
  if (new TextEncoder().encode(value).length > FILTER_LIMITS.valueBytes)
    throw new FilterProblem(`longer than ${FILTER_LIMITS.valueBytes} bytes`, path);
  return value === '' ? { op: 'all', of: [] } : { op: 'text', value: value.toLowerCase() };
}

function level(value: unknown, path: string): Level {
  const found = LEVELS.find((one) => one === value);
  if (found === undefined) throw new FilterProblem(`unknown level '${String(value)}'`, path);
  return found;
}

function kinds(value: unknown, path: string): FilterKind[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((one) => {
    if (one === 'event' || one === 'issue') return one;
    throw new FilterProblem(`unknown type '${String(one)}'`, path);
  });
}

function checkLeaves(filter: Filter, scope: SearchScope): void {
  let leaves = 0;
  const visit = (node: Filter): void => {
    if (node.op === 'all' || node.op === 'any') {
      for (const child of node.of) visit(child);
    } else if (node.op === 'not') {
      visit(node.of);
    } else {
      if (++leaves > FILTER_LIMITS.leaves)
        throw new FilterProblem(`more than ${FILTER_LIMITS.leaves} conditions`, 'filters');
      checkScope(node, scope, 'filters');
    }
  };
  visit(filter);
}
