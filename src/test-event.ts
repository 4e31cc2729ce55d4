/** The event behind “send a test event”: looks like a small error of a program, and says that it is a test. */
import { randomUUID } from 'node:crypto';
import type { SentryEvent } from './event.ts';

export function testEvent(nowMs: number): SentryEvent {
  return {
    event_id: randomUUID().replaceAll('-', ''),
    timestamp: nowMs,
    received: nowMs,
    level: 'error',
    platform: 'node',
    type: 'error',
    environment: 'test',
    transaction: 'onboarding',
    exception: [
      {
        type: 'MesherTestError',
        value: 'This is a test event: everything from here to your screen works.',
        mechanism: { type: 'generic', handled: true },
        stacktrace: {
          frames: [
            {
              function: 'sendTestEvent',
              filename: 'mesher/test-event.js',
              lineno: 3,
              in_app: true,
              pre_context: ['function sendTestEvent() {', '  // Nothing is broken.'],
              context_line: "  throw new MesherTestError('This is a test event');",
              post_context: ['}'],
            },
          ],
        },
      },
    ],
    breadcrumbs: [{ timestamp: nowMs - 1000, category: 'ui.click', message: 'Send a test event' }],
    tags: [['test', 'yes']],
  };
}
