/**
 * A batch until its fate is certain: lost races are run again, missing partitions made, a batch with bad data is
 * halved until the bad event is alone and quarantined, a lost commit is asked for, a database that cannot be reached is
 * tried a few times. In: events. Out: a verdict for each; changes go to `onCommitted` in order of commit.
 */
import type { Clock } from '../lib/clock.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Change } from '../protocol/change.ts';
import { CommitUnknownError, type Database, type Transaction } from './database.ts';
import type { NewEvent, Verdict } from './new-event.ts';
import { dayOf, ensureDay } from './partitions.ts';
import { classifyFailure, sqlStateOf } from './sql-error.ts';
import { insertQuarantine } from './sql/insert-quarantine.ts';
import { readEpoch } from './sql/read-epoch.ts';
import { BatchRaceError, storeBatch, type StoredBatch } from './store-batch.ts';

export interface CommitDeps {
  db: Database;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  onCommitted: (changes: Change[]) => void;
  /** The tries are used up: taking more would only fill the queue. */
  onUnreachable: (error: unknown) => void;
}

const RETRY_AFTER_S = 5;
/** Waits before each further try of an unreachable database: a restart of the embedded one takes about 0.3 s. */
const UNAVAILABLE_WAITS_MS = [50, 200, 500, 1_000];
/** Races end by themselves: whoever is rolled back lets the other one through. */
const MAX_RACES = 20;
const PATIENT_RACES = 3;
const RACE_PAUSE_MS = 5;

export async function commitBatch(deps: CommitDeps, events: readonly NewEvent[]): Promise<Verdict[]> {
  let races = 0;
  let outages = 0;
  const partitioned = new Set<string>();
  for (;;) {
    const start = deps.clock.monotonic();
    try {
      const stored = await tryOnce(deps, events);
      deps.metrics.writerBatch.observe(events.length);
      deps.metrics.writerCommitSeconds.observe((deps.clock.monotonic() - start) / 1000);
      publish(deps, stored.changes);
      return stored.verdicts;
    } catch (error) {
      const failure = error instanceof BatchRaceError ? 'race' : classifyFailure(error);
      if (failure === 'data') return halve(deps, events, error, quarantine);
      if (failure === 'race' && races++ < MAX_RACES) {
        deps.metrics.writerRetries.inc({ reason: sqlStateOf(error) ?? 'race' });
        // Commands one after the other (merge, unmerge, merge …) would otherwise win every time: they ask for less first.
        const pause = (races - PATIENT_RACES) * RACE_PAUSE_MS;
        if (pause > 0) await new Promise<void>((resolve) => void deps.clock.after(pause, resolve));
        continue;
      }
      if (failure === 'partition' && (await makePartitions(deps, events, partitioned))) continue;
      const wait = UNAVAILABLE_WAITS_MS[outages++];
      if (failure === 'unavailable' && wait !== undefined) {
        deps.metrics.writerRetries.inc({ reason: sqlStateOf(error) ?? 'connection' });
        await new Promise<void>((resolve) => void deps.clock.after(wait, resolve));
        continue;
      }
      // One event our own code chokes on must not take its neighbours with it.
      if (failure === 'bug') return halve(deps, events, error, giveUp);
      deps.log.error({ err: error, events: events.length, failure }, 'batch could not be stored');
      if (failure === 'unavailable') deps.onUnreachable(error);
      return events.map(() => ({ kind: 'unavailable', retryAfterS: RETRY_AFTER_S }));
    }
  }
}

/** One transaction. A commit whose answer was lost is asked for by its id, so its events are never taken for duplicates. */
async function tryOnce(deps: CommitDeps, events: readonly NewEvent[]): Promise<StoredBatch> {
  const { db, clock } = deps;
  const done: { batch: StoredBatch | null } = { batch: null };
  try {
    return await db.transaction(async (tx) => {
      done.batch = await storeBatch(tx, events, {
        epoch: await epochOf(db, tx),
        nowMs: clock.now(),
        database: db,
      });
      return done.batch;
    });
  } catch (error) {
    if (!(error instanceof CommitUnknownError) || !done.batch) throw error;
    const outcome = await outcomeOf(deps, error);
    deps.log.warn({ outcome }, 'connection lost during commit');
    if (outcome === 'committed') return done.batch;
    throw error;
  }
}

