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

export interface ParsedFingerprintRules {
  readonly rules: readonly FingerprintRule[];
  readonly problems: readonly { readonly line: number; readonly message: string }[];
}

const MAX_RULES = 1000;
const MAX_LINE = 2048;
const MATCHER = /\s*(!?[a-z][\w.-]{0,200}):("(?:[^"\\]|\\.){0,1024}"|[^\s"]\S{0,1024})/y;
const TITLE = /\s*title="((?:[^"\\]|\\.){0,1024})"\s*$/;

export function parseFingerprintRules(text: string): ParsedFingerprintRules {
  const rules: FingerprintRule[] = [];
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

function parseLine(line: string): FingerprintRule | string {
  const matchers: FingerprintMatcher[] = [];
  MATCHER.lastIndex = 0;
  let end = 0;
  for (let match = MATCHER.exec(line); match; match = MATCHER.exec(line)) {
    end = MATCHER.lastIndex;
    const matcher = createFingerprintMatcher(match[1] ?? '', unquote(match[2] ?? ''));
    if (!matcher) return `unknown matcher "${match[1]}"`;
    matchers.push(matcher);
  }
  const rest = line.slice(end).trim();
  if (matchers.length === 0) return 'no matcher';
  if (!rest.startsWith('->')) return 'no "->" after the matchers';
  const title = TITLE.exec(rest);
  const values = (title ? rest.slice(0, title.index) : rest).slice(2);
  const fingerprint = splitValues(values);
  if (fingerprint.length === 0) return 'no fingerprint';
  return { text: line, matchers, fingerprint, title: title ? unescape(title[1] ?? '') : null };
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
