/** Sends one event the way an SDK would: an envelope to this server with the project's public key. */
import { ApiError } from '../app/api.ts';
import { envelopePath, parseDsn } from './snippets.ts';

export async function sendTestEvent(dsnText: string): Promise<string> {
  const dsn = parseDsn(dsnText);
  const eventId = randomHex(16);
  const now = new Date().toISOString();
  const event = {
    event_id: eventId,
    timestamp: now,
    platform: 'javascript',
    level: 'error',
    environment: 'test',
    tags: { source: 'onboarding' },
    exception: {
      values: [
        {
          type: 'TestError',
          value: 'Hello from the onboarding page',
          mechanism: { type: 'generic', handled: true },
          stacktrace: {
            frames: [
              {
                filename: 'onboarding.ts',
                function: 'sendTestEvent',
                lineno: 2,
                colno: 9,
                in_app: true,
                pre_context: ['export function sendTestEvent() {'],
                context_line: "  throw new TestError('Hello from the onboarding page');",
                post_context: ['}'],
              },
            ],
          },
        },
      ],
    },
  };
  const lines = [{ event_id: eventId, sent_at: now, dsn: dsn.dsn }, { type: 'event' }, event];
  const response = await fetch(envelopePath(dsn), {
    method: 'POST',
    credentials: 'omit',
    body: lines.map((line) => JSON.stringify(line)).join('\n'),
  });
  if (!response.ok) {
    throw new ApiError(response.status, 'ingest', `The server answered ${response.status}.`, '');
  }
  return eventId;
}

/** `crypto.randomUUID` is missing outside secure contexts. */
function randomHex(bytes: number): string {
  return [...crypto.getRandomValues(new Uint8Array(bytes))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
}
