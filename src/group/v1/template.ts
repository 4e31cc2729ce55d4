/** A template that failed to render, as a component: its file and line of source. */
import type { SentryEvent } from '../../event.ts';
import { leaf, node, type Component } from './component.ts';

export function templateComponent(event: SentryEvent): Component | null {
  const { template } = event;
  if (!template) return null;
  return node('template', [leaf('filename', template.filename), leaf('context-line', template.context_line)]);
}
