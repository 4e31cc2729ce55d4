/** A search text as a list of terms, to complete the one under the cursor and to change one by a click. Pure. */

export interface QueryTerm {
  /** Where it stands in the text. */
  from: number;
  to: number;
  not: boolean;
  /** null: plain text. */
  key: string | null;
  /** Without its key, quotes and all. */
  value: string;
}

/** Terms that stand in brackets are none of these: they belong together. */
export function termsOf(text: string): QueryTerm[] {
  const terms: QueryTerm[] = [];
  let depth = 0;
  for (const word of wordsOf(text)) {
    const before = depth;
    depth += word.opens;
    if (before === 0 && depth === 0) terms.push(termOf(text, word.from, word.to));
  }
  return terms;
}

/** The word that ends at or goes on under the cursor, wherever it stands; an empty one between two. */
export function termAt(text: string, cursor: number): QueryTerm {
  const word = wordsOf(text).find(({ from, to }) => from <= cursor && cursor <= to);
  if (word === undefined) return termOf(text, cursor, cursor);
  const from = word.from + (/^!?\(+/.exec(text.slice(word.from, cursor))?.[0].length ?? 0);
  const to = beforeClosing(text, from, word.to);
  return to < cursor ? termOf(text, cursor, cursor) : termOf(text, from, to);
}

/** Brackets that close what was opened before `from` are not of the term. */
function beforeClosing(text: string, from: number, to: number): number {
  const count = (char: string, end: number) => text.slice(from, end).split(char).length;
  let end = to;
  while (end > from && text[end - 1] === ')' && count(')', end) > count('(', end)) end--;
  return end;
}

function termOf(text: string, from: number, to: number): QueryTerm {
  const [, not = '', key, value = ''] = /^(!?)(?:([\w.-]+):)?([\s\S]*)$/.exec(text.slice(from, to)) ?? [];
  return { from, to, not: not !== '', key: key ?? null, value };
}

interface Word {
  from: number;
  to: number;
  /** Round brackets opened less those closed. */
  opens: number;
}

function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  let word: Word | null = null;
  let quoted = false;
  let list = false;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? '';
    if (!quoted && !list && /\s/.test(char)) {
      word = null;
      continue;
    }
    if (word === null) words.push((word = { from: at, to: at, opens: 0 }));
    if (quoted && char === '\\') at++;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && char === '[' && text[at - 1] === ':') list = true;
    else if (!quoted && char === ']') list = false;
    else if (!quoted && char === '(') word.opens++;
    else if (!quoted && char === ')') word.opens--;
    word.to = Math.min(at + 1, text.length);
  }
  return words;
}

/** What one term says of `key`: null when none does. */
export function valueOf(text: string, key: string, among?: readonly string[]): string | null {
  return findTerm(text, key, among)?.value ?? null;
}

/** The text with `key:value` instead of the term that says something of `key`, or beside the others; null takes it away. */
export function withTerm(text: string, key: string, value: string | null, among?: readonly string[]): string {
  const old = findTerm(text, key, among);
  const term = value === null ? '' : `${key}:${value}`;
  const { from, to } = old ?? { from: text.length, to: text.length };
  return [text.slice(0, from).trim(), term, text.slice(to).trim()].filter((part) => part !== '').join(' ');
}

/** `among`: only such values count (`is:` says more than a status). */
function findTerm(text: string, key: string, among?: readonly string[]): QueryTerm | undefined {
  return termsOf(text).find(
    (term) => term.key === key && !term.not && (among === undefined || among.includes(term.value)),
  );
}
