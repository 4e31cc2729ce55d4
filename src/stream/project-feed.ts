/**
 * One project on this node, while somebody follows it: changes come in from the bus, pass the gate (in order, without
 * holes), go to the ring, and each tick gives every class its batch. What is missing is read from the durable log.
 */
import type { Clock, Timer } from '../lib/clock.ts';
import { LEVELS, type Level } from '../event.ts';
import type { Change, IssueStats, LogEntry, LogHead } from '../protocol/change.ts';
import { formatCursor, type ResyncReason } from '../protocol/down.ts';
import { createClassIndex } from './class-index.ts';
import { toLogged, type Frame, type Logged } from './entry-frame.ts';
import {
  classKey,
  createBatch,
  createFilterClass,
  type ClassMember,
  type ClassSpec,
  type FilterClass,
} from './filter-class.ts';
import type { LogSource } from './log-source.ts';
import { createRing } from './ring.ts';
import { encodeMessage } from './wire.ts';

export const READ_CHUNK = 500;
const RING = { maxEntries: 8192, maxBytes: 16 * 1024 * 1024 };
/** Entries ahead of a hole that are kept while it is read; more are read again. */
const MAX_HELD = 1024;
const HOLE_MS = 50;
const HEAD_CHECK_MS = 5000;
const MARK_ENTRIES = 512;
const MARK_MS = 5000;
const MAX_STATS = 10_000;

export interface FeedDeps {
  projectId: number;
  source: LogSource;
  readHead: (projectId: number) => Promise<LogHead | null>;
  clock: Clock;
  /** Entries or a gauge wait for a tick. */
  wake: () => void;
  /** Entries were lost for good: every subscription has to start over. */
  onRestart: (feed: ProjectFeed, reason: ResyncReason, lostFrom: number) => void;
  onError: (error: unknown) => void;
}

export interface Gauge {
  count: number;
  byLevel: { [level in Level]?: number };
  asOf: number;
}
type UnresolvedGauge = Pick<LogHead, 'unresolved' | 'unresolvedByLevel'>;

export type ProjectFeed = ReturnType<typeof createProjectFeed>;

