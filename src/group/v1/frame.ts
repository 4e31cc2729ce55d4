/** One frame as a component: module, else file name, and function and source line. Never line, column or address. */
import type { Frame } from '../../event.ts';
import { collectValues, mutedLeaf, node, type Component } from './component.ts';
import { contextLineComponent } from './context-line.ts';
import type { KnownFrame } from './frame-facts.ts';

/** Places of a JavaScript engine where a stack passes through without saying anything. */
const LOW_QUALITY_PATHS = new Set(['[native code]', 'native code', 'eval code', '<anonymous>']);

/** Shared between events: never changed, each variant makes its own copy. */
export function frameComponent(frame: Frame, known: KnownFrame): Readonly<Component> {
  const mapped = Boolean(frame.data?.['sourcemap']);
  const last = known.last;
  if (last && last.line === frame.context_line && last.mapped === mapped) return last.component;
  const component = describe(frame, known, mapped);
  // Longer lines would make the cache heavy; they are cut and muted anyway.
  if ((frame.context_line?.length ?? 0) < 512) known.last = { line: frame.context_line, mapped, component };
  return component;
}

function describe(frame: Frame, known: KnownFrame, mapped: boolean): Component {
  const contextLine = contextLineComponent(frame.context_line, known.path, frame.function, known.platform);
  let fn = known.function;
  const [name] = fn.values;
  const javascript = known.facts.family === 'javascript';
  if (javascript && fn.contributes && contextLine.contributes && mapped && typeof name === 'string') {
    // Minifiers rename functions at will; the source line is the stable half.
    fn = mutedLeaf('function', name, 'ignored because sourcemap used and context line available');
  }
  const parts = node('frame', [known.module, known.filename, fn, contextLine]);
  const values: string[] = [];
  collectValues(parts, values);
  const lowQuality = javascript && (name === 'eval' || LOW_QUALITY_PATHS.has(known.path ?? ''));
  return {
    ...parts,
    contributes: parts.contributes && !lowQuality,
    hint: lowQuality ? 'ignored low quality javascript frame' : null,
    text: values.join(''),
  };
}

/** The same call again: one place calling itself any number of times. Two calls from different lines are two. */
export function isRecursion(frame: Frame, previous: Frame): boolean {
  return (
    frame.function === previous.function &&
    frame.lineno === previous.lineno &&
    frame.colno === previous.colno &&
    frame.module === previous.module &&
    frame.filename === previous.filename &&
    frame.package === previous.package &&
    frame.abs_path === previous.abs_path
  );
}
