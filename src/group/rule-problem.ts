/** What is wrong with a line of rules a person wrote, and where. */

export interface RuleProblem {
  /** From 1. */
  readonly line: number;
  /** From 1; one past the end where something is missing. */
  readonly column: number;
  readonly message: string;
}

/** Within one line; column from 0. */
export interface LineProblem {
  readonly at: number;
  readonly problem: string;
}

export interface ParsedLines<Rule> {
  readonly rules: readonly Rule[];
  readonly problems: readonly RuleProblem[];
}

/** More than any person writes; bounds what one project can cost. */
const MAX_RULES = 1000;

/** One rule a line; blank lines and `#` comments are passed over, lines that cannot be read are reported and skipped. */
export function parseLines<Rule extends object>(
  text: string,
  maxLine: number,
  parse: (line: string) => Rule | LineProblem,
): ParsedLines<Rule> {
  const rules: Rule[] = [];
  const problems: RuleProblem[] = [];
  for (const [index, raw] of text.split('\n').entries()) {
    const content = raw.trim();
    if (content === '' || content.startsWith('#')) continue;
    const parsed =
      content.length > maxLine
        ? { at: maxLine, problem: `longer than ${maxLine} characters` }
        : rules.length >= MAX_RULES
          ? { at: 0, problem: `more than ${MAX_RULES} rules` }
          : parse(content);
    if (!('problem' in parsed)) {
      rules.push(parsed);
      continue;
    }
    const indent = raw.length - raw.trimStart().length;
    problems.push({ line: index + 1, column: indent + parsed.at + 1, message: parsed.problem });
    if (rules.length >= MAX_RULES) break;
  }
  return { rules, problems };
}
