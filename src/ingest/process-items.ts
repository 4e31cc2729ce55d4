/**
 * Items of an authorized request → events accepted, everything else counted, and the answer. One bad item never
 * fails the others; the answer says 200 only when every event of it is committed (or was before).
 */
import { accepted, refused, unavailable, withRateLimits, type Answer, type Limited } from './answers.ts';
import type { Spool } from './attachments.ts';
import { readClientReport } from './client-report.ts';
import type { ActiveKey } from './dsn-auth.ts';
import type { Envelope, EnvelopeItem } from './envelope-parser.ts';
import { createEventFiles } from './event-files.ts';
import { LIMITS } from './limits.ts';
import { parseEventId } from './normalize/attributes.ts';
import { CATEGORIES, categoryOf, outcomeOf, unsupported, type Category, type Outcome } from './outcomes.ts';
import type { Payload } from './payload.ts';
import type { AcceptedEvent, AcceptedPayload, EventOrigin, IngestDeps, UploadedAttachment } from './ports.ts';
import { readEvent, type PayloadSource } from './read-event.ts';
import type { RateLimiter } from './rate-limit.ts';
import { createSideItems, type SideResult } from './side-items.ts';
import { createSpikeProtection } from './spike.ts';

/** What is known of a request besides its items. */
export interface RequestFacts {
  key: ActiveKey;
  receivedMs: number;
  clientIp: string | null;
  sentAt?: unknown;
  /** What the request says of its sender, for events that say nothing. */
  sdk?: unknown;
  /** What its events are counted as; absent = error. */
  category?: Category;
}

export type ItemResult =
  | AcceptedEvent
  | { kind: 'limited'; limit: Limited }
  | { kind: 'failed'; status: 400 | 413; cause: string }
  | { kind: 'passed' }
  | { kind: 'unavailable' };
/** Settled once an item is committed, or will not be. */
export type PendingItem = ItemResult | Promise<ItemResult>;

