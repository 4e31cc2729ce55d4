/**
 * One payload → one event, with the id that the envelope or the payload gave it. Pure: it runs where the CPU is to be
 * spent, on a worker thread or in place.
 */
import { randomBytes } from 'node:crypto';
import type { SentryEvent } from '../event.ts';
import { parseEventId } from './normalize/attributes.ts';
import { normalizeEvent } from './normalize/normalize-event.ts';
import type { InvalidReason } from './outcomes.ts';
import type { Payload } from './payload.ts';

/** What is known of a payload besides its bytes. Plain data: it is sent to a worker thread. */
export interface PayloadSource {
  /** The envelope header's id, for the first event of an envelope: it beats the payload's. */
  headerId?: unknown;
  receivedMs: number;
  sentAt?: unknown;
  /** The envelope header's SDK, else the request's. */
  sdk?: unknown;
  clientIp: string | null;
  payloadBytes: number;
}

export type ReadEvent =
  | { kind: 'event'; event: SentryEvent }
  | { kind: 'invalid'; reason: InvalidReason }
  | { kind: 'transaction' };

/** Takes ownership of the payload. */
export function readEvent(payload: Payload, source: PayloadSource): ReadEvent {
  if (payload.kind === 'invalid') return { kind: 'invalid', reason: payload.reason };
  const { value } = payload;
  if (value['type'] === 'transaction') return { kind: 'transaction' };
  const sent = parseEventId(source.headerId) ?? parseEventId(value['event_id']);
  const invalid = sent === null ? (source.headerId ?? value['event_id']) : undefined;
  const event = normalizeEvent(value, {
    eventId: sent ?? randomBytes(16).toString('hex'),
    ...(invalid === undefined || invalid === null ? {} : { invalidEventId: invalid }),
    receivedMs: source.receivedMs,
    sentAt: source.sentAt,
    sdk: source.sdk,
    clientIp: source.clientIp,
    payloadBytes: source.payloadBytes,
  });
  return { kind: 'event', event };
}
