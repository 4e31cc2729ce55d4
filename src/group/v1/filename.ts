/** The file of a frame as a component: its last part in lower case, so that deploy folders and hosts do not matter. */
import { cleanJavassist } from './codegen.ts';
import { leaf, mutedLeaf, type Component } from './component.ts';
import { hasUrlOrigin } from './url-origin.ts';

export function basename(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

export function filenameComponent(filename: string | undefined, absPath: string | undefined): Component {
  if (!filename) return leaf('filename', null);
  const name = basename(filename).toLowerCase();
  if (!name) return leaf('filename', null);
  if (hasUrlOrigin(absPath)) return mutedLeaf('filename', name, 'ignored because frame points to a URL');
  if (name === '<anonymous>') return mutedLeaf('filename', name, 'anonymous filename discarded');
  if (name === '[native code]') return mutedLeaf('filename', name, 'native code indicated by filename');
  const cleaned = cleanJavassist(name);
  return leaf('filename', cleaned, cleaned === name ? null : 'cleaned javassist parts');
}
