/**
 * The `q` syntax: `is:unresolved level:error !environment:dev (a OR "b c") timesSeen:>100`, to the one tree.
 * A recursive descent over characters; anything that is not `key:value` is text.
 */
import { LEVELS } from '../event.ts';
import { FILTER_FIELDS, FILTER_LIMITS, FilterProblem, type Filter } from './filter.ts';
import { checkScope, type SearchScope } from './filter-scope.ts';
import { didYouMean, fieldFilter, literal } from './filter-value.ts';

/** Names other trackers use. */
const ALIASES: Record<string, string> = {
  status: 'is',
  timesSeen: 'times_seen',
  firstSeen: 'first_seen',
  lastSeen: 'last_seen',
  assigned_to: 'assigned',
  issue: 'issue_id',
  env: 'environment',
};

interface Reader {
  readonly text: string;
  readonly path: string;
  readonly me: string | null;
  readonly scope: SearchScope;
  at: number;
  /** Where what is being read began: a problem is shown there. */
  mark: number;
}

/** Throws FilterProblem, with the column. `depth` is that of the object `q` stands in. */
export function parseQuery(
  text: string,
  path: string,
  o: { me: string | null; scope: SearchScope; depth: number },
): Filter {
  const reader: Reader = { text, path, me: o.me, scope: o.scope, at: 0, mark: 0 };
  try {
    const filter = parseOr(reader, o.depth);
    reader.mark = reader.at;
    if (reader.at < text.length) throw new FilterProblem("unexpected ')'", path);
    return filter;
  } catch (error) {
    throw error instanceof FilterProblem ? error.at(reader.mark + 1) : error;
  }
}

function parseOr(reader: Reader, depth: number): Filter {
  if (depth > FILTER_LIMITS.depth)
    throw new FilterProblem(`nested deeper than ${FILTER_LIMITS.depth}`, reader.path);
  const alternatives: Filter[] = [];
  let terms: Filter[] = [];
  for (;;) {
    skipSpace(reader);
    reader.mark = reader.at;
    const char = reader.text[reader.at];
    if (char === undefined || char === ')') break;
    if (takeWord(reader, 'OR')) {
      if (terms.length === 0) throw new FilterProblem("nothing before 'OR'", reader.path);
      alternatives.push({ op: 'all', of: terms });
      terms = [];
    } else if (!takeWord(reader, 'AND')) {
      terms.push(parseTerm(reader, depth));
    }
  }
  if (alternatives.length === 0) return { op: 'all', of: terms };
  if (terms.length === 0) throw new FilterProblem("nothing after 'OR'", reader.path);
  return { op: 'any', of: [...alternatives, { op: 'all', of: terms }] };
}

