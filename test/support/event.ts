/** Small events for tests: what a test does not say has a fixed value. */
import type { Exception, Frame, SentryEvent } from '../../src/event.ts';
import { collectValues, type Component } from '../../src/group/v1/component.ts';

export function event(parts: Partial<SentryEvent> = {}): SentryEvent {
  return {
    event_id: 'c'.repeat(32),
    timestamp: 1_700_000_000_000,
    received: 1_700_000_000_000,
    level: 'error',
    platform: 'other',
    type: 'error',
    tags: [],
    ...parts,
  };
}

export function exception(frames: Frame[], parts: Exception = {}): Exception {
  return { type: 'Error', value: 'boom', ...parts, ...(frames.length > 0 ? { stacktrace: { frames } } : {}) };
}

/** The text a component adds to the hash, null when it adds nothing. */
export function countedText(component: Component): string | null {
  const values: string[] = [];
  collectValues(component, values);
  return component.contributes ? values.join('') : null;
}
