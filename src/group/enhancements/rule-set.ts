/**
 * Rules prepared for running. Which rules a frame's facts allow is found once per distinct frame (the caller caches
 * it); what depends on other frames, on the exception or on earlier rules is tested while running.
 */
import type { ExceptionFacts, FrameFacts, FramePattern, FrameState, Rule } from './rule.ts';

interface PreparedRule {
  readonly rule: Rule;
  readonly hints: RuleHints;
}

export interface RuleHints {
  readonly inApp: string;
  readonly outOfApp: string;
  readonly unignored: string;
  readonly ignored: string;
  /** ` by stack trace rule (…)`, for hints that carry a number. */
  readonly by: string;
}

/** Indexes of the rules a frame's facts allow, per phase. */
export interface RuleMatches {
  readonly modify: readonly number[];
  readonly group: readonly number[];
}

export type Phase = keyof RuleMatches;
export type Visit = (prepared: PreparedRule, frame: number) => void;

/** Stacks are cut to far fewer frames on arrival; beyond this, frames are not matched. */
const MAX_FRAMES = 4096;
const MAX_PLATFORMS = 64;

export interface RuleSet {
  match(facts: FrameFacts): RuleMatches;
  /** Calls `visit` for every rule and frame that match, rule by rule, frames from the thread's base to the crash. */
  run(phase: Phase, stack: StackMatches, exception: ExceptionFacts, visit: Visit): void;
}

export interface StackMatches {
  readonly facts: readonly FrameFacts[];
  readonly matches: readonly RuleMatches[];
  readonly states: readonly FrameState[];
}

export function createRuleSet(rules: readonly Rule[]): RuleSet {
  const prepared = rules.map(prepare);
  const closed: Record<Phase, number[]> = { modify: [], group: [] };
  const open: Record<Phase, number[]> = { modify: [], group: [] };
  for (const [index, rule] of rules.entries()) {
    // A rule without facts to test (`category:throw ^-group`) is tried on every frame.
    const target = rule.frame.facts.length === 0 ? open : closed;
    if (rule.actions.some((action) => action.kind === 'app' || action.kind === 'category'))
      target.modify.push(index);
    if (rule.actions.some((action) => action.kind !== 'app' && action.kind !== 'category'))
      target.group.push(index);
  }

  // Of several hundred rules, those that can concern a platform at all.
  const byPlatform = new Map<string, RuleMatches>();
  const candidates = ({ platform, family }: FrameFacts): RuleMatches => {
    const known = byPlatform.get(platform);
    if (known) return known;
    const concerns = (index: number): boolean => {
      const rule = rules[index];
      return (
        rule !== undefined &&
        (rule.platforms?.has(platform) ?? true) &&
        (rule.frame.families?.has(family) ?? true)
      );
    };
    const found = { modify: closed.modify.filter(concerns), group: closed.group.filter(concerns) };
    // Platform names come from clients.
    if (byPlatform.size < MAX_PLATFORMS) byPlatform.set(platform, found);
    return found;
  };
  const allowed = (indexes: readonly number[], facts: FrameFacts): readonly number[] => {
    const found = indexes.filter((index) => rules[index]?.frame.facts.every((test) => test(facts)));
    return found.length === 0 ? NONE : found;
  };

  return {
    match(facts) {
      const { modify, group } = candidates(facts);
      return { modify: allowed(modify, facts), group: allowed(group, facts) };
    },
    run(phase, stack, exception, visit) {
      const pairs: number[] = [];
      const count = Math.min(stack.states.length, MAX_FRAMES);
      for (let frame = 0; frame < count; frame++) {
        for (const index of stack.matches[frame]?.[phase] ?? NONE) pairs.push(index * MAX_FRAMES + frame);
      }
      if (pairs.length === 0 && open[phase].length === 0) return;
      pairs.sort((a, b) => a - b);
      let next = 0;
      const runClosedBefore = (limit: number): void => {
        for (let pair = pairs[next]; pair !== undefined && pair < limit; pair = pairs[next]) {
          visitIfMatching(Math.floor(pair / MAX_FRAMES), pair % MAX_FRAMES);
          next++;
        }
      };
      const visitIfMatching = (index: number, frame: number): void => {
        const candidate = prepared[index];
        if (candidate && holds(candidate.rule, frame, stack, exception)) visit(candidate, frame);
      };
      for (const index of open[phase]) {
        runClosedBefore(index * MAX_FRAMES);
        for (let frame = 0; frame < count; frame++) visitIfMatching(index, frame);
      }
      runClosedBefore(Number.POSITIVE_INFINITY);
    },
  };
}

const NONE: readonly number[] = [];

function prepare(rule: Rule): PreparedRule {
  const by = ` by stack trace rule (${rule.text})`;
  return {
    rule,
    hints: {
      inApp: `marked in-app${by}`,
      outOfApp: `marked out of app${by}`,
      unignored: `un-ignored${by}`,
      ignored: `ignored${by}`,
      by,
    },
  };
}

/** The part of a rule that facts of the frame itself do not settle. */
function holds(rule: Rule, frame: number, stack: StackMatches, exception: ExceptionFacts): boolean {
  const state = stack.states[frame];
  if (!state || !rule.frame.state.every((test) => test(state, exception))) return false;
  if (rule.caller && !matchesAt(rule.caller, frame - 1, stack, exception)) return false;
  return !rule.callee || matchesAt(rule.callee, frame + 1, stack, exception);
}

function matchesAt(
  pattern: FramePattern,
  frame: number,
  stack: StackMatches,
  exception: ExceptionFacts,
): boolean {
  const facts = stack.facts[frame];
  const state = stack.states[frame];
  if (!facts || !state) return false;
  return pattern.facts.every((test) => test(facts)) && pattern.state.every((test) => test(state, exception));
}
