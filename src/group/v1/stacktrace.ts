/**
 * A stack as two components: `app` (frames of the user's code) and `system` (all). Rules run first and decide what is
 * in-app; then each variant drops what is not its business, repeated calls, and what the rules exclude.
 */
import type { Stacktrace } from '../../event.ts';
import {
  applyModifications,
  planGrouping,
  type BoundRules,
  type GroupPlan,
} from '../enhancements/actions.ts';
import type { ExceptionFacts, FrameState } from '../enhancements/rule.ts';
import { mute, node, type Component } from './component.ts';
import { frameFacts, type KnownFrame } from './frame-facts.ts';
import { frameComponent, isRecursion } from './frame.ts';
import type { ProjectRules } from './project-rules.ts';
import type { Strategy } from './strategy.ts';
import { isUrl } from './url-origin.ts';

export interface StackComponents {
  readonly app: Component;
  readonly system: Component;
  /** Per frame, after the rules. */
  readonly inApp: readonly boolean[];
  readonly known: readonly KnownFrame[];
}

export function stacktraceComponents(
  stacktrace: Stacktrace,
  platform: string,
  exception: ExceptionFacts,
  project: ProjectRules | null,
  strategy: Strategy,
): StackComponents {
  const { frames } = stacktrace;
  const known = frames.map((frame) => frameFacts(frame, platform, strategy));
  const states: FrameState[] = frames.map((frame) => ({
    inApp: frame.in_app === true,
    category: null,
    appHint: null,
  }));
  const facts = known.map((entry) => entry.facts);
  const bound: BoundRules[] = [
    { set: strategy.builtin, stack: { facts, states, matches: known.map((entry) => entry.builtin) } },
  ];
  if (project) {
    bound.push({
      set: project.set,
      stack: { facts, states, matches: known.map((entry) => project.match(entry)) },
    });
  }
  applyModifications(bound, exception);
  const plan = planGrouping(bound, exception);

  const base = frames.map((frame, index) => frameComponent(frame, at(known, index)));
  const recursive = frames.map((frame, index) => index > 0 && isRecursion(frame, at(frames, index - 1)));
  const system = base.map((component, index) =>
    variantFrame(component, at(states, index), recursive[index], true),
  );
  const app = base.map((component, index) =>
    variantFrame(component, at(states, index), recursive[index], false),
  );
  muteLonelyPageFrame(known, system);
  muteLonelyPageFrame(known, app);
  return {
    app: assemble(app, plan),
    system: assemble(system, plan),
    inApp: states.map((state) => state.inApp),
    known,
  };
}

function variantFrame(
  base: Component,
  state: FrameState,
  recursive: boolean | undefined,
  system: boolean,
): Component {
  const { contributes, hint } = base;
  const component: Component = { id: 'frame', contributes, hint, values: base.values, text: base.text ?? '' };
  if (!system && !state.inApp) mute(component, state.appHint ?? 'non app frame');
  else if (recursive) mute(component, 'ignored due to recursion');
  else if (hint === null) component.hint = state.appHint;
  return component;
}

/** A single frame without a name somewhere on a page: every error of that page would be one issue. */
function muteLonelyPageFrame(known: readonly KnownFrame[], components: readonly Component[]): void {
  const [frame] = known;
  const [component] = components;
  if (!frame || !component?.contributes || known.length !== 1) return;
  if (frame.facts.family === 'javascript' && frame.function.values.length === 0 && isUrl(frame.path)) {
    mute(component, 'ignored single nameless frame at an address');
  }
}

function assemble(frames: Component[], plan: GroupPlan): Component {
  for (const step of plan.steps) {
    for (let index = step.from; index < step.to; index++) {
      const component = frames[index];
      if (!component || component.contributes === step.contributes) continue;
      component.contributes = step.contributes;
      component.hint = step.hint;
    }
  }
  limitFrames(frames, plan);
  const stack = node('stacktrace', frames);
  if (plan.minFrames && stack.contributes) {
    const count = frames.filter((frame) => frame.contributes).length;
    if (count < plan.minFrames.count) {
      const what = `${count} ${count === 1 ? 'frame' : 'frames'}`;
      mute(
        stack,
        `discarded because stack trace only contains ${what} which is under the configured threshold${plan.minFrames.by}`,
      );
    }
  }
  return stack;
}

/** Keeps the frames nearest to the crash. */
function limitFrames(frames: readonly Component[], plan: GroupPlan): void {
  if (!plan.maxFrames || plan.maxFrames.count === 0) return;
  let left = plan.maxFrames.count;
  for (let index = frames.length - 1; index >= 0; index--) {
    const component = frames[index];
    if (!component?.contributes) continue;
    if (left > 0) left--;
    else
      mute(
        component,
        `ignored because only ${plan.maxFrames.count} frames are considered${plan.maxFrames.by}`,
      );
  }
}

/** Parallel arrays of the frames' length. */
function at<T>(list: readonly T[], index: number): T {
  const value = list[index];
  if (value === undefined) throw new RangeError('frame index outside of the stack');
  return value;
}
