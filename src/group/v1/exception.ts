/** One exception as components: stack, type, and the value where the stack says nothing. */
import type { Exception } from '../../event.ts';
import { NO_EXCEPTION, type ExceptionFacts } from '../enhancements/rule.ts';
import { leaf, mute, node, type Component } from './component.ts';
import type { KnownFrame } from './frame-facts.ts';
import { textComponent } from './message.ts';
import type { ProjectRules } from './project-rules.ts';
import { stacktraceComponents } from './stacktrace.ts';
import type { Strategy } from './strategy.ts';

export interface ExceptionComponents {
  readonly app: Component;
  /** null without frames: all frames are then the same as the user's frames. */
  readonly system: Component | null;
  readonly inApp: readonly boolean[];
  readonly known: readonly KnownFrame[];
}

export function exceptionComponents(
  exception: Exception,
  platform: string,
  project: ProjectRules | null,
  strategy: Strategy,
): ExceptionComponents {
  const frames = exception.stacktrace?.frames ?? [];
  if (frames.length === 0 || !exception.stacktrace) {
    return {
      app: exceptionNode(exception, platform, node('stacktrace', []), strategy),
      system: null,
      inApp: [],
      known: [],
    };
  }
  const stack = stacktraceComponents(exception.stacktrace, platform, factsOf(exception), project, strategy);
  return {
    app: exceptionNode(exception, platform, stack.app, strategy),
    system: exceptionNode(exception, platform, stack.system, strategy),
    inApp: stack.inApp,
    known: stack.known,
  };
}

function factsOf(exception: Exception): ExceptionFacts {
  const { type, value, mechanism } = exception;
  if (!type && !value && !mechanism?.type) return NO_EXCEPTION;
  return { type: type ?? '', value: value?.slice(0, 8192) ?? '', mechanism: mechanism?.type ?? '' };
}

function exceptionNode(
  exception: Exception,
  platform: string,
  stack: Component,
  strategy: Strategy,
): Component {
  const type = leaf('type', exception.type);
  // A synthetic type (SIGSEGV, "Error" made to capture a stack) was invented to report, nobody threw it.
  if (exception.mechanism?.synthetic && type.contributes)
    mute(type, 'ignored because exception is synthetic');
  const values: Component[] = [stack, type];
  const nsError = nsErrorComponent(exception);
  if (nsError) values.push(nsError);
  const value = textComponent('value', exception.value ?? '', strategy);
  if (value.contributes && stack.contributes && !strategy.valueBesideStack(exception, platform))
    mute(value, 'ignored because stacktrace takes precedence');
  if (value.contributes && nsError?.contributes)
    mute(value, 'ignored because ns-error info takes precedence');
  values.push(value);
  return node('exception', values);
}

/** Cocoa: domain and code identify an error, its localised text does not. */
function nsErrorComponent(exception: Exception): Component | null {
  const info = exception.mechanism?.meta?.['ns_error'];
  if (typeof info !== 'object' || info === null || Array.isArray(info)) return null;
  const values: string[] = [];
  for (const part of [info['domain'], info['code']]) {
    if (typeof part === 'string' || typeof part === 'number') values.push(String(part));
  }
  return { id: 'ns-error', contributes: values.length > 0, hint: null, values };
}
