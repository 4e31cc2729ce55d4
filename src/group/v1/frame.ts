/** One frame as a component: module, else file name, and function and source line. Never line, column or address. */
import type { Frame } from '../../event.ts';
import { mutedLeaf, node, type Component } from './component.ts';
import { contextLineComponent } from './context-line.ts';
import type { KnownFrame } from './frame-facts.ts';

/** Places of a JavaScript engine where a stack passes through without saying anything. */
const LOW_QUALITY_PATHS = new Set(['[native code]', 'native code', 'eval code', '<anonymous>']);

export function frameComponent(frame: Frame, known: KnownFrame): Component {
  const contextLine = contextLineComponent(
    frame.context_line,
    frame.abs_path,
    frame.function,
    known.platform,
  );
  let fn = known.function;
  const [name] = fn.values;
  const javascript = known.facts.family === 'javascript';
  if (javascript && fn.contributes && contextLine.contributes && frame.data?.['sourcemap']) {
    // Minifiers rename functions at will; the source line is the stable half.
    fn = mutedLeaf(
      'function',
      typeof name === 'string' ? name : '',
      'ignored because sourcemap used and context line available',
    );
  }
  const component = node('frame', [known.module, known.filename, fn, contextLine]);
  if (javascript && (name === 'eval' || LOW_QUALITY_PATHS.has(frame.abs_path ?? ''))) {
    component.contributes = false;
    component.hint = 'ignored low quality javascript frame';
  }
  return component;
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
