/**
 * `/api/embed/error-page/`: the dialog that SDKs show after a crash. GET answers the script, POST takes what the user
 * wrote. The DSN in the query is the credential.
 */
import { refused, unavailable, withRateLimits, type Answer } from '../answers.ts';
import { readUserReport } from '../feedback.ts';
import { parseEventId } from '../normalize/attributes.ts';
import type { RequestFacts } from '../process-items.ts';
import type { EndpointDeps } from './endpoint-deps.ts';
import { dialogScript, DIALOG_TEXTS } from './error-page-script.ts';

const SCRIPT = 'application/javascript; charset=utf-8';
const MAX_VALUE = 500;

export function answerErrorPage(query: URLSearchParams): Answer {
  const eventId = parseEventId(query.get('eventId'));
  const dsn = query.get('dsn');
  if (eventId === null || dsn === null) return refused(400, 'dsn and eventId are needed');
  const texts: { [name: string]: string } = { ...DIALOG_TEXTS };
  for (const name of Object.keys(DIALOG_TEXTS)) {
    const given = query.get(name);
    if (given !== null) texts[name] = given.slice(0, MAX_VALUE);
  }
  const values = {
    eventId,
    dsn: dsn.slice(0, MAX_VALUE),
    name: (query.get('name') ?? '').slice(0, MAX_VALUE),
    email: (query.get('email') ?? '').slice(0, MAX_VALUE),
    texts,
  };
  return {
    status: 200,
    body: {},
    text: dialogScript(values),
    headers: { 'content-type': SCRIPT, 'x-content-type-options': 'nosniff' },
  };
}

/** `bytes`: the form, urlencoded as the script sends it. */
export async function answerUserReport(
  query: URLSearchParams,
  bytes: Uint8Array,
  { key, receivedMs }: RequestFacts,
  { deps, limiter, items }: EndpointDeps,
): Promise<Answer> {
  const limit = limiter.take(key, 'feedback', 1);
  if (limit !== null) {
    items.count(key, 'feedback', { outcome: 'rate_limited', reason: limit.reason }, 1);
    return withRateLimits(refused(429, 'rate limited'), [{ ...limit, categories: ['feedback'] }]);
  }
  const form = new URLSearchParams(Buffer.from(bytes).toString('utf8'));
  const written = readUserReport(
    { ...Object.fromEntries(form), event_id: query.get('eventId') ?? form.get('eventId') },
    { projectId: key.projectId, receivedMs, headerId: null },
    'dialog',
  );
  if (written === null) {
    items.count(key, 'feedback', { outcome: 'invalid', reason: 'unusable' }, 1);
    return refused(400, 'eventId and comments are needed');
  }
  try {
    await deps.items.saveFeedback(written);
  } catch (error) {
    deps.log.warn({ err: error }, 'feedback could not be stored');
    return unavailable(5);
  }
  items.count(key, 'feedback', { outcome: 'accepted', reason: 'stored' }, 1);
  return { status: 200, body: { id: written.id } };
}