function parseTerm(reader: Reader, depth: number): Filter {
  const not = reader.text[reader.at] === '!' && /[\w(".]/.test(reader.text[reader.at + 1] ?? '');
  if (not) reader.at++;
  return parsePositive(reader, depth, not);
}

function parsePositive(reader: Reader, depth: number, not: boolean): Filter {
  const char = reader.text[reader.at];
  if (char === '(') {
    const open = reader.at++;
    const inner = parseOr(reader, depth + 1);
    if (reader.text[reader.at] !== ')')
      throw new FilterProblem("missing ')'", reader.path, { column: open + 1 });
    reader.at++;
    return not ? { op: 'not', of: inner } : inner;
  }
  if (char !== '"') {
    const key = /^[\w.-]+:/.exec(reader.text.slice(reader.at, reader.at + 202))?.[0].slice(0, -1);
    if (key !== undefined) {
      const field = parseField(reader, key, not);
      checkScopes(field, reader);
      return field;
    }
  }
  const text = textLeaf(char === '"' ? readQuoted(reader) : readWord(reader), reader.path);
  return not ? { op: 'not', of: text } : text;
}

function textLeaf(text: string, path: string): Filter {
  if (new TextEncoder().encode(text).length > FILTER_LIMITS.valueBytes)
    throw new FilterProblem(`longer than ${FILTER_LIMITS.valueBytes} bytes`, path);
  return text === '' ? { op: 'all', of: [] } : { op: 'text', value: text.toLowerCase() };
}

function checkScopes(filter: Filter, reader: Reader): void {
  if (filter.op === 'not') checkScopes(filter.of, reader);
  else if (filter.op === 'all' || filter.op === 'any') for (const one of filter.of) checkScopes(one, reader);
  else checkScope(filter, reader.scope, reader.path);
}

function parseField(reader: Reader, key: string, not: boolean): Filter {
  const start = reader.at;
  reader.at += key.length + 1;
  reader.mark = reader.at;
  const values = readValues(reader);
  if (values.length === 0 || values.includes(''))
    throw new FilterProblem(`no value for '${key}'`, reader.path);
  const field = fieldOfValues(reader, key, values, not);
  reader.mark = start;
  return field;
}

function fieldOfValues(reader: Reader, key: string, values: string[], not: boolean): Filter {
  if (key === 'has') {
    const fields = values.map((name) =>
      fieldFilter(fieldName(name), [not ? '!' : '*'], reader.path, reader.me),
    );
    return { op: 'all', of: fields };
  }
  if (key === 'text' || key === 'message') {
    const text: Filter = { op: 'any', of: values.map((value) => textLeaf(unescaped(value), reader.path)) };
    return not ? { op: 'not', of: text } : text;
  }
  if (key === 'min_level') return fieldLevel(reader, values, not);
  return fieldFilter(
    fieldName(key),
    values.map((value) => (not ? `!${value}` : value)),
    reader.path,
    reader.me,
  );
}

function fieldLevel(reader: Reader, values: string[], not: boolean): Filter {
  const [value = ''] = values;
  const level = LEVELS.find((one) => one === value);
  if (level === undefined)
    throw new FilterProblem(`unknown level '${value}'`, reader.path, { hint: didYouMean(value, LEVELS) });
  const leaf: Filter = { op: 'min_level', level };
  return not ? { op: 'not', of: leaf } : leaf;
}

/** A word that is no field is a tag; `tags.level` reaches a tag that is called like a field. */
function fieldName(key: string): string {
  const name = ALIASES[key] ?? key;
  return FILTER_FIELDS.has(name) || name.startsWith('tags.') ? name : `tags.${name}`;
}

function readValues(reader: Reader): string[] {
  if (reader.text[reader.at] !== '[') return [readValue(reader, false)];
  reader.at++;
  const values: string[] = [];
  for (;;) {
    skipSpace(reader);
    values.push(readValue(reader, true));
    skipSpace(reader);
    const char = reader.text[reader.at++];
    if (char === ']') return values;
    if (char !== ',') throw new FilterProblem("missing ']'", reader.path);
  }
}

/** Quoted values stand for themselves, wildcards and all. */
function readValue(reader: Reader, inList: boolean): string {
  if (reader.text[reader.at] === '"') return literal(readQuoted(reader));
  const value = readWord(reader, inList);
  return value.startsWith('!') ? `\\${value}` : value;
}

function readQuoted(reader: Reader): string {
  let out = '';
  for (let i = reader.at + 1; i < reader.text.length; i++) {
    const char = reader.text[i] ?? '';
    if (char === '"') {
      reader.at = i + 1;
      return out;
    }
    out += char === '\\' ? (reader.text[++i] ?? '') : char;
  }
  throw new FilterProblem("missing '\"'", reader.path);
}

/** Up to a space, or a ')' that closes a group opened before the word. */
function readWord(reader: Reader, inList = false): string {
  const start = reader.at;
  let open = 0;
  for (; reader.at < reader.text.length; reader.at++) {
    const char = reader.text[reader.at] ?? '';
    if (/\s/.test(char) || (inList && (char === ',' || char === ']'))) break;
    if (char === '(') open++;
    if (char === ')' && --open < 0) break;
  }
  return reader.text.slice(start, reader.at);
}

function unescaped(value: string): string {
  return value.replace(/\\([\s\S])/g, '$1');
}

function takeWord(reader: Reader, word: string): boolean {
  const next = reader.text.slice(reader.at, reader.at + word.length + 1);
  if (!next.startsWith(word) || !/^[\s()]?$/.test(next.slice(word.length))) return false;
  reader.at += word.length;
  return true;
}

function skipSpace(reader: Reader): void {
  while (/\s/.test(reader.text[reader.at] ?? '')) reader.at++;
}
