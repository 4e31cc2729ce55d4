/**
 * Release health out of `session` and `sessions` items. An SDK sends a session when it starts, when its first error
 * comes and when it ends: each fact of it is counted once, remembered by session id (the last 20,000 to 40,000).
 */
import { Lru } from '../lib/lru.ts';
import { normalizeEnvironment, normalizeRelease } from './normalize/attributes.ts';
import { createNotes } from './normalize/notes.ts';
import { asObject } from './normalize/text.ts';
import { parseTime } from './normalize/timestamp.ts';
import type { SessionCount } from './ports.ts';

type Status = SessionCount['status'];
/** A bit for each fact that was counted of a session. */
const BIT = { started: 1, errored: 2, unhandled: 4, crashed: 8, abnormal: 16 } as const satisfies Record<
  Status,
  number
>;
const DAY_MS = 86_400_000;
const MAX_BUCKETS = 100;
const MAX_QUANTITY = 1_000_000;

export interface SessionReader {
  /** null: without a release it belongs nowhere. */
  session(payload: { [key: string]: unknown }, projectId: number, receivedMs: number): SessionCount[] | null;
  aggregates(payload: { [key: string]: unknown }, receivedMs: number): SessionCount[] | null;
}

export function createSessionReader(): SessionReader {
  const counted = new Lru<string, number>(20_000);

  return {
    session(payload, projectId, receivedMs) {
      const where = release(payload);
      if (where === null) return null;
      const startedMs = startOf(payload['started'], receivedMs);
      const facts = factsOf(payload);
      const { sid } = payload;
      const id = typeof sid === 'string' && sid.length <= 64 ? `${projectId}:${sid}` : null;
      const known = id === null ? 0 : (counted.get(id) ?? 0);
      const fresh = facts.filter((fact) => (known & BIT[fact]) === 0);
      if (id !== null)
        counted.set(
          id,
          fresh.reduce((bits, fact) => bits | BIT[fact], known),
        );
      return fresh.map((status) => ({ ...where, startedMs, status, quantity: 1 }));
    },
    aggregates(payload, receivedMs) {
      const where = release(payload);
      const buckets = payload['aggregates'];
      if (where === null || !Array.isArray(buckets)) return null;
      return buckets.slice(0, MAX_BUCKETS).flatMap((entry: unknown) => {
        const bucket = asObject(entry);
        if (bucket === null) return [];
        const startedMs = startOf(bucket['started'], receivedMs);
        const count = (status: Status, quantity: number) => ({ ...where, startedMs, status, quantity });
        const ended = { errored: 0, unhandled: 0, crashed: 0, abnormal: 0 };
        for (const key of ['errored', 'unhandled', 'crashed', 'abnormal'] as const)
          ended[key] = quantityOf(bucket[key]);
        const all = Object.values(ended).reduce((sum, n) => sum + n, quantityOf(bucket['exited']));
        return [
          count('started', all),
          ...(['errored', 'unhandled', 'crashed', 'abnormal'] as const).map((key) => count(key, ended[key])),
        ].filter(({ quantity }) => quantity > 0);
      });
    },
  };
}

function factsOf(payload: { [key: string]: unknown }): Status[] {
  const facts: Status[] = [];
  if (payload['init'] === true) facts.push('started');
  const { status, errors } = payload;
  if (status === 'crashed' || status === 'abnormal' || status === 'unhandled') facts.push(status);
  else if (status === 'errored' || (typeof errors === 'number' && errors > 0)) facts.push('errored');
  return facts;
}

function release(payload: { [key: string]: unknown }): { release: string; environment: string } | null {
  const attributes = asObject(payload['attrs']) ?? payload;
  const notes = createNotes();
  const name = normalizeRelease(attributes['release'], notes);
  if (name === undefined) return null;
  return { release: name, environment: normalizeEnvironment(attributes['environment'], notes) ?? '' };
}

/** Of the last 30 days: a wrong clock must not make rows in other years. */
function startOf(value: unknown, receivedMs: number): number {
  const parsed = parseTime(value);
  if (parsed === undefined || parsed > receivedMs + 60_000 || parsed < receivedMs - 30 * DAY_MS)
    return receivedMs;
  return parsed;
}

function quantityOf(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0
    ? Math.min(value, MAX_QUANTITY)
    : 0;
}
