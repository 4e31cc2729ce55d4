/**
 * The rule language of stack trace rules, one rule a line:
 *   [ caller ] | key:pattern !key:"pattern with spaces" | [ callee ]   +app -group ^-group v+app category=x max-frames=N
 * `#` starts a comment. In comes text a person wrote; a line that cannot be read is reported and skipped, never fatal.
 */
import { createMatcher } from './match.ts';
import type { Action, FramePattern, Range, Rule } from './rule.ts';

export interface ParsedRules {
  readonly rules: readonly Rule[];
  readonly problems: readonly { readonly line: number; readonly message: string }[];
}

/** More than any person writes; bounds what one project can cost. */
const MAX_RULES = 1000;
const MAX_LINE = 1024;
const TOKEN = /\[(?=\s)|\](?=\s|$)|\||(?:\\.|[^\s"\\]|"(?:[^"\\]|\\.){0,1024}")+/g;
const FLAG = /^([\^v]?)([+-])(app|group)$/;
const VARIABLE = /^(category|max-frames|min-frames)=(.+)$/;
const MATCHER = /^(!?)([a-z][a-z._-]{0,31}):(.*)$/;

export function parseRules(text: string): ParsedRules {
  const rules: Rule[] = [];
  const problems: { line: number; message: string }[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const parsed = line.length > MAX_LINE ? `longer than ${MAX_LINE} characters` : parseLine(line);
    if (typeof parsed === 'string') problems.push({ line: index + 1, message: parsed });
    else if (rules.length >= MAX_RULES) {
      problems.push({ line: index + 1, message: `more than ${MAX_RULES} rules` });
      break;
    } else rules.push(parsed);
  }
  return { rules, problems };
}

/** A rule, or what is wrong with the line. */
function parseLine(line: string): Rule | string {
  const words: readonly string[] = line.match(TOKEN) ?? [];
  let at = 0;
  let caller: FramePattern | null = null;
  let callee: FramePattern | null = null;
  if (words[at] === '[') {
    const close = words.indexOf(']', at);
    if (close < 0 || words[close + 1] !== '|') return 'a caller is written [ matchers ] |';
    const pattern = parsePattern(words.slice(at + 1, close));
    if (typeof pattern === 'string') return pattern;
    caller = pattern;
    at = close + 2;
  }
  const start = at;
  while (at < words.length && MATCHER.test(words[at] ?? '')) at++;
  const frame = parsePattern(words.slice(start, at));
  if (typeof frame === 'string') return frame;
  if (words[at] === '|') {
    const close = words.indexOf(']', at);
    if (words[at + 1] !== '[' || close < 0) return 'a callee is written | [ matchers ]';
    const pattern = parsePattern(words.slice(at + 2, close));
    if (typeof pattern === 'string') return pattern;
    callee = pattern;
    at = close + 1;
  }
  const actions: Action[] = [];
  for (const word of words.slice(at)) {
    if (word.startsWith('#')) break;
    const action = parseAction(word);
    if (typeof action === 'string') return action;
    actions.push(action);
  }
  if (actions.length === 0) return 'no action';
  return { platforms: null, text: words.join(' '), frame, caller, callee, actions };
}

function parsePattern(words: readonly string[]): FramePattern | string {
  if (words.length === 0) return 'no matcher';
  const facts: FramePattern['facts'][number][] = [];
  const state: FramePattern['state'][number][] = [];
  let families: ReadonlySet<string> | null = null;
  for (const word of words) {
    const [, negate, key = '', pattern = ''] = MATCHER.exec(word) ?? [];
    const matcher = createMatcher(key, unquote(pattern), negate === '!');
    if (!matcher) return `unknown matcher "${word}"`;
    if (key === 'family' && negate === '' && !pattern.split(',').includes('all'))
      families = new Set(unquote(pattern).split(','));
    if (matcher.on === 'facts') facts.push(matcher.test);
    else state.push(matcher.test);
  }
  return { families, facts, state };
}

function unquote(pattern: string): string {
  return pattern.length >= 2 && pattern.startsWith('"') && pattern.endsWith('"')
    ? pattern.slice(1, -1).replaceAll('\\"', '"')
    : pattern;
}

function parseAction(word: string): Action | string {
  const flag = FLAG.exec(word);
  if (flag) {
    const range: Range = flag[1] === '^' ? 'towards-crash' : flag[1] === 'v' ? 'away-from-crash' : 'frame';
    return { kind: flag[3] === 'app' ? 'app' : 'group', flag: flag[2] === '+', range };
  }
  const [, name, value = ''] = VARIABLE.exec(word) ?? [];
  if (name === 'category') return { kind: 'category', category: value };
  if (name !== 'max-frames' && name !== 'min-frames') return `unknown action "${word}"`;
  const count = Number(value);
  return Number.isInteger(count) && count >= 0 ? { kind: name, count } : `"${word}" needs a whole number`;
}
