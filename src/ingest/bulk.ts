/** `POST /api/v1/events/bulk`: up to 1,000 plain JSON events, a result for each, in order. */
import { reasonOf, refused, type Answer } from './answers.ts';
import { LIMITS } from './limits.ts';
import { asObject } from './normalize/text.ts';
import { parseJson, type Payload } from './payload.ts';
import type { ItemProcessor, RequestFacts } from './process-items.ts';

/** Takes a JSON list, or `{"events": […]}`. */
export async function answerBulk(
  bytes: Uint8Array,
  facts: RequestFacts,
  items: Pick<ItemProcessor, 'event' | 'count'>,
): Promise<Answer> {
  const parsed = parseJson(bytes);
  const list: unknown = Array.isArray(parsed) ? parsed : asObject(parsed)?.['events'];
  if (!Array.isArray(list)) {
    items.count(facts.key, 'error', { outcome: 'invalid', reason: 'unusable' }, 1);
    return refused(400, 'send a JSON list of events');
  }
  if (list.length > LIMITS.bulkEvents) {
    items.count(facts.key, 'error', { outcome: 'too_large', reason: 'request' }, list.length);
    return refused(413, 'more than 1,000 events');
  }
  const answers = await Promise.all(
    list.map((entry: unknown) => {
      const value = asObject(entry);
      const payload: Payload =
        value === null ? { kind: 'invalid', reason: 'not_an_object' } : { kind: 'object', value };
      return items.event(payload, bytes.length, facts);
    }),
  );
  const results = answers.map((answer) =>
    answer.status === 200 ? answer.body : { error: reasonOf(answer), status: answer.status },
  );
  const retryAfter = answers.map((answer) => Number(answer.headers?.['retry-after'] ?? 0));
  const waitS = Math.max(0, ...retryAfter);
  // Who looks at the status only must not take a list for stored of which nothing could be.
  const comeBack = answers.length > 0 && answers.every(({ status }) => status === 503);
  return {
    status: comeBack ? 503 : 202,
    body: { results },
    ...(waitS > 0 ? { headers: { 'retry-after': String(waitS) } } : {}),
  };
}