const NO_FILES: readonly UploadedAttachment[] = [];
const RETRY_AFTER_S = 5;
const CONTAINERS = new Set(['log', 'span', 'trace_metric']);
const MAX_IN_ITEM = 10_000;

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
    deps.metrics.outcomes.inc({ outcome, reason, category }, quantity);
  }

  const spikes = createSpikeProtection(deps);
  const sideItems = createSideItems(deps.items, deps.log);
  const files = createEventFiles({ port: deps.items.attachments, log: deps.log, take, count });

  function take(key: ActiveKey, category: Category, quantity = 1): ItemResult | null {
    const limit = limiter.take(key, category, quantity);
    if (limit === null) return null;
    count(key, category, { outcome: 'rate_limited', reason: limit.reason }, quantity);
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

  /** All but the attachments, which go with the first event; `carrier` is what becomes of that. */
  function processItems(
    { header, items }: Envelope,
    facts: RequestFacts,
    attachments: readonly UploadedAttachment[],
  ): { pending: PendingItem[]; carrier: PendingItem | null } {
    const pending: PendingItem[] = [];
    let carrier: PendingItem | null = null;
    for (const item of items) {
      if (item.type === 'attachment') continue;
      const first = item.type === 'event' && carrier === null;
      const result = processItem(item, header, facts, first, first ? attachments : NO_FILES);
      if (first) carrier = result;
      pending.push(result);
    }
    return { pending, carrier };
  }

  function processItem(
    item: EnvelopeItem,
    header: Envelope['header'],
    facts: RequestFacts,
    first: boolean,
    attachments: readonly UploadedAttachment[],
  ): PendingItem {
    const { key } = facts;
    if (item.type === 'client_report') {
      if (item.payload !== null) report(item.payload, key);
      return { kind: 'passed' };
    }
    const category = categoryOf(item.type);
    const limited = take(key, category, quantityOf(item));
    if (limited !== null) return limited;
    if (item.type !== 'event') return processSide(item, category, header, facts);
    if (item.payload === null) {
      count(key, category, { outcome: 'too_large', reason: 'event_payload' });
      return { kind: 'failed', status: 413, cause: 'the event is larger than 4 MiB' };
    }
    const source: PayloadSource = {
      // The header's id is that of the envelope's event: a second event item keeps its own.
      headerId: first ? header['event_id'] : undefined,
      receivedMs: facts.receivedMs,
      sentAt: facts.sentAt,
      sdk: header['sdk'] ?? facts.sdk,
      clientIp: facts.clientIp,
      payloadBytes: item.size,
    };
    return deps
      .acceptPayload(item.payload, source, originOf(key, attachments))
      .then((result) => settle(result, key));
  }

  function processSide(
    item: EnvelopeItem,
    category: Category,
    header: Envelope['header'],
    { key, receivedMs }: RequestFacts,
  ): PendingItem {
    const finish = (result: SideResult): ItemResult => {
      if (result.kind === 'unavailable') return result;
      count(key, category, result.outcome, quantityOf(item));
      return { kind: 'passed' };
    };
    const headerId = parseEventId(header['event_id']);
    const result = sideItems(item, { projectId: key.projectId, receivedMs, headerId });
    return result instanceof Promise ? result.then(finish) : finish(result);
  }

  /** A payload that is an object already: of the store endpoint, the socket, the JSON endpoints. */
  function start(
    payload: Payload,
    bytes: number,
    facts: RequestFacts,
    attachments: readonly UploadedAttachment[] = NO_FILES,
  ): PendingItem {
    const { key, receivedMs, sentAt, sdk, clientIp, category } = facts;
    const read = readEvent(payload, { receivedMs, sentAt, sdk, clientIp, payloadBytes: bytes });
    if (read.kind !== 'event') return settle(read, key);
    // Not an async function: suspended, it would keep the event alive until its commit, for the collector to copy.
    return deps
      .accept(read.event, originOf(key, attachments))
      .then((result) => settle(result, key, category));
  }

  function originOf(key: ActiveKey, attachments: readonly UploadedAttachment[]): EventOrigin {
    const { projectId, keyId } = key;
    const origin: EventOrigin = { projectId, keyId };
    if (attachments.length > 0) origin.attachments = attachments;
    if (key.spikeProtection) origin.countOnly = () => spikes.exceeds(projectId);
    return origin;
  }

  function settle(result: AcceptedPayload, key: ActiveKey, category: Category = 'error'): ItemResult {
    switch (result.kind) {
      case 'invalid':
        count(key, category, { outcome: 'invalid', reason: result.reason });
        return { kind: 'failed', status: 400, cause: `the event is not usable: ${result.reason}` };
      case 'transaction':
        count(key, 'transaction', unsupported('transaction'));
        return { kind: 'passed' };
      case 'event': {
        const outcome = outcomeOf(result.verdict, result.countOnly);
        if (outcome !== null) count(key, category, outcome);
        return result;
      }
      case 'dropped':
        count(key, category, result.outcome);
        return result;
    }
  }

  return {
    async envelope(envelope, facts, spool = null) {
      const { header, items } = envelope;
      const headerId = parseEventId(header['event_id']);
      if (items.length === 0 && looksLikeEvent(header))
        return refused(400, 'this is an event, not an envelope', ['send it to the store endpoint']);
      const withSentAt = { ...facts, sentAt: header['sent_at'] ?? facts.sentAt };
      if (!items.some((item) => item.type === 'attachment'))
        return conclude(processItems(envelope, withSentAt, NO_FILES).pending, headerId);
      const taken = await files.take(items, facts.key, spool);
      if (taken.kind === 'unavailable') return unavailable(RETRY_AFTER_S);
      const { limited, uploaded } = taken;
      const { pending, carrier } = processItems(envelope, withSentAt, uploaded);
      // What comes alone belongs to the event that the header names; a transaction's has none.
      const named = items.some((item) => item.type === 'transaction') ? null : headerId;
      const settled =
        carrier === null
          ? files.settleAlone(uploaded, named, facts)
          : files.settle(uploaded, facts.key, carrier);
      return conclude([...limited, ...pending, settled], headerId);
    },
    async event(payload, bytes, facts) {
      const limited = take(facts.key, 'error');
      return conclude([limited ?? start(payload, bytes, facts)], null);
    },
    async events(payloads, facts, { category = 'error', attachments = NO_FILES } = {}) {
      const { key } = facts;
      const pending = payloads.map(
        (value, i) =>
          take(key, category) ??
          start(
            { kind: 'object', value },
            LIMITS.storedEventBytes,
            { ...facts, category },
            i === 0 ? attachments : NO_FILES,
          ),
      );
      const [carrier = { kind: 'passed' } as const] = pending;
      return conclude([...pending, files.settle(attachments, key, carrier)], null);
    },
    count,
  };
}

/** Logs, spans and metrics come many in an item, and its header says how many. */
function quantityOf({ type, header }: EnvelopeItem): number {
  const { item_count: many } = header;
  if (!CONTAINERS.has(type)) return 1;
  return typeof many === 'number' && Number.isInteger(many) && many > 0 ? Math.min(many, MAX_IN_ITEM) : 1;
}

/** The worst that happened decides: come back (503), then limits, then what was wrong, when nothing was right. */
async function conclude(pending: readonly PendingItem[], headerId: string | null): Promise<Answer> {
  const limits: Limited[] = [];
  const causes: string[] = [];
  let status = 400;
  let id = headerId;
  let retryAfterS = 0;
  let usable = 0;
  // All are awaited, whatever the first says: an answer must not leave a commit behind.
  for (const result of await Promise.all(pending.map((item) => Promise.resolve(item)))) {
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
    const { verdict } = result;
    if (verdict.kind === 'unavailable') retryAfterS = Math.max(retryAfterS, verdict.retryAfterS, 1);
    else if (verdict.kind === 'quarantined') causes.push(verdict.message);
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
