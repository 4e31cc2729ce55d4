/**
 * The rule language of fingerprint rules (GR3), one rule a line:
 *   type:DbError !message:"*retry*"  ->  database, {{ transaction }} title="Database: {{ value }}"
 * In comes text a person wrote; a line that cannot be read is reported and skipped, never fatal.
 */
import {
  createFingerprintMatcher,
  type FingerprintMatcher,
  type FingerprintRule,
} from './fingerprint-rules.ts';
import { parseLines, type LineProblem, type ParsedLines } from '../rule-problem.ts';

export type ParsedFingerprintRules = ParsedLines<FingerprintRule>;

const MAX_LINE = 2048;
const MATCHER = /\s*(!?[a-z][\w.-]{0,200}):("(?:[^"\\]|\\.){0,1024}"|[^\s"]\S{0,1024})/y;
const TITLE = /\s*title="((?:[^"\\]|\\.){0,1024})"\s*$/;

export function parseFingerprintRules(text: string): ParsedFingerprintRules {
  return parseLines(text, MAX_LINE, parseLine);
}

function parseLine(line: string): FingerprintRule | LineProblem {
  const matchers: FingerprintMatcher[] = [];
  MATCHER.lastIndex = 0;
  let end = 0;
  for (let match = MATCHER.exec(line); match; match = MATCHER.exec(line)) {
    const matcher = createFingerprintMatcher(match[1] ?? '', unquote(match[2] ?? ''));
    if (!matcher) return { at: startOfWord(line, end), problem: `unknown matcher "${match[1]}"` };
    end = MATCHER.lastIndex;
    matchers.push(matcher);
  }
  const rest = line.slice(end).trim();
  if (matchers.length === 0) return { at: 0, problem: 'no matcher' };
  if (!rest.startsWith('->')) return { at: startOfWord(line, end), problem: 'no "->" after the matchers' };
  const title = TITLE.exec(rest);
  const values = (title ? rest.slice(0, title.index) : rest).slice(2);
  const fingerprint = splitValues(values);
  if (fingerprint.length === 0) return { at: line.length, problem: 'no fingerprint' };
  return { text: line, matchers, fingerprint, title: title ? unescape(title[1] ?? '') : null };
}

/** The first character from `at` that is not blank. */
function startOfWord(line: string, at: number): number {
  return line.length - line.slice(at).trimStart().length;
}

/** `a, "b, c", {{ type }}` → three values; a value without a comma may hold blanks. */
function splitValues(text: string): string[] {
  const values = text.match(/"(?:[^"\\]|\\.){0,1024}"|[^,]+/g) ?? [];
  return values.map((value) => unquote(value.trim())).filter((value) => value !== '');
}

function unquote(text: string): string {
  return text.length >= 2 && text.startsWith('"') && text.endsWith('"') ? unescape(text.slice(1, -1)) : text;
}

function unescape(text: string): string {
  return text.replaceAll('\\"', '"');
}
