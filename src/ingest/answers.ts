/** What ingestion answers: status, body and headers of each case, and CORS on all of them. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../lib/clock.ts';
import { ROOM_CAUSES, type RoomCause } from '../lib/room.ts';

export interface Answer {
  status: number;
  body: { readonly [key: string]: unknown };
  headers?: { readonly [name: string]: string };
  /** Instead of `body`, with a content type among the headers. */
  text?: string;
}

export interface Limited {
  seconds: number;
  categories: readonly string[];
  scope: 'key' | 'project';
  reason: string;
}

/** How long, and for how much, an answered request's unread body is drained so that the client sees the answer. */
const LINGER_MS = 2_000;

export function accepted(id: string | null, status = 200): Answer {
  return { status, body: id === null ? {} : { id } };
}

export function refused(status: number, detail: string, causes: readonly string[] = []): Answer {
  return {
    status,
    body: causes.length > 0 ? { detail, causes } : { detail },
    headers: { 'x-sentry-error': headerText(causes.length > 0 ? `${detail}: ${causes.join('; ')}` : detail) },
  };
}

/** Why, in one text, for answers that are part of another. */
export function reasonOf({ body: { detail, causes } }: Answer): unknown {
  return Array.isArray(causes) ? causes.join('; ') : detail;
}

export function unavailable(retryAfterS: number, cause?: RoomCause): Answer {
  const detail = cause === undefined ? 'Mesher cannot take this right now' : ROOM_CAUSES[cause];
  return {
    status: 503,
    body: { detail },
    headers: {
      'retry-after': String(Math.max(1, Math.ceil(retryAfterS))),
      'x-sentry-error': headerText(detail),
    },
  };
}

export function withRateLimits(answer: Answer, limits: readonly Limited[]): Answer {
  if (limits.length === 0) return answer;
  const seconds = Math.max(...limits.map((limit) => limit.seconds));
  const value = limits
    .map((limit) => `${limit.seconds}:${limit.categories.join(';')}:${limit.scope}:${limit.reason}`)
    .join(', ');
  return {
    ...answer,
    headers: { ...answer.headers, 'retry-after': String(seconds), 'x-sentry-rate-limits': value },
  };
}

/** A header takes visible ASCII only. */
function headerText(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '?').slice(0, 200);
}

/** Any origin may send, or those the key's project lists; never with credentials. */
export function corsHeaders(
  origin: string | undefined,
  allowed: readonly string[] | null,
): { [name: string]: string } {
  const mayRead =
    allowed === null || allowed.includes('*') || (origin !== undefined && allowed.includes(origin));
  return {
    ...(mayRead
      ? { 'access-control-allow-origin': allowed === null || origin === undefined ? '*' : origin }
      : {}),
    ...(allowed === null ? {} : { vary: 'origin' }),
    'access-control-expose-headers': 'x-sentry-error, x-sentry-rate-limits, retry-after',
    'cross-origin-resource-policy': 'cross-origin',
  };
}

export function preflight(res: ServerResponse, methods: string): void {
  res.writeHead(204, {
    ...corsHeaders(undefined, null),
    'access-control-allow-methods': methods,
    'access-control-allow-headers':
      'x-sentry-auth, x-requested-with, x-forwarded-for, origin, referer, accept, content-type, authentication, authorization, content-encoding, transfer-encoding, sentry-trace, baggage, traceparent',
    'access-control-max-age': '3600',
  });
  res.end();
}

export function send(
  req: IncomingMessage,
  res: ServerResponse,
  answer: Answer,
  allowedOrigins: readonly string[] | null,
  clock: Clock,
): void {
  if (res.headersSent || res.destroyed) return;
  const body = answer.text ?? JSON.stringify(answer.body);
  const headers: { [name: string]: string | number } = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    ...corsHeaders(req.headers.origin, allowedOrigins),
    ...answer.headers,
  };
  if (req.complete) {
    res.writeHead(answer.status, headers);
    res.end(body);
    return;
  }
  // Answered before the body was read: closing at once would reset the connection and lose the answer on the way.
  res.writeHead(answer.status, { ...headers, connection: 'close' });
  res.write(body);
  const timer = clock.after(LINGER_MS, finish);
  function finish(): void {
    timer.cancel();
    res.end();
  }
  req.on('error', finish).once('end', finish).once('close', finish);
  req.resume();
}
