/**
 * GR4, GR5: the ways to look at an event, in order of precedence, and what of it becomes a hash. The first source that
 * contributes wins; the others are kept in the tree, muted, so that a person sees what was not used.
 */
import type { Exception, SentryEvent } from '../../event.ts';
import { NO_EXCEPTION } from '../enhancements/rule.ts';
import { collectValues, mute, node, type Component } from './component.ts';
import { reduceExceptionGroups } from './exception-groups.ts';
import { exceptionComponents, type ExceptionComponents } from './exception.ts';
import type { RuledStack } from './fingerprint-rules.ts';
import { hashComponent } from './hash.ts';
import { messageComponent } from './message.ts';
import type { ProjectRules } from './project-rules.ts';
import { securityComponent } from './security-report.ts';
import { stacktraceComponents } from './stacktrace.ts';
import type { Strategy } from './strategy.ts';
import { templateComponent } from './template.ts';
import { chooseThread } from './threads.ts';

export type VariantName = 'app' | 'system' | 'default';

type Hashes = { readonly [variant in VariantName]?: string | null };

/** The components of one source by variant. */
interface Source {
  readonly name: string;
  /** Found while settling the variants, kept because hashing is the dearest step. */
  readonly hashes?: Hashes;
  readonly app?: Component;
  readonly system?: Component;
  readonly default?: Component;
}

export interface Variants {
  readonly components: ReadonlyMap<VariantName, Component>;
  /** Of the source that won; absent: the variant does not contribute. */
  readonly hashes: Hashes;
  /** Per stack in event order, after the rules. */
  readonly inApp: InApp;
  /** What fingerprint rules look at. */
  readonly stacks: readonly RuledStack[];
  /** The exception that names the issue when it is not the last one. */
  readonly mainException: Exception | null;
}

export interface InApp {
  readonly exceptions: readonly (readonly boolean[])[];
  readonly threads: readonly (readonly boolean[])[];
  readonly stacktrace: readonly boolean[];
}

const ORDER: readonly VariantName[] = ['app', 'default', 'system'];

export function eventVariants(
  event: SentryEvent,
  project: ProjectRules | null,
  strategy: Strategy,
): Variants {
  const exceptions = (event.exception ?? []).map((exception) =>
    exceptionComponents(exception, event.platform, project, strategy),
  );
  const threads = (event.threads ?? []).map((thread) =>
    thread.stacktrace && thread.stacktrace.frames.length > 0
      ? stacktraceComponents(thread.stacktrace, event.platform, NO_EXCEPTION, project, strategy)
      : null,
  );
  const stack =
    event.stacktrace && event.stacktrace.frames.length > 0
      ? stacktraceComponents(event.stacktrace, event.platform, NO_EXCEPTION, project, strategy)
      : null;
  const { source: exceptionSource, main } = exceptionsSource(event.exception ?? [], exceptions);
  const sources: (Source | null)[] = [
    exceptionSource,
    threadsSource(event, threads),
    stack ? settle({ name: 'stacktrace', app: stack.app, system: stack.system }) : null,
    defaultSource('template', templateComponent(event)),
    defaultSource('security report', securityComponent(event)),
    defaultSource('message', messageComponent(event, strategy)),
  ];
  return {
    ...combine(sources.filter((source) => source !== null)),
    inApp: {
      exceptions: exceptions.map((one) => one.inApp),
      threads: threads.map((one) => one?.inApp ?? []),
      stacktrace: stack?.inApp ?? [],
    },
    stacks: ruledStacks(event, exceptions, stack, threads),
    mainException: main,
  };
}

function ruledStacks(
  event: SentryEvent,
  exceptions: readonly ExceptionComponents[],
  stack: RuledStack | null,
  threads: readonly (RuledStack | null)[],
): RuledStack[] {
  const stacks: RuledStack[] = [...exceptions, ...(stack ? [stack] : [])];
  if (stacks.some(({ known }) => known.length > 0)) return stacks;
  const all = event.threads ?? [];
  return threads.filter((one, index): one is RuledStack => {
    const thread = all[index];
    return one !== null && Boolean(thread?.crashed || thread?.current || all.length === 1);
  });
}

