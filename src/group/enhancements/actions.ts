/**
 * Running rules over a stack. First the modifying actions (`app`, `category`) of all rules change the frames' states;
 * then the grouping actions, which see the final states, are collected as steps that `v1/stacktrace.ts` applies to
 * the components of each variant.
 */
import type { ExceptionFacts, FrameState, Range } from './rule.ts';
import type { RuleSet, StackMatches } from './rule-set.ts';

export interface GroupStep {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  readonly contributes: boolean;
  readonly hint: string;
}

export interface FrameLimit {
  readonly count: number;
  readonly by: string;
}

export interface GroupPlan {
  readonly steps: readonly GroupStep[];
  readonly maxFrames: FrameLimit | null;
  readonly minFrames: FrameLimit | null;
}

/** One rule set with the matches of the stack at hand; sets run in order: built-in first, then the project's. */
export interface BoundRules {
  readonly set: RuleSet;
  readonly stack: StackMatches;
}

export function applyModifications(bound: readonly BoundRules[], exception: ExceptionFacts): void {
  for (const { set, stack } of bound) {
    const states = stack.states;
    set.run('modify', stack, exception, ({ rule, hints }, frame) => {
      for (const action of rule.actions) {
        if (action.kind === 'category') {
          const state = states[frame];
          if (state) state.category = action.category;
        } else if (action.kind === 'app') {
          const hint = action.flag ? hints.inApp : hints.outOfApp;
          forRange(states, frame, action.range, (state) => {
            state.inApp = action.flag;
            state.appHint = hint;
          });
        }
      }
    });
  }
}

export function planGrouping(bound: readonly BoundRules[], exception: ExceptionFacts): GroupPlan {
  const steps: GroupStep[] = [];
  let maxFrames: FrameLimit | null = null;
  let minFrames: FrameLimit | null = null;
  for (const { set, stack } of bound) {
    const length = stack.states.length;
    set.run('group', stack, exception, ({ rule, hints }, frame) => {
      for (const action of rule.actions) {
        if (action.kind === 'group') {
          const [from, to] = rangeOf(frame, action.range, length);
          const hint = action.flag ? hints.unignored : hints.ignored;
          if (from < to) steps.push({ from, to, contributes: action.flag, hint });
        } else if (action.kind === 'max-frames') maxFrames = { count: action.count, by: hints.by };
        else if (action.kind === 'min-frames') minFrames = { count: action.count, by: hints.by };
      }
    });
  }
  return { steps, maxFrames, minFrames };
}

/** Frames are oldest first, so towards the crash is upwards in index; the matched frame itself is not in a range. */
function rangeOf(frame: number, range: Range, length: number): [number, number] {
  if (range === 'frame') return [frame, frame + 1];
  return range === 'towards-crash' ? [frame + 1, length] : [0, frame];
}

function forRange(
  states: readonly FrameState[],
  frame: number,
  range: Range,
  change: (state: FrameState) => void,
): void {
  const [from, to] = rangeOf(frame, range, states.length);
  for (let at = from; at < to; at++) {
    const state = states[at];
    if (state) change(state);
  }
}
