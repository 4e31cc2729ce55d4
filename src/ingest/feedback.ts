/** What users write about an error: `feedback` items (events with a feedback context), `user_report` and the dialog. */
import { createHash } from 'node:crypto';
import { normalizeEnvironment, normalizeRelease, parseEventId, trimmed } from './normalize/attributes.ts';
import { createNotes } from './normalize/notes.ts';
import { asObject } from './normalize/text.ts';
import type { NewFeedback } from './ports.ts';
import { scrubText } from './scrub.ts';

const MAX_MESSAGE = 4096;

export interface FeedbackFacts {
  projectId: number;
  receivedMs: number;
  /** Of the envelope's header: the event's, or for `feedback` items the feedback's own. */
  headerId: string | null;
}

/** null: there is nothing written. */
export function readFeedback(
  payload: { [key: string]: unknown },
  { projectId, receivedMs, headerId }: FeedbackFacts,
): NewFeedback | null {
  const said = asObject(asObject(payload['contexts'])?.['feedback']);
  if (said === null) return null;
  const notes = createNotes();
  const message = trimmed(said['message'], MAX_MESSAGE, notes, 'message');
  if (message === undefined) return null;
  const eventId = parseEventId(said['associated_event_id']);
  return {
    projectId,
    id: headerId ?? parseEventId(payload['event_id']) ?? madeId(projectId, eventId, message),
    eventId,
    source: 'feedback',
    name: text(said['name']),
    email: text(said['contact_email']),
    message: scrubText(message),
    url: url(said['url']),
    environment: normalizeEnvironment(payload['environment'], notes) ?? null,
    release: normalizeRelease(payload['release'], notes) ?? null,
    receivedAt: receivedMs,
  };
}

/** null: nothing is written, or no event is named. */
export function readUserReport(
  payload: { [key: string]: unknown },
  { projectId, receivedMs, headerId }: FeedbackFacts,
  source: 'user_report' | 'dialog' = 'user_report',
): NewFeedback | null {
  const message = trimmed(payload['comments'], MAX_MESSAGE, createNotes(), 'comments');
  const eventId = parseEventId(payload['event_id']) ?? headerId;
  if (message === undefined || eventId === null) return null;
  return {
    projectId,
    id: madeId(projectId, eventId, message),
    eventId,
    source,
    name: text(payload['name']),
    email: text(payload['email']),
    message: scrubText(message),
    url: null,
    environment: null,
    release: null,
    receivedAt: receivedMs,
  };
}

/** The same text about the same event is the same report, however often it is sent. */
function madeId(projectId: number, eventId: string | null, message: string): string {
  return createHash('sha256').update(`${projectId}\n${eventId}\n${message}`).digest('hex').slice(0, 32);
}

function text(value: unknown): string | null {
  return trimmed(value, 200, createNotes(), '') ?? null;
}

function url(value: unknown): string | null {
  const address = trimmed(value, 2048, createNotes(), '');
  return address === undefined ? null : scrubText(address);
}
