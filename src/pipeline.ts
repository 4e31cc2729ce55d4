/**
 * THE list of named steps from received bytes to published change, in their order. `receive` is ingest's (routes, key,
 * limits, body, framing); `digest` is parse, normalize, scrub, group and pack (digest.ts); `commit` is the batch
 * writer; `publish` follows each commit. One event in 64 is timed.
 *
 * In: an event, or its bytes, and where it came from. Out: the verdict after its transaction committed.
 */
import { DigestLostError } from './digest-pool.ts';
import { digestEvent, type Digest, type DigestTask } from './digest.ts';
import type { SentryEvent } from './event.ts';
import type { AcceptedPayload, EventOrigin } from './ingest/ports.ts';
import type { PayloadSource } from './ingest/read-event.ts';
import type { Metrics } from './metrics.ts';
import type { NewEvent, Verdict } from './store/new-event.ts';

export const STEPS = ['receive', 'digest', 'commit', 'publish'] as const;
export type Step = (typeof STEPS)[number];

export interface PipelineDeps {
  /** On a worker thread, or in place. Rejects when the thread died: nothing is stored. */
  digest(task: DigestTask): Promise<Digest>;
  /** How a project groups, as text for the digest. Rejects while the database cannot be asked. */
  groupingOf(projectId: number): Promise<string>;
  commit(event: NewEvent): Promise<Verdict>;
  metrics: Metrics;
}

export interface Pipeline {
  accept(event: SentryEvent, origin: EventOrigin): Promise<Verdict>;
  acceptPayload(payload: Uint8Array, source: PayloadSource, origin: EventOrigin): Promise<AcceptedPayload>;
}

const TIMED_ONE_IN = 64;
/** Grouped by settings that cannot be read, an event would make an issue that is never found again. */
const UNAVAILABLE: Verdict = { kind: 'unavailable', retryAfterS: 2 };
const NOT_ACCEPTED: AcceptedPayload = { kind: 'event', id: '', verdict: UNAVAILABLE };

export function createPipeline({ digest, groupingOf, commit, metrics }: PipelineDeps): Pipeline {
  let count = 0;

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

  // Neither is an async function: suspended, it would keep the event alive until its commit, and the collector would
  // copy it again and again.
  return {
    accept(event, origin) {
      const lap = stopwatch();
      return groupingOf(origin.projectId).then(
        (grouping) => {
          const row = digestEvent(event, origin, grouping);
          lap('digest');
          return commit(withAttachments(row, origin)).finally(() => lap('commit'));
        },
        () => UNAVAILABLE,
      );
    },
    acceptPayload(payload, source, origin) {
      const lap = stopwatch();
      const { projectId, keyId } = origin;
      return groupingOf(projectId).then(
        (grouping) =>
          digest({ payload, source, origin: { projectId, keyId }, grouping }).then(
            (digested): AcceptedPayload | Promise<AcceptedPayload> => {
              lap('digest');
              if (digested.kind !== 'event') return digested;
              const id = digested.event.eventId;
              return commit(withAttachments(digested.event, origin)).then((verdict) => {
                lap('commit');
                return { kind: 'event', id, verdict };
              });
            },
            lost,
          ),
        () => NOT_ACCEPTED,
      );
    },
  };
}

/** Added here: the digest has no use for them, and they would cross to its thread and back. */
function withAttachments(row: NewEvent, { attachments }: EventOrigin): NewEvent {
  if (attachments !== undefined) row.attachments = attachments;
  return row;
}

/** A thread that ended has stored nothing: the client is told to come back. Anything else is a bug and is thrown. */
function lost(error: unknown): AcceptedPayload {
  if (!(error instanceof DigestLostError)) throw error;
  return NOT_ACCEPTED;
}
