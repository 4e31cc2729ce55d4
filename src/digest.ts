/**
 * The CPU of the event's way: parse → normalize → scrub → the project's rules → group → pack. Pure: bytes in, the row
 * for the writer out. Runs on a worker thread for what SDKs send (digest-pool.ts), in place where there is no pool.
 */
import { brotliCompressSync, constants } from 'node:zlib';
import type { SentryEvent } from './event.ts';
import { groupEvent, type Grouping } from './group/group-event.ts';
import { titleKey } from './group/similarity.ts';
import { groupingConfigOf, type GroupingSettings } from './grouping-settings.ts';
import { markInApp } from './in-app.ts';
import { indexedTags, type IndexedTags } from './indexed-tags.ts';
import type { InvalidReason, Outcome } from './ingest/outcomes.ts';
import { parsePayload } from './ingest/payload.ts';
import { applyRules } from './ingest/project-rules.ts';
import { readEvent, type PayloadSource } from './ingest/read-event.ts';
import type { EventData, EventMatch } from './protocol/change.ts';
import { rulesOf, type KeyedRules } from './rule-settings.ts';
import type { NewEvent } from './store/new-event.ts';

/** Where an event came from. */
type Origin = Pick<NewEvent, 'projectId' | 'keyId'>;

/** What a project makes of its events. */
export interface DigestSettings {
  grouping: GroupingSettings;
  /** Absent: the project has none. */
  rules?: KeyedRules | undefined;
}

/** Plain data: it crosses to a worker thread. */
export interface DigestTask extends DigestSettings {
  payload: Uint8Array;
  source: PayloadSource;
  origin: Origin;
}

export type Digest = DigestedEvent | { kind: 'invalid'; reason: InvalidReason } | { kind: 'transaction' };

export type DigestedEvent =
  | { kind: 'event'; event: NewEvent }
  /** By the project's rules. */
  | { kind: 'dropped'; id: string; outcome: Outcome };

export function digestPayload({ payload, source, origin, grouping, rules }: DigestTask): Digest {
  const read = readEvent(parsePayload(payload), source);
  return read.kind === 'event' ? digestEvent(read.event, origin, { grouping, rules }) : read;
}

/** Scrubs the event by the project's rules: it is grouped by what is left. */
export function digestEvent(event: SentryEvent, origin: Origin, settings: DigestSettings): DigestedEvent {
  const rules = settings.rules && rulesOf(settings.rules);
  const outcome = rules ? applyRules(event, rules) : null;
  if (outcome !== null) return { kind: 'dropped', id: event.event_id, outcome };
  return { kind: 'event', event: rowOf(event, origin, settings.grouping) };
}

/** Marks the event's frames as grouping decided; the row holds the event as JSON. */
export function rowOf(event: SentryEvent, origin: Origin, settings: GroupingSettings): NewEvent {
  const grouping = groupEvent(event, groupingConfigOf(settings));
  markInApp(event, grouping.inApp);
  return pack(event, grouping, origin);
}

const TEXT_LIMIT = 2048;
/**
 * Brotli at quality 0, on events of real SDKs (6.6 KB): 22 µs and 2.4 KB. zstd level 1 takes 32 µs and 2.3 KB, gzip
 * level 1 takes 58 µs and 2.3 KB.
 */
const BROTLI = {
  // Most events fit in one: the default of 16 KB is allocated anew for each of them (4 µs).
  chunkSize: 4096,
  params: { [constants.BROTLI_PARAM_QUALITY]: 0, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT },
};

/** The row to store. */
export function pack(event: SentryEvent, grouping: Grouping, origin: Origin): NewEvent {
  const handled = handledOf(event);
  const user = userIdent(event);
  const tags = indexedTags(event, { handled, user });
  return {
    projectId: origin.projectId,
    keyId: origin.keyId,
    eventId: event.event_id,
    receivedAt: event.received,
    occurredAt: event.timestamp,
    level: event.level,
    platform: event.platform,
    environment: event.environment ?? null,
    release: event.release ?? null,
    userIdent: user,
    title: grouping.title,
    culprit: grouping.culprit,
    titleKey: titleKey(grouping.title),
    type: grouping.type,
    value: grouping.value,
    hashes: [...grouping.hashes],
    previousHashes: [...grouping.previousHashes],
    groupingVersion: grouping.version,
    tagsJson: JSON.stringify(tags.all),
    data: eventData(event, grouping),
    match: eventMatch(event, grouping, { handled, tags }),
    encoding: 2,
    payload: brotliCompressSync(JSON.stringify(event), BROTLI),
    handled,
  };
}

function eventData(event: SentryEvent, grouping: Grouping): EventData {
  const { id, email, username, ip_address } = event.user ?? {};
  const user = {
    ...(id !== undefined && { id }),
    ...(email !== undefined && { email }),
    ...(username !== undefined && { username }),
    ...(ip_address !== undefined && { ip_address }),
  };
  return {
    id: event.event_id,
    level: event.level,
    title: grouping.title,
    culprit: grouping.culprit,
    environment: event.environment ?? null,
    release: event.release ?? null,
    platform: event.platform,
    // fromEntries defines own properties: a tag named `__proto__` stays a tag.
    tags: Object.fromEntries(event.tags),
    user: Object.keys(user).length > 0 ? user : null,
    timestamp: new Date(event.timestamp).toISOString(),
  };
}

function eventMatch(
  event: SentryEvent,
  grouping: Grouping,
  { handled, tags }: { handled: boolean | null; tags: IndexedTags },
): NewEvent['match'] {
  const texts = [event.message, ...(event.exception ?? []).map((exception) => exception.value)];
  return {
    dist: event.dist ?? null,
    logger: event.logger ?? null,
    transaction: event.transaction ?? null,
    server_name: event.server_name ?? null,
    fingerprint: grouping.hashes[0] ?? null,
    sdk: event.sdk?.name ?? null,
    handled,
    ...(tags.ofContexts !== null && { context_tags: tags.ofContexts }),
    text: texts.filter(Boolean).join('\n').slice(0, TEXT_LIMIT).toWellFormed(),
  } satisfies Omit<EventMatch, 'is_new' | 'is_regression'>;
}

/** false as soon as one exception was unhandled; null when no SDK said. */
function handledOf(event: SentryEvent): boolean | null {
  let handled: boolean | null = null;
  for (const exception of event.exception ?? []) {
    if (exception.mechanism?.handled === false) return false;
    if (exception.mechanism?.handled === true) handled = true;
  }
  return handled;
}

/** What tells users apart, strongest first; prefixed so that an id never equals an e-mail. */
function userIdent({ user }: SentryEvent): string | null {
  if (!user) return null;
  if (user.id) return `id:${user.id}`;
  if (user.email) return `email:${user.email}`;
  if (user.username) return `username:${user.username}`;
  return user.ip_address ? `ip:${user.ip_address}` : null;
}
