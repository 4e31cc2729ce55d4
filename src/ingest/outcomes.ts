/**
 * Where did my events go: the closed set of outcomes, their reasons, and the categories they are counted in.
 * An item that is not stored always ends as exactly one of these.
 */
import type { Verdict } from './ports.ts';

export const CATEGORIES = [
  'error',
  'transaction',
  'session',
  'attachment',
  'monitor',
  'log_item',
  'default',
  'feedback',
  'security',
  'span',
  'profile',
  'replay',
  'metric_bucket',
  'trace_metric',
] as const;
export type Category = (typeof CATEGORIES)[number];

/** What happened to one item. */
export type Outcome =
  | { outcome: 'accepted'; reason: 'stored' }
  | { outcome: 'rate_limited'; reason: 'key_limit' | 'project_limit' }
  | { outcome: 'sampled'; reason: 'sample_rate' }
  | { outcome: 'filtered'; reason: FilterReason }
  /** Counted in every number, kept without its payload. */
  | { outcome: 'spike'; reason: 'payload_dropped' }
  | { outcome: 'duplicate'; reason: 'event_id' }
  | {
      outcome: 'discarded';
      reason: 'issue_discarded' | 'attachment_budget' | 'no_event' | 'too_many_monitors';
    }
  | { outcome: 'invalid'; reason: InvalidReason }
  /** `request`: as a whole, before its items were told apart. */
  | { outcome: 'too_large'; reason: 'event_payload' | 'item_payload' | 'request' }
  | { outcome: 'unsupported_item'; reason: string }
  /** What the SDK says it dropped itself. */
  | { outcome: 'client_report'; reason: string };

export type FilterReason =
  | 'browser_extension'
  | 'legacy_browser'
  | 'localhost'
  | 'health_check'
  | 'message'
  | 'release'
  | 'environment';

export type InvalidReason =
  | 'empty_payload'
  | 'invalid_json'
  | 'not_an_object'
  | 'quarantined'
  | 'unusable'
  /** Of a whole request: what its encoding is not, or an envelope or form that does not hold together. */
  | 'undecodable'
  | 'framing';

/** By the names that SDKs have for them: a limit of a category an SDK does not know stops nothing. */
const BY_ITEM_TYPE = new Map<string, Category>([
  ['event', 'error'],
  ['transaction', 'transaction'],
  ['session', 'session'],
  ['sessions', 'session'],
  ['attachment', 'attachment'],
  ['check_in', 'monitor'],
  ['log', 'log_item'],
  ['user_report', 'default'],
  ['feedback', 'feedback'],
  ['raw_security', 'security'],
  ['span', 'span'],
  ['profile', 'profile'],
  ['profile_chunk', 'profile'],
  ['replay_event', 'replay'],
  ['replay_recording', 'replay'],
  ['replay_video', 'replay'],
  ['statsd', 'metric_bucket'],
  ['metric_buckets', 'metric_bucket'],
  ['trace_metric', 'trace_metric'],
]);

export function categoryOf(itemType: string): Category {
  return BY_ITEM_TYPE.get(itemType) ?? 'default';
}

/** The reason of `unsupported_item` is the item's type when we know it, so that strangers cannot mint reasons. */
export function unsupported(itemType: string): Outcome {
  const known = BY_ITEM_TYPE.has(itemType) || itemType === 'client_report';
  return { outcome: 'unsupported_item', reason: known ? itemType : 'unknown' };
}

/** Of a request that is refused as a whole. */
export function wholeOutcome(kind: 'malformed' | 'corrupt' | 'too_large'): Outcome {
  switch (kind) {
    case 'malformed':
      return { outcome: 'invalid', reason: 'framing' };
    case 'corrupt':
      return { outcome: 'invalid', reason: 'undecodable' };
    case 'too_large':
      return { outcome: 'too_large', reason: 'request' };
  }
}

/** null: nothing has happened yet, the client is told to come back. */
export function outcomeOf(verdict: Verdict, countOnly = false): Outcome | null {
  switch (verdict.kind) {
    case 'stored':
      return countOnly && !verdict.isNew
        ? { outcome: 'spike', reason: 'payload_dropped' }
        : { outcome: 'accepted', reason: 'stored' };
    case 'duplicate':
      return { outcome: 'duplicate', reason: 'event_id' };
    case 'discarded':
      return { outcome: 'discarded', reason: 'issue_discarded' };
    case 'quarantined':
      return { outcome: 'invalid', reason: 'quarantined' };
    case 'unavailable':
      return null;
  }
}
