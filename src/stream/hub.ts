/**
 * All sessions and all followed projects of this node: opens a feed for the first follower, closes it a while after
 * the last, ticks them together, and once a second looks after everybody.
 */
import type { Clock, Timer } from '../lib/clock.ts';
import type { Logger } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Change, LogHead } from '../protocol/change.ts';
import { CLOSE } from '../protocol/down.ts';
import { createLogSource, type ReadLog } from './log-source.ts';
import { createPacer } from './pacer.ts';
import { createProjectFeed, type Gauge, type ProjectFeed } from './project-feed.ts';
import { reconnectAdvice } from './reconnect-advice.ts';
import { createRoomMessage, projectRoom, type RoomMessage } from './room-message.ts';
import { createRooms } from './room.ts';
import type { Session } from './session.ts';
import type { Subscription } from './subscription.ts';
import { encodeMessage, encodeMode0 } from './wire.ts';

const MAX_READS = 4;
const LINGER_MS = 10_000;
const SWEEP_MS = 1000;
const MAX_UNSENT_BYTES = 256 * 1024 * 1024;

export interface HubDeps {
  readLog: ReadLog;
  readHead: (projectId: number) => Promise<LogHead | null>;
  subscribeBus: (projectId: number, onChange: (change: Change) => void) => () => void;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  maxUnsentBytes?: number;
}

interface Entry {
  feed: ProjectFeed;
  users: Set<Subscription>;
  unsubscribe: () => void;
  linger: Timer | null;
}

export type Hub = ReturnType<typeof createHub>;

