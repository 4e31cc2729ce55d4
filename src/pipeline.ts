/**
 * THE list of named steps from received bytes to published change. `receive`, `parse`, `normalize` and `scrub`
 * happen inside ingest, which owns the bytes; this file takes the normalised event through `group`, `pack` and
 * `commit`; `publish` follows the commit (`onCommitted` of the batch writer). One step in 64 is timed.
 *
 * In: a SentryEvent and where it came from. Out: the verdict after its transaction committed.
 */
import { gzipSync } from 'node:zlib';
import type { SentryEvent, Stacktrace } from './event.ts';
import type { Grouping } from './group/group-event.ts';
import type { Metrics } from './metrics.ts';
import type { EventData, EventMatch } from './protocol/change.ts';
import type { EventAttachment, NewEvent, Verdict } from './store/new-event.ts';

export const STEPS = [
  'receive',
  'parse',
  'normalize',
  'scrub',
  'group',
  'pack',
  'commit',
  'publish',
] as const;
export type Step = (typeof STEPS)[number];

export interface EventOrigin {
  projectId: number;
  keyId: number;
  /** Uploaded already; committed with the event. */
  attachments?: readonly EventAttachment[];
  /** Counted like any other; its payload is kept only if it is the first of its issue. */
  countOnly?: boolean;
}

export interface PipelineDeps {
  group(event: SentryEvent): Grouping;
  commit(event: NewEvent): Promise<Verdict>;
  metrics: Metrics;
}

export interface Pipeline {
  accept(event: SentryEvent, origin: EventOrigin): Promise<Verdict>;
}

const TIMED_ONE_IN = 64;
const TEXT_LIMIT = 2048;

export function createPipeline({ group, commit, metrics }: PipelineDeps): Pipeline {
  let count = 0;

  return {
    async accept(event, origin) {
      const timed = count++ % TIMED_ONE_IN === 0;
      let mark = timed ? performance.now() : 0;
      const lap = (step: Step) => {
        if (!timed) return;
        const now = performance.now();
        metrics.pipelineSeconds.observe({ step }, (now - mark) / 1000);
        mark = now;
      };

      const grouping = group(event);
      markInApp(event, grouping);
      lap('group');
      const packed = pack(event, grouping, origin);
      lap('pack');
      const verdict = await commit(packed);
      lap('commit');
      return verdict;
    },
  };
}

/** The stored frames carry what the rules decided, so that the page shows what grouping saw. */
function markInApp(event: SentryEvent, { inApp }: Grouping): void {
  event.exception?.forEach((exception, i) => markFrames(exception.stacktrace, inApp.exceptions[i]));
  event.threads?.forEach((thread, i) => markFrames(thread.stacktrace, inApp.threads[i]));
  markFrames(event.stacktrace, inApp.stacktrace);
}

function markFrames(
  stacktrace: Stacktrace | undefined,
  decided: readonly boolean[] | null | undefined,
): void {
  stacktrace?.frames.forEach((frame, i) => {
    const inApp = decided?.[i];
    if (inApp !== undefined) frame.in_app = inApp;
  });
}

/** The row to store. Level 1: 35 µs for 10 KB; higher levels cost more CPU than the disk they save. */
function pack(event: SentryEvent, grouping: Grouping, origin: EventOrigin): NewEvent {
  const handled = handledOf(event);
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
    userIdent: userIdent(event),
    title: grouping.title,
    culprit: grouping.culprit,
    type: grouping.type,
    value: grouping.value,
    hashes: [...grouping.hashes],
    groupingVersion: grouping.version,
    data: eventData(event, grouping),
    match: eventMatch(event, grouping, handled),
    encoding: 1,
    payload: gzipSync(JSON.stringify(event), { level: 1 }),
    handled,
    attachments: origin.attachments,
    countOnly: origin.countOnly === true,
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

function eventMatch(event: SentryEvent, grouping: Grouping, handled: boolean | null): NewEvent['match'] {
  const texts = [event.message, ...(event.exception ?? []).map((exception) => exception.value)];
  return {
    dist: event.dist ?? null,
    logger: event.logger ?? null,
    transaction: event.transaction ?? null,
    server_name: event.server_name ?? null,
    fingerprint: grouping.hashes[0] ?? null,
    sdk: event.sdk?.name ?? null,
    handled,
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
