/** What ingestion needs from the rest of the program, as function types; `server.ts` wires them. */
import type { IncomingMessage } from 'node:http';
import type { SentryEvent } from '../event.ts';
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { KeyPorts } from './dsn-auth.ts';
import type { Category, InvalidReason, Outcome } from './outcomes.ts';
import type { PayloadSource } from './read-event.ts';

export type Verdict =
  | { kind: 'stored'; issueId: string; isNew: boolean; isRegression: boolean }
  | { kind: 'duplicate' }
  | { kind: 'discarded' }
  | { kind: 'quarantined'; message: string }
  | { kind: 'unavailable'; retryAfterS: number };

export type AcceptedPayload =
  | { kind: 'event'; id: string; verdict: Verdict }
  | { kind: 'invalid'; reason: InvalidReason }
  | { kind: 'transaction' };

export interface IngestDeps extends KeyPorts {
  /** Asked before a body is read. */
  admit(): { kind: 'ok' } | { kind: 'full'; retryAfterS: number };
  /** Resolves when the event is committed, or will not be. */
  accept(event: SentryEvent, from: { projectId: number; keyId: number }): Promise<Verdict>;
  /**
   * The same for a payload that is still bytes: parsed, normalised and grouped where the CPU is to be spent. Does
   * not keep the bytes.
   */
  acceptPayload(
    payload: Uint8Array,
    source: PayloadSource,
    from: { projectId: number; keyId: number },
  ): Promise<AcceptedPayload>;
  countOutcome(row: {
    projectId: number;
    keyId: number;
    category: Category;
    outcome: Outcome['outcome'];
    reason: string;
    quantity: number;
  }): void;
  /** The client's address behind trusted proxies; null when it must not be known. */
  clientIp(req: IncomingMessage): string | null;
  /** Events a second and project, per category; 0 = off. */
  rateLimit: number;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
}
