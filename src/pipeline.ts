/**
 * THE list of named steps from received bytes to published change, in their order. `receive` is ingest's (routes, key,
 * limits, body, framing); `digest` is parse, normalize, scrub, filter, group and pack (digest.ts); `commit` is the batch
 * writer; `publish` follows each commit. One event in 64 is timed.
 *
 * In: an event, or its bytes, and where it came from. Out: the verdict after its transaction committed.
 */
import { DigestLostError } from './digest-pool.ts';
import { digestEvent, rowOf, type Digest, type DigestSettings, type DigestTask } from './digest.ts';
import type { SentryEvent } from './event.ts';
import { groupingSettingsOf } from './grouping-settings.ts';
import type { AcceptedEvent, AcceptedPayload, EventOrigin } from './ingest/ports.ts';
import type { PayloadSource } from './ingest/read-event.ts';
import type { Metrics } from './metrics.ts';
import { ruleSettingsOf } from './rule-settings.ts';
import type { NewEvent, Verdict } from './store/new-event.ts';
import type { ProjectSettings } from './store/projects.ts';

export const STEPS = ['receive', 'digest', 'commit', 'publish'] as const;
export type Step = (typeof STEPS)[number];

export interface PipelineDeps {
  /** On a worker thread, or in place. Rejects when the thread died: nothing is stored. */
  digest(task: DigestTask): Promise<Digest>;
  /** Cached; null: the project is gone, and storing will refuse the event. */
  settingsOf(projectId: number): Promise<ProjectSettings | null>;
  commit(event: NewEvent): Promise<Verdict>;
  metrics: Metrics;
}

export interface Pipeline {
  accept(event: SentryEvent, origin: EventOrigin): Promise<AcceptedEvent>;
  /** An event of Mesher's own: no rule of the project drops or changes it. */
  acceptOwn(event: SentryEvent, origin: EventOrigin): Promise<Verdict>;
  acceptPayload(payload: Uint8Array, source: PayloadSource, origin: EventOrigin): Promise<AcceptedPayload>;
}

const TIMED_ONE_IN = 64;

export function createPipeline({ digest, commit, settingsOf, metrics }: PipelineDeps): Pipeline {
  let count = 0;
  const unset: ProjectSettings = {};

  /** Without its settings an event would be grouped by the wrong version and never be found again. */
  function digestSettings({ projectId }: EventOrigin): Promise<DigestSettings> {
    return settingsOf(projectId).then(
      (found) => {
        const settings = found ?? unset;
        return { grouping: groupingSettingsOf(settings), rules: ruleSettingsOf(settings) };
      },
      (error: unknown) => {
        throw new SettingsLostError(error);
      },
    );
  }

  /** A function to call after each step, in order. */
  function stopwatch(): (step: Step) => void {
    if (count++ % TIMED_ONE_IN !== 0) return () => undefined;
    let mark = performance.now();
    return (step) => {
      const now = performance.now();
      metrics.pipelineSeconds.observe({ step }, (now - mark) / 1000);
      mark = now;
    };
  }

  /** `countOnly` is asked here, of what the rules let pass: what they drop fills no budget. */
  function finish(event: NewEvent, origin: EventOrigin, lap: (step: Step) => void): Promise<AcceptedEvent> {
    const id = event.eventId;
    const countOnly = origin.countOnly?.() === true;
    return commit(withOrigin(event, origin, countOnly)).then((verdict) => {
      lap('commit');
      return { kind: 'event', id, verdict, countOnly };
    });
  }

  // None is an async function: suspended, it would keep the event alive until its commit, and the collector would copy
  // it again and again.
  return {
    accept(event, origin) {
      const lap = stopwatch();
      return digestSettings(origin).then((settings): AcceptedEvent | Promise<AcceptedEvent> => {
        const digested = digestEvent(event, origin, settings);
        lap('digest');
        return digested.kind === 'event' ? finish(digested.event, origin, lap) : digested;
      }, lost);
    },
    acceptOwn(event, origin) {
      return digestSettings(origin).then(
        ({ grouping }) => commit(rowOf(event, origin, grouping)),
        unavailable,
      );
    },
    acceptPayload(payload, source, origin) {
      const lap = stopwatch();
      const { projectId, keyId } = origin;
      return digestSettings(origin)
        .then((settings) => digest({ payload, source, origin: { projectId, keyId }, ...settings }))
        .then((digested): AcceptedPayload | Promise<AcceptedPayload> => {
          lap('digest');
          return digested.kind === 'event' ? finish(digested.event, origin, lap) : digested;
        }, lost);
    },
  };
}

/** Added here: the digest has no use for them, and they would cross to its thread and back. */
function withOrigin(row: NewEvent, { attachments }: EventOrigin, countOnly: boolean): NewEvent {
  if (attachments !== undefined) row.attachments = attachments;
  if (countOnly) row.countOnly = true;
  return row;
}

/** A thread that ended, or settings that cannot be read: nothing is stored, the client is told to come back. */
function lost(error: unknown): AcceptedEvent {
  return { kind: 'event', id: '', verdict: unavailable(error), countOnly: false };
}

/** Anything else is a bug and is thrown. */
function unavailable(error: unknown): Verdict {
  if (error instanceof DigestLostError || error instanceof SettingsLostError)
    return { kind: 'unavailable', retryAfterS: 1 };
  throw error;
}

class SettingsLostError extends Error {
  constructor(cause: unknown) {
    super('The settings of a project cannot be read.', { cause });
    this.name = 'SettingsLostError';
  }
}
