/** A message (or an exception's value) as a component: its first two lines with text, parameterised. */
import type { SentryEvent } from '../../event.ts';
import { leaf, type Component } from './component.ts';
import { MAX_INPUT } from './parameterize.ts';
import type { Strategy } from './strategy.ts';

export function normalizeMessage(text: string, parameterize: (text: string) => string): string {
  const bounded = text.length > MAX_INPUT ? text.slice(0, MAX_INPUT) : text;
  const kept: string[] = [];
  for (const line of bounded.split(/\r\n|[\n\r\v\f\u0085\u2028\u2029]/)) {
    if (line.trim() === '') continue;
    kept.push(line);
    if (kept.length === 2) break;
  }
  const trimmed = kept.join('\n').trim();
  if (trimmed === '') return '';
  return parameterize(trimmed === text ? trimmed : `${trimmed}...`);
}

export function textComponent(id: 'message' | 'value', text: string, strategy: Strategy): Component {
  if (text === '') return leaf(id, null);
  const normalized = strategy.text(text);
  return leaf(id, normalized, normalized === text ? null : 'stripped event-specific values');
}

/** The template counts rather than what was put into it: `User %s not found`. */
export function messageComponent(event: SentryEvent, strategy: Strategy): Component | null {
  const text = event.logentry?.message || event.logentry?.formatted || event.message;
  return text ? textComponent('message', text, strategy) : null;
}
