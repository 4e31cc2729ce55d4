/** A DSN taken apart, and the envelope that carries one event to it: what `mesher send` and `mesher demo` speak. */
import { randomUUID } from 'node:crypto';
import { CommandError } from './command.ts';

export interface Dsn {
  publicKey: string;
  projectId: string;
  envelopeUrl: string;
}

export function parseDsn(text: string): Dsn {
  const url = URL.parse(text);
  const projectId = url?.pathname.split('/').at(-1);
  if (!url?.username || !projectId)
    throw new CommandError(`'${text}' is not a DSN.`, 'It looks like http://<key>@<host>:<port>/<project>.');
  const prefix = url.pathname.slice(0, -projectId.length);
  return {
    publicKey: url.username,
    projectId,
    envelopeUrl: `${url.protocol}//${url.host}${prefix}api/${projectId}/envelope/`,
  };
}

export type SendResult =
  | { kind: 'stored'; id: string }
  | { kind: 'limited'; retryAfterS: number }
  | { kind: 'refused'; status: number; detail: string };

/** Sends one event payload (Sentry's JSON) and waits for the answer: 200 means it is committed. */
export async function sendEvent(
  dsn: Dsn,
  event: Record<string, unknown>,
  signal?: AbortSignal,
): Promise<SendResult> {
  const id = randomUUID().replaceAll('-', '');
  const payload = JSON.stringify({ event_id: id, timestamp: Date.now() / 1000, ...event });
  const body = `${JSON.stringify({ event_id: id, sent_at: new Date().toISOString() })}\n${JSON.stringify({ type: 'event' })}\n${payload}\n`;
  let response: Response;
  try {
    response = await fetch(dsn.envelopeUrl, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/x-sentry-envelope',
        'X-Sentry-Auth': `Sentry sentry_version=7, sentry_client=mesher-cli/0.1, sentry_key=${dsn.publicKey}`,
      },
      body,
      ...(signal && { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new CommandError(
      `Cannot reach ${new URL(dsn.envelopeUrl).origin}.`,
      'Is the server running? Start it with npm start.',
    );
  }
  const text = await response.text();
  if (response.ok) return { kind: 'stored', id };
  if (response.status === 429 || response.status === 503)
    return { kind: 'limited', retryAfterS: Number(response.headers.get('retry-after') ?? 1) };
  return { kind: 'refused', status: response.status, detail: text.slice(0, 300) };
}
