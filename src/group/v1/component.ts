/**
 * The tree an event's hash is made of, kept so that a person can see why two events share an issue.
 * A leaf component holds strings, an inner one components; `contributes` says whether its values enter the hash,
 * `hint` (a constant string wherever possible: the tree is built for every event) why not, or what was changed.
 */

export type ComponentId =
  | 'app'
  | 'system'
  | 'default'
  | 'chained-exception'
  | 'exception'
  | 'stacktrace'
  | 'frame'
  | 'threads'
  | 'type'
  | 'value'
  | 'ns-error'
  | 'module'
  | 'filename'
  | 'function'
  | 'context-line'
  | 'message'
  | 'template'
  | 'csp'
  | 'expect-ct'
  | 'expect-staple'
  | 'hpkp'
  | 'salt'
  | 'violation'
  | 'uri'
  | 'hostname';

export interface Component {
  readonly id: ComponentId;
  contributes: boolean;
  hint: string | null;
  readonly values: readonly (string | Component)[];
  /** The contributing values below, joined, where they are known up front: frames repeat, their text does not change. */
  readonly text?: string;
}

/** A leaf with one string contributes; without one it is empty and does not. */
export function leaf(
  id: ComponentId,
  value: string | undefined | null,
  hint: string | null = null,
): Component {
  return value
    ? { id, contributes: true, hint, values: [value] }
    : { id, contributes: false, hint, values: [] };
}

/** A leaf that is shown but does not count. */
export function mutedLeaf(id: ComponentId, value: string, hint: string): Component {
  return { id, contributes: false, hint, values: [value] };
}

/** An inner component contributes when any of its parts does. */
export function node(id: ComponentId, values: readonly Component[], hint: string | null = null): Component {
  return { id, contributes: values.some((part) => part.contributes), hint, values };
}

export function mute(component: Component, hint: string): void {
  component.contributes = false;
  component.hint = hint;
}

/** Appends the contributing leaf values in tree order. */
export function collectValues(component: Component, into: string[]): void {
  if (!component.contributes) return;
  if (component.text !== undefined) {
    into.push(component.text);
    return;
  }
  for (const value of component.values) {
    if (typeof value === 'string') into.push(value);
    else collectValues(value, into);
  }
}
