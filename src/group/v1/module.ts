/** The module of a frame as a component: the best name there is, except where it is made up anew in every process. */
import { cleanGeneratedClass } from './codegen.ts';
import { leaf, mutedLeaf, type Component } from './component.ts';

const METHOD_ACCESSOR = /^((?:sun|jdk\.internal)\.reflect\.GeneratedMethodAccessor)/;

export function moduleComponent(
  module: string | undefined,
  absPath: string | undefined,
  platform: string,
): Component {
  if (!module) return leaf('module', null);
  if (platform === 'javascript') {
    // A page without a file name (https://shop.test/cart/17): the SDK derived "module" from the address.
    return module.includes('/') && absPath?.endsWith(module)
      ? mutedLeaf('module', module, 'ignored bad javascript module')
      : leaf('module', module);
  }
  if (platform !== 'java') return leaf('module', module);
  if (module.includes('$$Lambda$')) return mutedLeaf('module', module, 'ignored java lambda');
  const accessor = METHOD_ACCESSOR.exec(module)?.[1];
  if (accessor) return leaf('module', accessor, 'removed reflection marker');
  const cleaned = cleanGeneratedClass(module);
  return leaf('module', cleaned, cleaned === module ? null : 'removed codegen marker');
}
