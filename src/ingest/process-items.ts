/**
 * Items of an authorized request → events accepted, everything else counted, and the answer. One bad item never
 * fails the others; the answer says 200 only when every event of it is committed (or was before).
 */
import { randomBytes } from 'node:crypto';
import type { SentryEvent } from '../event.ts';
import { accepted, refused, unavailable, withRateLimits, type Answer, type Limited } from './answers.ts';
import type { Spool } from './attachments.ts';
import { readClientReport } from './client-report.ts';
import type { ActiveKey } from './dsn-auth.ts';
import type { Envelope, EnvelopeItem } from './envelope-parser.ts';
import { LIMITS } from './limits.ts';
import { parseEventId } from './normalize/attributes.ts';
import { normalizeEvent } from './normalize/normalize-event.ts';
import { createEventFiles } from './event-files.ts';
import { CATEGORIES, categoryOf, outcomeOf, unsupported, type Category, type Outcome } from './outcomes.ts';
import { parsePayload, type Payload } from './payload.ts';
import type { EventOrigin, IngestDeps, UploadedAttachment, Verdict } from './ports.ts';
import type { ProjectRules } from './project-rules.ts';
import type { RateLimiter } from './rate-limit.ts';
import { createSideItems, type SideResult } from './side-items.ts';
import { createSpikeProtection } from './spike.ts';

/** What is known of a request besides its items. */
export interface RequestFacts {
  key: ActiveKey;
  receivedMs: number;
  clientIp: string | null;
  sentAt?: unknown;
  /** What its events are counted as; absent = error. */
  category?: Category;
}

export type ItemResult =
  | { kind: 'event'; id: string; verdict: Promise<Verdict> }
  | { kind: 'limited'; limit: Limited }
  | { kind: 'failed'; status: 400 | 413; cause: string }
  | { kind: 'passed' }
  /** Taken and not kept, on purpose: the client is answered as if. */
  | { kind: 'dropped'; id: string }
  | { kind: 'unavailable' }
  | { kind: 'later'; result: Promise<ItemResult> };

const NO_FILES: readonly UploadedAttachment[] = [];
const RETRY_AFTER_S = 5;

export interface ItemProcessor {
  /** `spool`: where the attachments of a large envelope went. */
  envelope(envelope: Envelope, facts: RequestFacts, spool?: Spool | null): Promise<Answer>;
  /** One event's payload, as the store endpoint, the socket and the JSON endpoints have it. */
  event: (payload: Payload, bytes: number, facts: RequestFacts) => Promise<Answer>;
  /** Events made of something else, the first with these attachments. */
  events: (
    payloads: readonly { [key: string]: unknown }[],
    facts: RequestFacts,
    o?: { category?: Category; attachments?: readonly UploadedAttachment[] },
  ) => Promise<Answer>;
  count: (key: ActiveKey, category: Category, outcome: Outcome, quantity: number) => void;
}

/** How much of a payload is worth holding; of types that are not stored yet, nothing. */
export function maxKept(type: string): number {
  return type === 'event' ? LIMITS.eventBytes : (KEPT.get(type) ?? 0);
}

const KEPT = new Map<string, number>([
  // Of small envelopes only: those of large ones are spooled.
  ['attachment', LIMITS.smallBodyBytes],
  ['feedback', LIMITS.storedEventBytes],
  ['client_report', 256 * 1024],
  ['session', 256 * 1024],
  ['sessions', 256 * 1024],
  ['user_report', 256 * 1024],
  ['check_in', 256 * 1024],
]);

