/** `POST /api/{project}/events/{event_id}/attachments/`: files for an event that was or will be sent. */
import { refused, unavailable, withRateLimits, type Answer } from '../answers.ts';
import { parseEventId } from '../normalize/attributes.ts';
import type { RequestFacts } from '../process-items.ts';
import type { EndpointDeps } from './endpoint-deps.ts';
import type { ReadForm } from './multipart-files.ts';

export async function answerAttachments(
  named: string,
  { files, fileKinds, limits }: ReadForm,
  { key, receivedMs }: RequestFacts,
  { deps, items }: EndpointDeps,
): Promise<Answer> {
  const eventId = parseEventId(named);
  const port = deps.items.attachments;
  if (eventId === null || fileKinds.length === 0) {
    await port.discard(files.map((file) => file.id));
    return refused(400, eventId === null ? 'the event id is none' : 'there is no file in the form');
  }
  const { projectId } = key;
  try {
    if (files.length > 0)
      await port.attach(files.map((file) => ({ ...file, projectId, eventId, receivedAt: receivedMs })));
  } catch (error) {
    deps.log.warn({ err: error }, 'an attachment could not be stored');
    return unavailable(5);
  }
  if (files.length > 0)
    items.count(key, 'attachment', { outcome: 'accepted', reason: 'stored' }, files.length);
  const [limit] = limits;
  return limit === undefined
    ? { status: 201, body: {} }
    : withRateLimits(refused(429, 'rate limited'), [limit]);
}
