/** Small events for tests: what a test does not say has a fixed value. */
import type { Exception, Frame, SentryEvent } from '../../src/event.ts';

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
