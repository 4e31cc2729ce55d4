/**
 * The `q` syntax: `is:unresolved level:error !environment:dev (a OR "b c") timesSeen:>100`, to the one tree.
 * A recursive descent over characters; anything that is not `key:value` is text.
 */
import { FILTER_FIELDS, FILTER_LIMITS, FilterProblem, type Filter } from './filter.ts';
import { fieldFilter, literal } from './filter-value.ts';

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
  at: number;
}

/** Throws FilterProblem. `depth` is that of the object `q` stands in. */
export function parseQuery(text: string, path: string, me: string | null, depth: number): Filter {
  const reader: Reader = { text, path, me, at: 0 };
  const filter = parseOr(reader, depth);
  if (reader.at < text.length) throw new FilterProblem("unexpected ')'", path);
  return filter;
}

function parseOr(reader: Reader, depth: number): Filter {
  if (depth > FILTER_LIMITS.depth)
    throw new FilterProblem(`nested deeper than ${FILTER_LIMITS.depth}`, reader.path);
  const alternatives: Filter[] = [];
  let terms: Filter[] = [];
  for (;;) {
    skipSpace(reader);
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
  const term = parsePositive(reader, depth, not);
  return term;
}

function parsePositive(reader: Reader, depth: number, not: boolean): Filter {
  const char = reader.text[reader.at];
  if (char === '(') {
    reader.at++;
    const inner = parseOr(reader, depth + 1);
    if (reader.text[reader.at] !== ')') throw new FilterProblem("missing ')'", reader.path);
    reader.at++;
    return not ? { op: 'not', of: inner } : inner;
  }
  if (char !== '"') {
    const key = /^[\w.-]+:/.exec(reader.text.slice(reader.at, reader.at + 202))?.[0].slice(0, -1);
    if (key !== undefined) {
      reader.at += key.length + 1;
      return parseField(reader, key, not);
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

function parseField(reader: Reader, key: string, not: boolean): Filter {
  const values = readValues(reader);
  if (values.length === 0 || values.includes(''))
    throw new FilterProblem(`no value for '${key}'`, reader.path);
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
  const checked = fieldFilter('level', [value], reader.path, reader.me);
  const pattern = checked.op === 'match' ? checked.patterns[0] : undefined;
  const levels = ['debug', 'info', 'warning', 'error', 'fatal'] as const;
  const level = levels.find((one) => pattern?.how === 'equals' && one === pattern.value);
  if (level === undefined) throw new FilterProblem(`unknown level '${value}'`, reader.path);
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
