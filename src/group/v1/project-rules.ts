/** A project's own stack trace rules, parsed and with their matches kept; one instance per distinct text. */
import { Lru } from '../../lib/lru.ts';
import { parseRules } from '../enhancements/parse.ts';
import { createRuleSet, type RuleMatches, type RuleSet } from '../enhancements/rule-set.ts';
import type { KnownFrame } from './frame-facts.ts';

export interface ProjectRules {
  readonly set: RuleSet;
  match(frame: KnownFrame): RuleMatches;
}

const parsed = new Lru<string, ProjectRules>(100);

/** null when the text holds no rule: the common case costs nothing. */
export function projectRules(text: string | undefined): ProjectRules | null {
  if (!text || text.trim() === '') return null;
  const cached = parsed.get(text);
  if (cached) return cached;
  const rules = create(text);
  parsed.set(text, rules);
  return rules;
}

function create(text: string): ProjectRules {
  const set = createRuleSet(parseRules(text).rules);
  const matches = new WeakMap<KnownFrame, RuleMatches>();
  return {
    set,
    match(frame) {
      const cached = matches.get(frame);
      if (cached) return cached;
      const found = set.match(frame.facts);
      matches.set(frame, found);
      return found;
    },
  };
}
