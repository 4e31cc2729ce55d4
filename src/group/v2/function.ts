/** GR23: the function of a frame without numbers that compilers give and change when code elsewhere changes. */
import type { Component } from '../v1/component.ts';
import { functionComponent as v1Function, type FunctionInput } from '../v1/function-name.ts';
import { platformFamily } from '../v1/platform.ts';

/** `checkout [as onClick]`, `new Cart`, `async load`: how it was called, which engines tell or do not. */
const CALLED_AS = / \[as [^\]]{0,200}\]$/;
const CALL_PREFIX = /^(?:async |new )+/;
const RUST_HASH = /::h[0-9a-f]{16}$/;
const ERB_NUMBERS = /_{2,4}\d+_\d+$/;
/** PHP 8.4 names a closure after its function and line, older ones after its namespace. */
const PHP_CLOSURE = /(?:[\w\\]{1,200}\\)?\{closure(?::[^{}]{0,400})?\}/g;
const BLOCK_NUMBER = /(_block_invoke)_\d+/g;
const GO_CLOSURE = /\.func\d+(?:\.\d+)*/g;
const GO_TYPES = /\[[^\]]{0,400}\]/g;
const CSHARP_CLOSURE = />([bdg])__\d+(?:_\d+)?/g;

export function functionComponent(input: FunctionInput): Component {
  const javascript = platformFamily(input.platform) === 'javascript';
  const component = v1Function(javascript ? asCalled(input) : input);
  const [name] = component.values;
  if (!component.contributes || typeof name !== 'string') return component;
  const cleaned = cleanFunction(name, input.platform) || name;
  return cleaned === name ? component : { ...component, values: [cleaned], hint: 'cut generated number' };
}

/** Before v1 takes the part behind the last dot: `Zf [as ui.withScope]` ends in brackets. */
function asCalled(input: FunctionInput): FunctionInput {
  const { function: name, rawFunction } = input;
  return { ...input, function: name && plain(name), rawFunction: rawFunction && plain(rawFunction) };
}

function plain(name: string): string {
  return name.includes(' ') ? name.replace(CALLED_AS, '').replace(CALL_PREFIX, '') : name;
}

function cleanFunction(name: string, platform: string): string {
  const text = name.replace(RUST_HASH, '');
  switch (platform) {
    case 'ruby':
      // v1 cuts long numbers, and leaves a blank behind.
      return text.replace(ERB_NUMBERS, '').replace(/_html_erb_$/, '_html_erb');
    case 'php':
      return text.replace(PHP_CLOSURE, '{closure}');
    case 'go':
      return text.replace(GO_CLOSURE, '.func').replace(GO_TYPES, '[...]');
    case 'csharp':
      return text.replace(CSHARP_CLOSURE, '>$1__');
    default:
      return text.replace(BLOCK_NUMBER, '$1');
  }
}
