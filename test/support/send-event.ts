/** One event of a program, as a Sentry SDK sends it; resolves with its id once it is stored. */
import { randomUUID } from 'node:crypto';
import type { FirstRun, ServerProcess } from './server-process.ts';

export type To = Pick<FirstRun, 'publicKey' | 'projectId'>;

export async function postEvent(
  server: Pick<ServerProcess, 'url'>,
  to: To,
  event: Record<string, unknown>,
): Promise<Response> {
  const payload = JSON.stringify({ timestamp: Date.now() / 1000, platform: 'node', ...event });
  return fetch(`${server.url}/api/${to.projectId}/envelope/?sentry_key=${to.publicKey}`, {
    method: 'POST',
    body: `{}\n{"type":"event"}\n${payload}\n`,
  });
}

export async function sendEvent(
  server: Pick<ServerProcess, 'url'>,
  to: To,
  event: Record<string, unknown>,
): Promise<string> {
  const id = randomUUID().replaceAll('-', '');
  const answer = await postEvent(server, to, { event_id: id, ...event });
  if (answer.status !== 200)
    throw new Error(`the event was answered ${answer.status}: ${await answer.text()}`);
  await answer.body?.cancel();
  return id;
}

/** Many in one request; they are stored a moment later. */
export async function postEvents(
  server: Pick<ServerProcess, 'url'>,
  to: To,
  events: object[],
): Promise<void> {
  const answer = await fetch(`${server.url}/api/v1/events/bulk?sentry_key=${to.publicKey}`, {
    method: 'POST',
    body: JSON.stringify(events),
  });
  const { results } = (await answer.json()) as { results?: { id?: string }[] };
  if (answer.status !== 202 || results?.some((one) => one.id === undefined) !== false)
    throw new Error(`ingestion answered ${answer.status}`);
}

/** An error with a stack of the program's own and a library's frames, breadcrumbs, tags and a user. */
export function richError(
  type: string,
  value: string,
  extra: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    level: 'error',
    environment: 'production',
    release: 'shop@1.4.0',
    transaction: 'POST /checkout',
    user: { id: '42', email: 'customer@example.com' },
    tags: { region: 'eu-1', [type.toLowerCase()]: 'yes' },
    breadcrumbs: [
      { category: 'cart', message: 'added item 7', timestamp: Date.now() / 1000 - 3 },
      { category: 'fetch', type: 'http', data: { method: 'GET', url: '/api/cart', status_code: 200 } },
    ],
    contexts: { runtime: { name: 'node', version: 'v24.0.0' } },
    exception: {
      values: [
        {
          type,
          value,
          mechanism: { type: 'generic', handled: false },
          stacktrace: {
            frames: [
              { function: 'dispatch', filename: 'node_modules/express/router.js', lineno: 12, in_app: false },
              {
                function: `charge${type}`,
                filename: `src/payments/${type.toLowerCase()}.ts`,
                lineno: 91,
                in_app: true,
                pre_context: [
                  '  const answer = await gateway.pay(card);',
                  '  // The bank has the last word.',
                ],
                context_line: `  throw new ${type}(answer.reason);`,
                post_context: ['}', ''],
                vars: { amount: 1999, currency: 'EUR' },
              },
            ],
          },
        },
      ],
    },
    ...extra,
  };
}
