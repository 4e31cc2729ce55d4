/**
 * Items of an authorized request → events accepted, everything else counted, and the answer. One bad item never
 * fails the others; the answer says 200 only when every event of it is committed (or was before).
 */
import { accepted, refused, unavailable, withRateLimits, type Answer, type Limited } from './answers.ts';
import { readClientReport } from './client-report.ts';
import type { ActiveKey } from './dsn-auth.ts';
import type { Envelope, EnvelopeItem } from './envelope-parser.ts';
import { LIMITS } from './limits.ts';
import { parseEventId } from './normalize/attributes.ts';
import { CATEGORIES, categoryOf, unsupported, type Category, type Outcome } from './outcomes.ts';
import type { Payload } from './payload.ts';
import type { AcceptedPayload, IngestDeps, Verdict } from './ports.ts';
import { readEvent, type PayloadSource } from './read-event.ts';
import type { RateLimiter } from './rate-limit.ts';

/** What is known of a request besides its items. */
export interface RequestFacts {
  key: ActiveKey;
  receivedMs: number;
  clientIp: string | null;
  sentAt?: unknown;
}

type ItemResult =
  | { kind: 'event'; id: string; verdict: Verdict }
  | { kind: 'limited'; limit: Limited }
  | { kind: 'failed'; status: 400 | 413; cause: string }
  | { kind: 'passed' };
/** Settled once an event is committed, or will not be. */
type PendingItem = ItemResult | Promise<ItemResult>;

export interface ItemProcessor {
  envelope(envelope: Envelope, facts: RequestFacts): Promise<Answer>;
  /** One event's payload, as the store endpoint, the socket and the JSON endpoints have it. */
  event: (payload: Payload, bytes: number, facts: RequestFacts) => Promise<Answer>;
}

/** How much of a payload is worth holding; of types that are not stored yet, nothing. */
export function maxKept(type: string): number {
  if (type === 'event') return LIMITS.eventBytes;
  return type === 'client_report' ? 256 * 1024 : 0;
}

export function createItemProcessor(deps: IngestDeps, limiter: RateLimiter): ItemProcessor {
  function count(key: ActiveKey, category: Category, { outcome, reason }: Outcome, quantity = 1): void {
    deps.countOutcome({ projectId: key.projectId, keyId: key.keyId, category, outcome, reason, quantity });
    deps.metrics.outcomes.inc({ outcome, reason, category }, quantity);
  }

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
  ): PendingItem {
    const { key } = facts;
    if (item.type === 'client_report') {
      if (item.payload !== null) report(item.payload, key);
      return { kind: 'passed' };
    }
    const category = categoryOf(item.type);
    const limited = take(key, category);
    if (limited !== null) return limited;
    if (item.type !== 'event') {
      count(key, category, unsupported(item.type));
      return { kind: 'passed' };
    }
    if (item.payload === null) {
      count(key, category, { outcome: 'too_large', reason: 'event_payload' });
      return { kind: 'failed', status: 413, cause: 'the event is larger than 4 MiB' };
    }
    const source: PayloadSource = {
      // The header's id is that of the envelope's event: a second event item keeps its own.
      headerId: first ? header['event_id'] : undefined,
      receivedMs: facts.receivedMs,
      sentAt: facts.sentAt,
      sdk: header['sdk'],
      clientIp: facts.clientIp,
      payloadBytes: item.size,
    };
    return deps.acceptPayload(item.payload, source, originOf(key)).then((result) => settle(result, key));
  }

  /** A payload that is an object already: of the store endpoint, the socket, the JSON endpoints. */
  function start(payload: Payload, bytes: number, facts: RequestFacts): PendingItem {
    const { key, receivedMs, sentAt, clientIp } = facts;
    const read = readEvent(payload, { receivedMs, sentAt, clientIp, payloadBytes: bytes });
    if (read.kind !== 'event') return settle(read, key);
    const id = read.event.event_id;
    // Not an async function: suspended, it would keep the event alive until its commit, for the collector to copy.
    return deps
      .accept(read.event, originOf(key))
      .then((verdict) => settle({ kind: 'event', id, verdict }, key));
  }

  function settle(result: AcceptedPayload, key: ActiveKey): ItemResult {
    switch (result.kind) {
      case 'invalid':
        count(key, 'error', { outcome: 'invalid', reason: result.reason });
        return { kind: 'failed', status: 400, cause: `the event is not usable: ${result.reason}` };
      case 'transaction':
        count(key, 'transaction', unsupported('transaction'));
        return { kind: 'passed' };
      case 'event': {
        const outcome = outcomeOf(result.verdict);
        if (outcome !== null) count(key, 'error', outcome);
        return result;
      }
    }
  }

  return {
    async envelope(envelope, facts) {
      const { header, items } = envelope;
      const headerId = parseEventId(header['event_id']);
      if (items.length === 0 && looksLikeEvent(header))
        return refused(400, 'this is an event, not an envelope', ['send it to the store endpoint']);
      const withSentAt = { ...facts, sentAt: header['sent_at'] ?? facts.sentAt };
      let events = 0;
      const results = items.map((entry) => {
        const first = entry.type === 'event' && events++ === 0;
        return processItem(entry, header, withSentAt, first);
      });
      return conclude(results, headerId);
    },
    async event(payload, bytes, facts) {
      const limited = take(facts.key, 'error');
      return conclude([limited ?? start(payload, bytes, facts)], null);
    },
  };
}

function originOf(key: ActiveKey): { projectId: number; keyId: number } {
  return { projectId: key.projectId, keyId: key.keyId };
}

function outcomeOf(verdict: Verdict): Outcome | null {
  switch (verdict.kind) {
    case 'stored':
      return { outcome: 'accepted', reason: 'stored' };
    case 'duplicate':
      return { outcome: 'duplicate', reason: 'event_id' };
    case 'discarded':
      return { outcome: 'discarded', reason: 'issue_discarded' };
    case 'quarantined':
      return { outcome: 'invalid', reason: 'quarantined' };
    case 'unavailable':
      // The client is told to come back: nothing has happened to the event yet.
      return null;
  }
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
