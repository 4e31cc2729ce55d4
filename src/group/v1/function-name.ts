/**
 * The function of a frame as a component. Compilers, proxies and engines decorate function names with things that
 * change between builds, browsers or processes; what is left here is the part a programmer wrote.
 */
import { leaf, mutedLeaf, type Component } from './component.ts';
import { platformFamily } from './platform.ts';
import { trimFunctionName } from './trim-function.ts';

/** What browsers call a function that has no name. */
const JAVASCRIPT_UNNAMED = new Set(['?', '<anonymous function>', '<anonymous>', 'Anonymous function']);

/** Rails compiles each template to a method: `_app_views_cart_erb___123_456`, numbered by process. */
const ERB_SUFFIX = /__\d{4,}_\d{4,}$/;

export interface FunctionInput {
  readonly function: string | undefined;
  readonly rawFunction: string | undefined;
  readonly platform: string;
}

/** The name that rules match and that is shown: trimmed here unless the SDK or symbolication already kept the raw one. */
export function displayFunction(input: FunctionInput): string | undefined {
  const name = input.function;
  if (!name) return undefined;
  return input.rawFunction ? name : trimFunctionName(name, input.platform);
}

export function functionComponent(input: FunctionInput): Component {
  const { platform } = input;
  if (platformFamily(platform) === 'javascript')
    return javascriptFunction(input.rawFunction || input.function);
  // .NET frames always counted with their arguments; symbolication later moved those to the raw name.
  const name = platform === 'csharp' ? input.rawFunction || input.function : displayFunction(input);
  if (!name) return leaf('function', null);
  switch (platform) {
    case 'ruby': {
      if (name.startsWith('block ')) return leaf('function', 'block', 'ruby block');
      const cleaned = name.replace(ERB_SUFFIX, '');
      return leaf('function', cleaned, cleaned === name ? null : 'removed generated erb template suffix');
    }
    case 'php':
      return name.startsWith('[Anonymous') || name.startsWith('class@anonymous')
        ? mutedLeaf('function', name, 'ignored anonymous function')
        : leaf('function', name);
    case 'java':
      return name.startsWith('lambda$')
        ? mutedLeaf('function', name, 'ignored lambda function')
        : leaf('function', name);
    default:
      return platformFamily(platform) === 'native' && (name === '<redacted>' || name === '<unknown>')
        ? mutedLeaf('function', name, 'ignored unknown function')
        : leaf('function', name);
  }
}

/** `Object.foo`, `Foo.foo` and `foo` are one function seen by different engines. */
function javascriptFunction(name: string | undefined): Component {
  if (!name) return leaf('function', null);
  const last = name.slice(name.lastIndexOf('.') + 1);
  if (JAVASCRIPT_UNNAMED.has(last) || last.endsWith('/<')) {
    return mutedLeaf('function', last || name, 'ignored unknown function name');
  }
  return leaf('function', last, last === name ? null : 'trimmed javascript function');
}
