/**
 * Globs of rules: `*` any run, `?` one character, `[ab]`, `[!a-z]`, `\` takes the next character literally. In paths
 * `*` stops at `/` and `**` does not. Matching is our own loop: patterns come from users, and a regular expression
 * with several stars can take exponential time, this takes at most pattern × text steps.
 */

type Token =
  | { kind: 'char'; char: string }
  | { kind: 'any'; path: boolean }
  | { kind: 'class'; path: boolean; negate: boolean; ranges: readonly (readonly [string, string])[] }
  | { kind: 'star'; crossesSlash: boolean };

export type Glob = (text: string) => boolean;

export interface GlobOptions {
  /** Paths: `*` stops at `/`, and `?` and `[…]` are no `/`. */
  readonly path?: boolean;
}

export function compileGlob(pattern: string, options: GlobOptions = {}): Glob {
  const tokens = tokenize(pattern, options.path === true);
  const stars = tokens.filter((token) => token.kind === 'star');
  const simple = tokens.every(
    (token) => token.kind === 'char' || (token.kind === 'star' && token.crossesSlash),
  );
  if (!simple) return (text) => matchTokens(tokens, text);
  const first = tokens[0];
  const last = tokens.at(-1);
  const literal = tokens.map((token) => (token.kind === 'char' ? token.char : '')).join('');
  // The shapes nearly all rules have, without the loop.
  if (stars.length === 0) return (text) => text === literal;
  if (stars.length === 1 && last?.kind === 'star') return (text) => text.startsWith(literal);
  if (stars.length === 1 && first?.kind === 'star') return (text) => text.endsWith(literal);
  if (stars.length === 2 && first?.kind === 'star' && last?.kind === 'star')
    return (text) => text.includes(literal);
  return (text) => matchTokens(tokens, text);
}

function tokenize(pattern: string, path: boolean): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern.charAt(at);
    if (char === '*') {
      let run = 1;
      while (pattern[at + 1] === '*') {
        run++;
        at++;
      }
      tokens.push({ kind: 'star', crossesSlash: !path || run > 1 });
    } else if (char === '?') tokens.push({ kind: 'any', path });
    else if (char === '[') {
      const end = pattern.indexOf(']', at + 2);
      if (end < 0) tokens.push({ kind: 'char', char });
      else {
        tokens.push(classToken(pattern.slice(at + 1, end), path));
        at = end;
      }
    } else if (char === '\\' && at + 1 < pattern.length) {
      at++;
      tokens.push({ kind: 'char', char: pattern.charAt(at) });
    } else tokens.push({ kind: 'char', char });
  }
  return tokens;
}

function classToken(body: string, path: boolean): Token {
  const negate = body.startsWith('!');
  const chars = negate ? body.slice(1) : body;
  const ranges: [string, string][] = [];
  for (let at = 0; at < chars.length; at++) {
    const low = chars.charAt(at);
    if (chars[at + 1] === '-' && at + 2 < chars.length) {
      ranges.push([low, chars.charAt(at + 2)]);
      at += 2;
    } else ranges.push([low, low]);
  }
  return { kind: 'class', path, negate, ranges };
}

/**
 * One position to go back to per kind of star: the last `*`, and the last star that may cross a slash. That is enough
 * because in a path only `/` itself and `**` match a slash, so an earlier `*` could not end anywhere else.
 */
function matchTokens(tokens: readonly Token[], text: string): boolean {
  let token = 0;
  let at = 0;
  let starToken = -1;
  let starAt = 0;
  let wideToken = -1;
  let wideAt = 0;
  while (at < text.length || token < tokens.length) {
    const current = tokens[token];
    if (current?.kind === 'star') {
      if (current.crossesSlash) {
        wideToken = token;
        wideAt = at;
        starToken = -1;
      } else {
        starToken = token;
        starAt = at;
      }
      token++;
      continue;
    }
    if (current && at < text.length && accepts(current, text.charAt(at))) {
      token++;
      at++;
      continue;
    }
    if (starToken >= 0 && starAt < text.length && text[starAt] !== '/') {
      starAt++;
      at = starAt;
      token = starToken + 1;
    } else if (wideToken >= 0 && wideAt < text.length) {
      starToken = -1;
      wideAt++;
      at = wideAt;
      token = wideToken + 1;
    } else return false;
  }
  return true;
}

function accepts(token: Token, char: string): boolean {
  switch (token.kind) {
    case 'char':
      return token.char === char;
    case 'any':
      return !token.path || char !== '/';
    case 'class':
      if (token.path && char === '/') return false;
      return token.ranges.some(([low, high]) => char >= low && char <= high) !== token.negate;
    case 'star':
      return false;
    default:
      return token satisfies never;
  }
}