/** Waits for the database to come back: until it has answered, neither `stored` nor a new try would be right. */
async function outcomeOf(
  { db, clock }: CommitDeps,
  error: CommitUnknownError,
): Promise<'committed' | 'aborted' | 'unknown'> {
  for (const wait of [...UNAVAILABLE_WAITS_MS, 2_000, 4_000]) {
    try {
      return await db.outcomeOf(error);
    } catch {
      await new Promise<void>((resolve) => void clock.after(wait, resolve));
    }
  }
  return 'unknown';
}

/** `alone` decides about the event that fails by itself. */
async function halve(
  deps: CommitDeps,
  events: readonly NewEvent[],
  error: unknown,
  alone: (deps: CommitDeps, event: NewEvent, error: unknown) => Promise<Verdict>,
): Promise<Verdict[]> {
  const [only] = events;
  if (only && events.length === 1) return [await alone(deps, only, error)];
  deps.metrics.writerRetries.inc({ reason: 'halved' });
  const middle = events.length >> 1;
  // One after the other: the order of the log stays the order of arrival.
  const first = await commitBatch(deps, events.slice(0, middle));
  return [...first, ...(await commitBatch(deps, events.slice(middle)))];
}

/** Not kept away for good: the next version may store it. */
async function giveUp(deps: CommitDeps, event: NewEvent, error: unknown): Promise<Verdict> {
  deps.log.error(
    { err: error, projectId: event.projectId, eventId: event.eventId },
    'event could not be stored',
  );
  return { kind: 'unavailable', retryAfterS: RETRY_AFTER_S };
}

async function quarantine(deps: CommitDeps, event: NewEvent, error: unknown): Promise<Verdict> {
  const sqlState = sqlStateOf(error) ?? '';
  const message = error instanceof Error ? error.message.slice(0, 500) : 'unknown';
  deps.metrics.quarantined.inc();
  deps.log.warn(
    { projectId: event.projectId, eventId: event.eventId, sqlState, message },
    'event quarantined',
  );
  try {
    const { projectId, eventId, payload } = event;
    await insertQuarantine(deps.db, { projectId, eventId, at: deps.clock.now(), sqlState, message, payload });
  } catch (failure) {
    // The client's answer does not depend on it: sending the event again would not help.
    deps.log.error({ err: failure }, 'quarantined event could not be kept');
  }
  return { kind: 'quarantined', message };
}

/** false when that does not help: these days were made already, or making them failed. */
async function makePartitions(
  { db, clock, log }: CommitDeps,
  events: readonly NewEvent[],
  made: Set<string>,
): Promise<boolean> {
  const days = new Set([dayOf(clock.now()), ...events.map((event) => dayOf(event.receivedAt))]);
  const missing = [...days].filter((day) => !made.has(day));
  try {
    for (const day of missing) {
      made.add(day);
      await ensureDay(db, day);
    }
  } catch (error) {
    log.error({ err: error, days: missing }, 'partitions could not be made');
    return false;
  }
  return missing.length > 0;
}

function publish(deps: CommitDeps, changes: Change[]): void {
  if (changes.length === 0) return;
  try {
    deps.onCommitted(changes);
  } catch (error) {
    // The bus is a hint, readers find what is missing in the log; the events are stored and must be answered so.
    deps.log.error({ err: error }, 'publishing a committed batch failed');
  }
}

/** The epoch is fixed while a database lives; a restored one is met by a new process. */
const epochs = new WeakMap<Database, string>();
async function epochOf(db: Database, tx: Transaction): Promise<string> {
  const known = epochs.get(db);
  if (known !== undefined) return known;
  const epoch = await readEpoch(tx);
  epochs.set(db, epoch);
  return epoch;
}