export function createProjectFeed(deps: FeedDeps, start: LogHead) {
  const { projectId, clock } = deps;
  const ring = createRing(start.head, RING);
  const index = createClassIndex();
  const classes = new Map<string, FilterClass>();
  const held = new Map<number, Logged>();
  const stats = new Map<string, IssueStats>();
  let { epoch, oldest } = start;
  let gauge = gaugeOf(start);
  let tickedHead = start.head;
  let untickedBytes = 0;
  let gaugeSeq = start.head;
  let gaugeDirty = false;
  let takenCount = start.unresolved;
  let holeTimer: Timer | null = null;
  let headCheckedAt = clock.monotonic();
  let repairing = false;
  /** Since when the log cannot be read. */
  let degradedAt: number | null = null;
  let stateChanged = false;
  let events = 0;
  let closed = false;

  function append(logged: Logged): void {
    ring.append(logged);
    untickedBytes += logged.bytes;
    // The ring must never push out what no class has seen.
    if (ring.head - tickedHead >= RING.maxEntries / 2 || untickedBytes >= RING.maxBytes / 2) tick();
  }

  /** Equal to expected: in. Ahead: held, and the hole is read after a moment. Behind: known already. */
  function admit(logged: Logged): void {
    const { seq } = logged.entry;
    if (seq <= ring.head) return;
    if (seq === ring.head + 1) append(logged);
    else if (held.size < MAX_HELD) held.set(seq, logged);
    for (let next = held.get(ring.head + 1); next !== undefined; next = held.get(ring.head + 1)) {
      held.delete(ring.head + 1);
      append(next);
    }
    for (const at of held.keys()) if (at <= ring.head) held.delete(at);
  }

  function moveGauge(to: UnresolvedGauge, seq: number): boolean {
    gaugeSeq = seq;
    const moved =
      to.unresolved !== gauge.unresolved ||
      to.unresolvedByLevel.some((count, i) => count !== gauge.unresolvedByLevel[i]);
    gauge = gaugeOf(to);
    gaugeDirty ||= moved;
    return moved;
  }

  function offer(change: Change): void {
    if (closed) return;
    if (change.epoch !== epoch) {
      restart({
        epoch: change.epoch,
        head: change.head,
        oldest: change.head + 1,
        unresolved: change.unresolved,
        unresolvedByLevel: change.unresolvedByLevel,
      });
      return;
    }
    for (const entry of change.entries) if (entry.seq > ring.head) admit(toLogged(entry));
    if (change.head >= gaugeSeq) {
      moveGauge(change, change.head);
    }
    for (const one of change.stats) {
      const known = stats.get(one.issue_id);
      if (known === undefined ? stats.size < MAX_STATS : one.events >= known.events)
        stats.set(one.issue_id, one);
    }
    if (change.head > ring.head) holeTimer ??= clock.after(HOLE_MS, () => void repair(change.head));
    deps.wake();
  }

  /** Reads what the bus did not bring, up to `through`. */
  async function repair(through: number): Promise<void> {
    holeTimer?.cancel();
    holeTimer = null;
    if (repairing) return;
    repairing = true;
    try {
      while (!closed && ring.head < through) {
        const from = ring.head;
        const entries = await deps.source.read(projectId, from);
        // A hole at the start of what is readable: retention has passed over us.
        const first = entries[0]?.entry.seq ?? through + 1;
        if (first > ring.head + 1) {
          restart({ epoch, head: Math.max(first - 1, ring.head), oldest: first, ...gauge });
          if (entries.length === 0) break;
        }
        for (const logged of entries) admit(logged);
        deps.wake();
        if (ring.head === from) break;
      }
      setDegraded(false);
    } catch (error) {
      setDegraded(true);
      deps.onError(error);
      if (!closed) holeTimer ??= clock.after(HEAD_CHECK_MS / 10, () => void repair(through));
    } finally {
      repairing = false;
    }
  }

  /** Everybody is told at the next tick when it changes. */
  function setDegraded(next: boolean): void {
    if (next === (degradedAt !== null)) return;
    degradedAt = next ? clock.monotonic() : null;
    stateChanged = true;
    deps.wake();
  }

  function restart(head: LogHead): void {
    const reason = head.epoch === epoch ? 'cursor_expired' : 'epoch_changed';
    const lostFrom = head.epoch === epoch ? tickedHead + 1 : 1;
    ring.restart(head.head);
    deps.source.forget(projectId);
    held.clear();
    ({ epoch, oldest } = head);
    gauge = gaugeOf(head);
    tickedHead = gaugeSeq = head.head;
    untickedBytes = 0;
    gaugeDirty = true;
    for (const one of classes.values()) one.reset(tickedHead);
    deps.onRestart(feed, reason, lostFrom);
    deps.wake();
  }

  function tick(): void {
    const from = tickedHead;
    const to = ring.head;
    if (to > from) {
      for (const { entry, logged } of unticked(from, to)) {
        if (entry.kind === 'event') {
          events++;
          index.matching(entry, (one) => count(one, entry.data.level, one.encode(logged, false)));
        } else {
          for (const one of classes.values()) keep(one, one.frameOf(logged));
        }
      }
      tickedHead = to;
      untickedBytes = 0;
    }
    const now = clock.monotonic();
    for (const one of classes.values()) flush(one, from, to, now);
    stateChanged = false;
  }

  function* unticked(from: number, to: number): Generator<{ entry: LogEntry; logged: Logged }> {
    for (let seq = from + 1; seq <= to; seq++) {
      const logged = ring.get(seq);
      if (logged !== undefined) yield { entry: logged.entry, logged };
    }
  }

  function count(one: FilterClass, level: Level, frame: Frame | null): void {
    one.matched++;
    one.matchedByLevel[level] = (one.matchedByLevel[level] ?? 0) + 1;
    keep(one, frame);
  }

  function keep(one: FilterClass, frame: Frame | null): void {
    if (frame !== null && one.members.size > 0) one.pending.push(frame);
  }

  function flush(one: FilterClass, from: number, to: number, now: number): void {
    const frames = one.pending;
    const last = frames.at(-1);
    if (last !== undefined) {
      one.pending = [];
      one.told = last.seq;
      one.toldAt = now;
    }
    let mark: Buffer | null = null;
    if (stateChanged || to - one.told >= MARK_ENTRIES || (to > one.told && now - one.toldAt >= MARK_MS)) {
      one.told = to;
      one.toldAt = now;
      if (one.spec.mode === 1) mark = markOf(one, to, true);
    }
    if (frames.length === 0 && mark === null) return;
    const batch = createBatch(from, to, frames, mark);
    for (const member of one.members) member.deliver(batch);
  }

  /** `behindMs`: age of the entry at `seq` in a replay; at the head only a feed that cannot read is behind. */
  function markOf(one: FilterClass, seq: number, live: boolean, behindMs = 0): Buffer {
    const degradedMs = degradedAt === null ? 0 : clock.monotonic() - degradedAt;
    return encodeMessage(one.spec.transport, {
      type: 'mark',
      f: one.f,
      cursor: formatCursor({ epoch, seq }),
      live,
      state: degradedAt === null ? 'ok' : 'degraded',
      lag_ms: Math.max(0, Math.round(Math.max(behindMs, degradedMs))),
    });
  }

  const feed = {
    projectId,
    get epoch() {
      return epoch;
    },
    /** Every class has been given all entries up to here. */
    get head() {
      return tickedHead;
    },
    get oldest() {
      return Math.min(oldest, ring.first);
    },
    /** Number of unresolved issues, in all and by level, as of `asOf`. */
    get gauge(): Gauge {
      return { count: gauge.unresolved, byLevel: levelCounts(gauge.unresolvedByLevel), asOf: gaugeSeq };
    },
    offer,
    tick,
    markOf,

    /** The class of a spec, made on first use; give it back with `releaseClass`. */
    holdClass(spec: ClassSpec): FilterClass {
      const key = classKey(spec);
      let one = classes.get(key);
      if (one === undefined) {
        one = createFilterClass(spec, feed, { seq: tickedHead, at: clock.monotonic() });
        classes.set(key, one);
        index.add(one);
      }
      one.users++;
      return one;
    },
    releaseClass(one: FilterClass): void {
      if (--one.users > 0) return;
      classes.delete(one.key);
      index.remove(one);
    },
    join(one: FilterClass, member: ClassMember): void {
      one.members.add(member);
    },

    /** Entries after `seq` up to the head, at most `limit`: at once from the ring, else from the database. */
    read(seq: number, limit: number): Logged[] | Promise<Logged[]> {
      const fromRing = ring.after(seq, tickedHead, limit);
      if (fromRing !== null) return fromRing;
      const through = tickedHead;
      return deps.source
        .read(projectId, seq)
        .then((entries) => entries.filter(({ entry }) => entry.seq <= through).slice(0, limit));
    },
    /** Makes sure that the feed has seen what the database has. */
    async catchUp(): Promise<void> {
      headCheckedAt = clock.monotonic();
      const head = await deps.readHead(projectId);
      setDegraded(false);
      if (head === null || closed) return;
      if (head.epoch !== epoch) return restart(head);
      oldest = head.oldest;
      if (head.head >= gaugeSeq && moveGauge(head, head.head)) deps.wake();
      if (head.head > ring.head) await repair(head.head);
      return undefined;
    },
    /** The gauge, if it changed since it was last taken; `countMoved`: not only from one level to another. */
    takeGauge(): (Gauge & { countMoved: boolean }) | null {
      if (!gaugeDirty) return null;
      gaugeDirty = false;
      const countMoved = gauge.unresolved !== takenCount;
      takenCount = gauge.unresolved;
      return { ...feed.gauge, countMoved };
    },
    /** Counters of issues touched since they were last taken. */
    takeStats(): ReadonlyMap<string, IssueStats> {
      const taken = new Map(stats);
      stats.clear();
      return taken;
    },
    takeEventCount(): number {
      const taken = events;
      events = 0;
      return taken;
    },
    classes: (): Iterable<FilterClass> => classes.values(),
    /** Once a second. */
    sweep(): void {
      tick();
      if (clock.monotonic() - headCheckedAt < HEAD_CHECK_MS) return;
      feed.catchUp().catch((error: unknown) => {
        setDegraded(true);
        deps.onError(error);
      });
    },
    close(): void {
      closed = true;
      holeTimer?.cancel();
    },
  };
  return feed;
}

function gaugeOf({ unresolved, unresolvedByLevel }: UnresolvedGauge): UnresolvedGauge {
  return { unresolved, unresolvedByLevel };
}

/** Levels that have none are left out. */
function levelCounts(counts: readonly number[]): { [level in Level]?: number } {
  return Object.fromEntries(
    LEVELS.flatMap((level, i) => ((counts[i] ?? 0) === 0 ? [] : [[level, counts[i]]])),
  );
}