export function createItemProcessor(deps: IngestDeps, limiter: RateLimiter): ItemProcessor {
  function count(key: ActiveKey, category: Category, { outcome, reason }: Outcome, quantity = 1): void {
    deps.countOutcome({ projectId: key.projectId, keyId: key.keyId, category, outcome, reason, quantity });
  }

  const spikes = createSpikeProtection(deps);
  const sideItems = createSideItems(deps.items, deps.log);
  const files = createEventFiles({ port: deps.items.attachments, log: deps.log, take, count });

  function take(key: ActiveKey, category: Category): ItemResult | null {
    const limit = limiter.take(key, category, 1);
    if (limit === null) return null;
    count(key, category, { outcome: 'rate_limited', reason: limit.reason });
    return {
      kind: 'limited',
      limit: { seconds: limit.seconds, categories: [category], scope: limit.scope, reason: limit.reason },
    };
  }

  function report(bytes: Uint8Array, key: ActiveKey): void {
    for (const { reason, category, quantity } of readClientReport(bytes)) {
      const known = CATEGORIES.find((name) => name === category) ?? 'default';
      count(key, known, { outcome: 'client_report', reason }, quantity);
    }
  }

  function processItem(
    item: EnvelopeItem,
    header: Envelope['header'],
    facts: RequestFacts,
    first: boolean,
    attachments: readonly UploadedAttachment[],
  ): ItemResult {
    const { key } = facts;
    if (item.type === 'client_report') {
      if (item.payload !== null) report(item.payload, key);
      return { kind: 'passed' };
    }
    const category = categoryOf(item.type);
    const limited = take(key, category);
    if (limited !== null) return limited;
    if (item.type !== 'event') return processSide(item, category, header, facts);
    if (item.payload === null) {
      count(key, category, { outcome: 'too_large', reason: 'event_payload' });
      return { kind: 'failed', status: 413, cause: 'the event is larger than 4 MiB' };
    }
    // The header's id is that of the envelope's event: a second event item keeps its own.
    return start(
      parsePayload(item.payload),
      item.size,
      facts,
      header,
      first ? header['event_id'] : undefined,
      first ? attachments : NO_FILES,
    );
  }

  function processSide(
    item: EnvelopeItem,
    category: Category,
    header: Envelope['header'],
    { key, receivedMs }: RequestFacts,
  ): ItemResult {
    const finish = (result: SideResult): ItemResult => {
      if (result.kind === 'unavailable') return result;
      count(key, category, result.outcome);
      return { kind: 'passed' };
    };
    const headerId = parseEventId(header['event_id']);
    const result = sideItems(item, { projectId: key.projectId, receivedMs, headerId });
    return result instanceof Promise ? { kind: 'later', result: result.then(finish) } : finish(result);
  }

  function start(
    payload: Payload,
    bytes: number,
    facts: RequestFacts,
    header: Envelope['header'],
    headerId: unknown,
    attachments: readonly UploadedAttachment[],
  ): ItemResult {
    const { key } = facts;
    if (payload.kind === 'invalid') {
      count(key, 'error', { outcome: 'invalid', reason: payload.reason });
      return { kind: 'failed', status: 400, cause: `the event is not usable: ${payload.reason}` };
    }
    if (payload.value['type'] === 'transaction') {
      count(key, 'transaction', unsupported('transaction'));
      return { kind: 'passed' };
    }
    const event = toEvent(payload.value, bytes, facts, header, headerId);
    if (key.rules !== null) {
      const dropped = applyRules(event, key.rules);
      if (dropped !== null) {
        count(key, facts.category ?? 'error', dropped);
        return { kind: 'dropped', id: event.event_id };
      }
    }
    return { kind: 'event', id: event.event_id, verdict: accept(event, facts, attachments) };
  }

  /** The project's own filters, sampling and scrubbing; the outcome of an event that ends here. */
  function applyRules(event: SentryEvent, rules: ProjectRules): Outcome | null {
    const reason = rules.filter?.(event) ?? null;
    if (reason !== null) return { outcome: 'filtered', reason };
    if (!rules.sampled(event.event_id)) return { outcome: 'sampled', reason: 'sample_rate' };
    rules.scrub?.(event);
    return null;
  }

  async function accept(
    event: SentryEvent,
    { key, category = 'error' }: RequestFacts,
    attachments: readonly UploadedAttachment[],
  ): Promise<Verdict> {
    const { projectId, keyId } = key;
    const countOnly = key.rules?.spikeProtection === true && spikes.exceeds(projectId);
    const from: EventOrigin = { projectId, keyId };
    if (attachments.length > 0) from.attachments = attachments;
    if (countOnly) from.countOnly = true;
    const verdict = await deps.accept(event, from);
    if (countOnly && verdict.kind === 'stored' && !verdict.isNew) {
      count(key, category, { outcome: 'spike', reason: 'payload_dropped' });
      return verdict;
    }
    const outcome = outcomeOf(verdict);
    if (outcome !== null) count(key, category, outcome);
    return verdict;
  }

  return {
    async envelope(envelope, facts, spool = null) {
      const { header, items } = envelope;
      const headerId = parseEventId(header['event_id']);
      if (items.length === 0 && looksLikeEvent(header))
        return refused(400, 'this is an event, not an envelope', ['send it to the store endpoint']);
      const withSentAt = { ...facts, sentAt: header['sent_at'] ?? facts.sentAt };
      const process = (attachments: readonly UploadedAttachment[]): ItemResult[] => {
        let events = 0;
        const results: ItemResult[] = [];
        for (const item of items) {
          if (item.type === 'attachment') continue;
          const first = item.type === 'event' && events++ === 0;
          results.push(processItem(item, header, withSentAt, first, attachments));
        }
        return results;
      };
      if (!items.some((item) => item.type === 'attachment')) return conclude(process(NO_FILES), headerId);
      const taken = await files.take(items, facts.key, spool);
      if (taken.kind === 'unavailable') return unavailable(RETRY_AFTER_S);
      const results = [...taken.limited, ...process(taken.uploaded)];
      const carrier = results.find((result) => result.kind === 'event');
      const settled =
        carrier === undefined
          ? files.settleWithoutEvent(taken.uploaded, items, headerId, facts)
          : files.settle(taken.uploaded, facts.key, carrier.verdict);
      return conclude([...results, { kind: 'later', result: settled }], headerId);
    },
    async event(payload, bytes, facts) {
      const limited = take(facts.key, 'error');
      return conclude([limited ?? start(payload, bytes, facts, {}, undefined, NO_FILES)], null);
    },
    async events(payloads, facts, { category = 'error', attachments = NO_FILES } = {}) {
      const { key } = facts;
      const results = payloads.map(
        (value, i) =>
          take(key, category) ??
          start(
            { kind: 'object', value },
            LIMITS.storedEventBytes,
            { ...facts, category },
            {},
            undefined,
            i === 0 ? attachments : NO_FILES,
          ),
      );
      if (attachments.length === 0) return conclude(results, null);
      const [first] = results;
      const verdict: Promise<Verdict> =
        first?.kind === 'event' ? first.verdict : Promise.resolve({ kind: 'discarded' });
      return conclude([...results, { kind: 'later', result: files.settle(attachments, key, verdict) }], null);
    },
    count,
  };
}

