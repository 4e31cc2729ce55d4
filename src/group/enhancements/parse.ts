/**
 * The rule language of stack trace rules, one rule a line:
 *   [ caller ] | key:pattern !key:"pattern with spaces" | [ callee ]   +app -group ^-group v+app category=x max-frames=N
 * `#` starts a comment. In comes text a person wrote; a line that cannot be read is reported and skipped, never fatal.
 */
import { createMatcher } from './match.ts';
import { parseLines, type LineProblem, type ParsedLines } from '../rule-problem.ts';
import type { Action, FramePattern, Range, Rule } from './rule.ts';

export type ParsedRules = ParsedLines<Rule>;

const MAX_LINE = 1024;
const TOKEN = /\[(?=\s)|\](?=\s|$)|\||(?:\\.|[^\s"\\]|"(?:[^"\\]|\\.){0,1024}")+/g;
const FLAG = /^([\^v]?)([+-])(app|group)$/;
const VARIABLE = /^(category|max-frames|min-frames)=(.+)$/;
const MATCHER = /^(!?)([a-z][a-z._-]{0,31}):(.*)$/;

export function parseRules(text: string): ParsedRules {
  return parseLines(text, MAX_LINE, parseLine);
}

interface Word {
  readonly text: string;
  readonly at: number;
}

/** A rule, or what is wrong with the line. */
function parseLine(line: string): Rule | LineProblem {
  const words = splitWords(line);
  if ('problem' in words) return words;
  const wrong = (index: number, problem: string): LineProblem => ({
    at: words[index]?.at ?? line.length,
    problem,
  });
  const text = (index: number) => words[index]?.text;
  const closing = (from: number) => words.findIndex((word, i) => i >= from && word.text === ']');
  let at = 0;
  let caller: FramePattern | null = null;
  let callee: FramePattern | null = null;
  if (text(at) === '[') {
    const close = closing(at);
    if (close < 0 || text(close + 1) !== '|') return wrong(at, 'a caller is written [ matchers ] |');
    const pattern = parsePattern(words.slice(at + 1, close), words[close]?.at ?? 0);
    if ('problem' in pattern) return pattern;
    caller = pattern;
    at = close + 2;
  }
  const start = at;
  while (at < words.length && MATCHER.test(text(at) ?? '')) at++;
  const frame = parsePattern(words.slice(start, at), words[at]?.at ?? line.length);
  if ('problem' in frame) return frame;
  if (text(at) === '|') {
    const close = closing(at);
    if (text(at + 1) !== '[' || close < 0) return wrong(at, 'a callee is written | [ matchers ]');
    const pattern = parsePattern(words.slice(at + 2, close), words[close]?.at ?? 0);
    if ('problem' in pattern) return pattern;
    callee = pattern;
    at = close + 1;
  }
  const actions: Action[] = [];
  for (; at < words.length; at++) {
    const word = text(at) ?? '';
    if (word.startsWith('#')) break;
    const action = parseAction(word);
    if (typeof action === 'string') return wrong(at, action);
    actions.push(action);
  }
  if (actions.length === 0) return wrong(at, 'no action');
  return {
    platforms: null,
    text: words.map((word) => word.text).join(' '),
    frame,
    caller,
    callee,
    actions,
  };
}

function splitWords(line: string): readonly Word[] | LineProblem {
  const words: Word[] = [];
  let end = 0;
  for (const match of line.matchAll(TOKEN)) {
    const gap = line.slice(end, match.index).search(/\S/);
    if (gap >= 0) return { at: end + gap, problem: `unexpected ${line.charAt(end + gap)}` };
    words.push({ text: match[0], at: match.index });
    if (match[0].startsWith('#')) return words;
    end = match.index + match[0].length;
  }
  const rest = line.slice(end).search(/\S/);
  return rest < 0 ? words : { at: end + rest, problem: `unexpected ${line.charAt(end + rest)}` };
}

function parsePattern(words: readonly Word[], end: number): FramePattern | LineProblem {
  if (words.length === 0) return { at: end, problem: 'no matcher' };
  const facts: FramePattern['facts'][number][] = [];
  const state: FramePattern['state'][number][] = [];
  let families: ReadonlySet<string> | null = null;
  for (const { text, at } of words) {
    const [, negate, key = '', pattern = ''] = MATCHER.exec(text) ?? [];
    const matcher = createMatcher(key, unquote(pattern), negate === '!');
    if (!matcher) return { at, problem: `unknown matcher "${text}"` };
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
