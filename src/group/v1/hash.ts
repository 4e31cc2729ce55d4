/** GR11: md5 over the contributing values, in tree order, without a separator. */
import { hash } from 'node:crypto';
import { collectValues, type Component } from './component.ts';

export function hashValues(values: readonly string[]): string {
  return hash('md5', values.join(''));
}

export function hashComponent(component: Component): string | null {
  if (!component.contributes) return null;
  const values: string[] = [];
  collectValues(component, values);
  return hashValues(values);
}