function toEvent(
  payload: { [key: string]: unknown },
  bytes: number,
  facts: RequestFacts,
  header: Envelope['header'],
  headerId: unknown,
): SentryEvent {
  const sent = parseEventId(headerId) ?? parseEventId(payload['event_id']);
  const invalid = sent === null ? (headerId ?? payload['event_id']) : undefined;
  return normalizeEvent(payload, {
    eventId: sent ?? randomBytes(16).toString('hex'),
    ...(invalid === undefined || invalid === null ? {} : { invalidEventId: invalid }),
    receivedMs: facts.receivedMs,
    sentAt: facts.sentAt,
    sdk: header['sdk'],
    clientIp: facts.clientIp,
    payloadBytes: bytes,
  });
}

/** The worst that happened decides: come back (503), then limits, then what was wrong, when nothing was right. */
async function conclude(given: readonly ItemResult[], headerId: string | null): Promise<Answer> {
  const limits: Limited[] = [];
  const causes: string[] = [];
  let status = 400;
  let id = headerId;
  let retryAfterS = 0;
  let usable = 0;
  // All are awaited, whatever the first says: an answer must not leave a commit behind.
  const results = given.some((result) => result.kind === 'later')
    ? await Promise.all(given.map(async (result) => (result.kind === 'later' ? result.result : result)))
    : given;
  const verdicts = await Promise.all(results.map(async (r) => (r.kind === 'event' ? await r.verdict : null)));
  for (const [i, result] of results.entries()) {
    if (result.kind === 'passed') usable += 1;
    if (result.kind === 'dropped') {
      usable += 1;
      id ??= result.id;
    }
    if (result.kind === 'unavailable') retryAfterS = Math.max(retryAfterS, RETRY_AFTER_S);
    if (result.kind === 'limited') limits.push(result.limit);
    if (result.kind === 'failed') {
      causes.push(result.cause);
      status = result.status;
    }
    if (result.kind !== 'event') continue;
    const verdict = verdicts[i];
    if (verdict?.kind === 'unavailable') retryAfterS = Math.max(retryAfterS, verdict.retryAfterS, 1);
    else if (verdict?.kind === 'quarantined') causes.push(verdict.message);
    else {
      usable += 1;
      id ??= result.id;
    }
  }
  if (retryAfterS > 0) return unavailable(retryAfterS);
  if (limits.length > 0) return withRateLimits(refused(429, 'rate limited'), merged(limits));
  if (usable === 0 && causes.length > 0)
    return refused(status, status === 413 ? 'too large' : 'no item could be used', causes);
  return accepted(id);
}

/** One entry a scope and reason, with all its categories. */
function merged(limits: readonly Limited[]): Limited[] {
  const byScope = new Map<string, Limited>();
  for (const limit of limits) {
    const name = `${limit.scope}:${limit.reason}`;
    const known = byScope.get(name);
    byScope.set(name, {
      ...limit,
      seconds: Math.max(limit.seconds, known?.seconds ?? 0),
      categories: [...new Set([...(known?.categories ?? []), ...limit.categories])],
    });
  }
  return [...byScope.values()];
}

/** A plain event sent to the envelope endpoint would be taken for a header and silently lost. */
function looksLikeEvent(header: Envelope['header']): boolean {
  return 'exception' in header || 'message' in header || 'logentry' in header || 'platform' in header;
}