function exceptionsSource(
  exceptions: readonly Exception[],
  components: readonly ExceptionComponents[],
): { source: Source | null; main: Exception | null } {
  const [single] = components;
  if (!single) return { source: null, main: null };
  const of = new Map(exceptions.map((exception, index) => [exception, components[index]]));
  const { exceptions: kept, main } = reduceExceptionGroups(exceptions, (exception) =>
    identity(of.get(exception)),
  );
  const chosen = kept.map((exception) => of.get(exception)).filter((one) => one !== undefined);
  const [only] = chosen;
  const app = chosen.map((one) => one.app);
  // An exception without frames has nothing to add to "all frames".
  const system = chosen.map((one) => one.system).filter((one) => one !== null);
  const source =
    only && chosen.length === 1
      ? { name: 'exception', app: only.app, ...(only.system ? { system: only.system } : {}) }
      : {
          name: 'exception',
          app: node('chained-exception', app),
          ...(system.length > 0 ? { system: node('chained-exception', system) } : {}),
        };
  return { source: settle(source), main };
}

function identity(components: ExceptionComponents | undefined): string {
  const values: string[] = [];
  if (components?.app) collectValues(components.app, values);
  if (components?.system) collectValues(components.system, values);
  return values.join('\n');
}

function threadsSource(
  event: SentryEvent,
  stacks: readonly (ReturnType<typeof stacktraceComponents> | null)[],
): Source | null {
  const threads = event.threads ?? [];
  if (threads.length === 0) return null;
  const choice = chooseThread(threads);
  if (choice.kind === 'none') return { name: 'threads', app: node('threads', [], choice.hint) };
  const stack = stacks[threads.indexOf(choice.thread)];
  if (!stack)
    return { name: 'threads', app: node('threads', [], 'ignored because thread has no stacktrace') };
  return settle({
    name: 'threads',
    app: node('threads', [stack.app]),
    system: node('threads', [stack.system]),
  });
}

function defaultSource(name: string, component: Component | null): Source | null {
  return component && { name, default: component };
}

/** GR4: `app` steps back where it only repeats `system`, or has no stack while `system` has. */
function settle(source: Source): Source {
  const { app, system } = source;
  if (!app?.contributes || !system?.contributes) return source;
  if (hasContributingStack(system) && !hasContributingStack(app)) {
    mute(
      app,
      'ignored because this variant does not have a contributing stacktrace, but the system variant does',
    );
    return source;
  }
  const hashes = { app: hashComponent(app), system: hashComponent(system) };
  if (hashes.app === hashes.system) mute(app, 'ignored because hash matches system variant');
  return { ...source, hashes: { system: hashes.system, app: app.contributes ? hashes.app : null } };
}

function hasContributingStack(component: Component): boolean {
  if (component.id === 'stacktrace') return component.contributes;
  return component.values.some((value) => typeof value !== 'string' && hasContributingStack(value));
}

function combine(sources: readonly Source[]): Pick<Variants, 'components' | 'hashes'> {
  let winner: Source | null = null;
  let precedence = '';
  const parts = new Map<VariantName, Component[]>();
  for (const source of sources) {
    const contributing = ORDER.filter((variant) => source[variant]?.contributes);
    for (const variant of ORDER) {
      const component = source[variant];
      if (!component) continue;
      if (winner && component.contributes) mute(component, precedence);
      const list = parts.get(variant);
      if (list) list.push(component);
      else parts.set(variant, [component]);
    }
    if (!winner && contributing.length > 0) {
      winner = source;
      const where = contributing.includes('default') ? '' : ` of ${contributing.join('/')}`;
      precedence = `${source.name}${where} takes precedence`;
    }
  }
  const components = new Map<VariantName, Component>();
  for (const [variant, list] of parts) {
    const component = node(variant, list);
    if (!component.contributes && precedence !== '') component.hint = precedence;
    components.set(variant, component);
  }
  return { components, hashes: winner ? hashesOf(winner) : {} };
}

function hashesOf(source: Source): Hashes {
  if (source.hashes) return source.hashes;
  const hashes: { [variant in VariantName]?: string | null } = {};
  for (const variant of ORDER) {
    const component = source[variant];
    if (component?.contributes) hashes[variant] = hashComponent(component);
  }
  return hashes;
}