export function createHub(deps: HubDeps) {
  const { clock, log, metrics } = deps;
  const rooms = createRooms<RoomMessage>();
  const source = createLogSource(deps.readLog, MAX_READS, clock);
  const entries = new Map<number, Entry>();
  const opening = new Map<number, Promise<Entry | null>>();
  const sessions = new Set<Session>();
  const pacer = createPacer(clock, tick);
  const sweeper = clock.every(SWEEP_MS, sweep);

  function onError(error: unknown): void {
    log.warn({ err: error }, 'reading the log failed');
  }

  function tick(): void {
    for (const { feed } of entries.values()) {
      feed.tick();
      const gauge = feed.takeGauge();
      if (gauge !== null) rooms.broadcast(projectRoom(feed.projectId), countMessage(feed.projectId, gauge));
    }
  }

  async function open(projectId: number): Promise<Entry | null> {
    // Subscribe first, then read the head: what is committed in between is in one of the two.
    const early: Change[] = [];
    let offer = (change: Change): void => {
      // Bounded: what does not fit is found as a hole.
      if (early.length < 1000) early.push(change);
    };
    const unsubscribe = deps.subscribeBus(projectId, (change) => offer(change));
    try {
      const head = await deps.readHead(projectId);
      if (head === null) {
        unsubscribe();
        return null;
      }
      // Not followed until now: nobody has told us whether it is still the log that we knew.
      source.forget(projectId);
      const feed = createProjectFeed(
        { projectId, source, readHead: deps.readHead, clock, wake: pacer.wake, onRestart, onError },
        head,
      );
      offer = feed.offer;
      for (const change of early) feed.offer(change);
      const entry: Entry = { feed, users: new Set(), unsubscribe, linger: null };
      entries.set(projectId, entry);
      return entry;
    } catch (error) {
      unsubscribe();
      throw error;
    }
  }

  const onRestart = (
    feed: ProjectFeed,
    reason: 'epoch_changed' | 'cursor_expired' | 'replay_limit',
    from: number,
  ): void => {
    for (const user of entries.get(feed.projectId)?.users ?? []) user.resync(reason, from, feed.head);
  };

  function release(entry: Entry): void {
    if (entry.users.size > 0 || entry.linger !== null) return;
    entry.linger = clock.after(LINGER_MS, () => {
      entry.unsubscribe();
      entry.feed.close();
      entries.delete(entry.feed.projectId);
    });
  }

  function sweep(): void {
    source.sweep();
    for (const { feed, users } of entries.values()) {
      feed.sweep();
      sendStats(feed, users);
      sendRates(feed, users);
    }
    let unsent = 0;
    const slow: { session: Session; bytes: number }[] = [];
    for (const session of sessions) {
      session.sweep();
      const bytes = session.unsentBytes;
      unsent += bytes;
      if (bytes > 0) slow.push({ session, bytes });
    }
    metrics.unsentBytes.set(unsent);
    const bound = deps.maxUnsentBytes ?? MAX_UNSENT_BYTES;
    if (unsent <= bound) return;
    slow.sort((a, b) => b.bytes - a.bytes);
    for (const { session, bytes } of slow) {
      if (unsent <= bound) break;
      unsent -= bytes;
      session.close(CLOSE.overload, 'overload', reconnectAdvice());
    }
  }

  function sendStats(feed: ProjectFeed, users: Iterable<Subscription>): void {
    const stats = feed.takeStats();
    for (const user of users) user.tellStats(stats);
  }

  function sendRates(feed: ProjectFeed, users: Iterable<Subscription>): void {
    const total = feed.takeEventCount();
    for (const user of users) {
      const rates = user.takeRates();
      if (rates === null) continue;
      const { f, matched, matchedByLevel } = user.filterClass;
      const { sent } = rates;
      user.gauge({
        type: 'rates',
        f,
        window_ms: SWEEP_MS,
        total,
        matched,
        sent,
        by_level: matchedByLevel,
      });
    }
    for (const one of feed.classes()) {
      one.matched = 0;
      one.matchedByLevel = {};
    }
  }

  return {
    rooms,
    clock,
    /** The feed of a project, opened when needed and up to date with the database; null: no such log. */
    async openFeed(projectId: number): Promise<ProjectFeed | null> {
      const known = entries.get(projectId);
      if (known !== undefined) {
        known.linger?.cancel();
        known.linger = null;
        release(known);
        return known.feed;
      }
      let started = opening.get(projectId);
      if (started === undefined) {
        started = open(projectId).finally(() => opening.delete(projectId));
        opening.set(projectId, started);
      }
      const entry = await started;
      // Nobody may come after all: a refused subscription, a connection that is gone.
      if (entry !== null) release(entry);
      return entry?.feed ?? null;
    },
    addUser(feed: ProjectFeed, user: Subscription): void {
      const entry = entries.get(feed.projectId);
      entry?.linger?.cancel();
      if (entry === undefined) return;
      entry.linger = null;
      entry.users.add(user);
    },
    removeUser(user: Subscription): void {
      const entry = entries.get(user.feed.projectId);
      if (entry?.users.delete(user)) release(entry);
    },
    /** Reads for anybody, under the bound of the node. */
    source,
    addSession: (session: Session): void => void sessions.add(session),
    removeSession(session: Session): void {
      sessions.delete(session);
      rooms.cleanup(session);
      for (const subscription of session.subscriptions.values()) this.removeUser(subscription);
      session.subscriptions.clear();
    },
    sessions: (): Iterable<Session> => sessions,
    tick,
    stats: () => ({ sessions: sessions.size, projects: entries.size, rooms: rooms.count }),
    stop(): void {
      pacer.stop();
      sweeper.cancel();
      for (const entry of entries.values()) {
        entry.linger?.cancel();
        entry.unsubscribe();
        entry.feed.close();
      }
      entries.clear();
    },
  };
}

function countMessage(projectId: number, gauge: Gauge & { countMoved: boolean }): RoomMessage {
  const id = String(projectId);
  const { count, byLevel, asOf, countMoved } = gauge;
  return createRoomMessage(`issue_count ${id}`, (mode, transport) => {
    if (mode === 0) return countMoved ? encodeMode0({ type: 'issue_count', project_id: id, count }) : null;
    return encodeMessage(transport, {
      type: 'issue_count',
      project_id: id,
      count,
      by_level: byLevel,
      as_of: asOf,
    });
  });
}
