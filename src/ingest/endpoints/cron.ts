/** `GET|POST /api/{project}/cron/{slug}[/{key}]`: a check-in of a job that has curl and no SDK. */
import { refused, unavailable, withRateLimits, type Answer } from '../answers.ts';
import { readCheckIn } from '../check-ins.ts';
import { asObject } from '../normalize/text.ts';
import { parseJson } from '../payload.ts';
import type { RequestFacts } from '../process-items.ts';
import type { EndpointDeps } from './endpoint-deps.ts';

/** `bytes`: the body, null for GET. */
export async function answerCron(
  o: { slug: string; query: URLSearchParams; bytes: Uint8Array | null },
  facts: RequestFacts,
  { deps, limiter, items }: EndpointDeps,
): Promise<Answer> {
  const { key, receivedMs } = facts;
  const limit = limiter.take(key, 'monitor', 1);
  if (limit !== null) {
    items.count(key, 'monitor', { outcome: 'rate_limited', reason: limit.reason }, 1);
    return withRateLimits(refused(429, 'rate limited'), [{ ...limit, categories: ['monitor'] }]);
  }
  const body = o.bytes === null || o.bytes.length === 0 ? {} : asObject(parseJson(o.bytes));
  if (body === null) return refused(400, 'the body is no JSON object');
  const duration = o.query.get('duration');
  const checkIn = readCheckIn(
    {
      ...Object.fromEntries(o.query),
      ...(duration === null ? {} : { duration: Number(duration) }),
      ...body,
      monitor_slug: o.slug,
    },
    // Whoever only knows an address must not be able to fill the list of monitors.
    { projectId: key.projectId, receivedMs, mayMakeMonitor: o.bytes !== null && 'monitor_config' in body },
  );
  if (checkIn === null) return refused(400, 'status must be ok, error or in_progress');
  try {
    const saved = await deps.items.saveCheckIn(checkIn);
    if (saved.kind === 'no_monitor') return refused(404, 'there is no such monitor');
    if (saved.kind === 'too_many') {
      items.count(key, 'monitor', { outcome: 'discarded', reason: 'too_many_monitors' }, 1);
      return refused(403, 'the project has too many monitors');
    }
    items.count(key, 'monitor', { outcome: 'accepted', reason: 'stored' }, 1);
    return { status: 202, body: { id: saved.id } };
  } catch (error) {
    deps.log.warn({ err: error }, 'a check-in could not be stored');
    return unavailable(5);
  }
}
