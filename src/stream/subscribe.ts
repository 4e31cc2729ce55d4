/**
 * From a subscribe command to a running subscription: may this viewer, is the filter valid, where does the position
 * start, what is answered. Both modes and SSE come through here.
 */
import type { Issue } from '../protocol/rest.ts';
import { formatCursor, type ResyncReason, type StreamErrorCode } from '../protocol/down.ts';
import { canonical } from '../protocol/filter-canonical.ts';
import { parseFilters } from '../protocol/filter-parse.ts';
import type { Filter } from '../protocol/filter.ts';
import type { SubscribeCommand } from '../protocol/up.ts';
import type { ProjectRef, Viewer } from '../viewer.ts';
import { className, type ClassSpec, type FilterClass } from './filter-class.ts';
import type { Hub } from './hub.ts';
import { tellNewlyWatched, type ReadIssueStats } from './newly-watched.ts';
import { READ_CHUNK, type ProjectFeed } from './project-feed.ts';
import { projectRoom } from './room-message.ts';
import type { Session } from './session.ts';
import { sendSnapshot } from './snapshot.ts';
import { Subscription } from './subscription.ts';
import { encodeMessage, encodeMode0 } from './wire.ts';

export const MAX_SUBSCRIPTIONS = 32;
/** Matching entries a replay may bring. */
export const MAX_REPLAY = 5000;
/** Entries read to find out; beyond it the answer is a resync. */
const MAX_SCAN = 100_000;

export interface SubscribeDeps {
  hub: Hub;
  resolveProject: (idOrSlug: string) => Promise<ProjectRef | null>;
  mayRead: (viewer: Viewer, project: ProjectRef) => boolean;
  /** Newest first; `filter` is canonical and may be applied loosely, it is applied again here. */
  listSnapshotIssues: (projectId: number, filter: Filter, limit: number) => Promise<Issue[]>;
  readIssueStats: ReadIssueStats;
}

export type SubscribeResult =
  | { kind: 'ok' }
  | { kind: 'refused'; code: StreamErrorCode; message: string; path?: string };

/** The command's project was given in the command, or is the one of the path. Answers go to the session. */
export async function subscribe(
  deps: SubscribeDeps,
  session: Session,
  command: SubscribeCommand & { project_id: string },
  how: { mode0Answer: 'subscribed' | 'filters_updated' | 'none' },
): Promise<SubscribeResult> {
  const { viewer } = session;
  if (viewer === null) return { kind: 'refused', code: 'unauthorized', message: 'authorise first' };
  const parsed = parseFilters(command.filters, { scope: command.scope, me: viewer.userId });
  if (parsed.kind === 'invalid')
    return { kind: 'refused', code: 'invalid_filter', message: parsed.message, path: parsed.path };
  const project = await deps.resolveProject(command.project_id);
  const missing: SubscribeResult = { kind: 'refused', code: 'not_found', message: 'no such project' };
  if (project === null || !deps.mayRead(viewer, project)) return missing;
  const feed = await deps.hub.openFeed(project.id);
  if (feed === null) return missing;
  if (!session.isOpen) return { kind: 'ok' };

  const key = `${project.id} ${command.sub}`;
  const known = session.subscriptions.get(key);
  if (known === undefined && session.subscriptions.size >= MAX_SUBSCRIPTIONS)
    return {
      kind: 'refused',
      code: 'too_many_subs',
      message: `at most ${MAX_SUBSCRIPTIONS} subscriptions on a connection`,
    };
  const filterClass = feed.holdClass(
    ownClass(session, known, {
      mode: session.mode,
      transport: session.transport,
      scope: command.scope,
      payload: command.payload,
      filter: canonical(parsed.filter),
      variant: 0,
    }),
  );
  const options = {
    projectId: project.id,
    sub: command.sub,
    buffer: command.buffer,
    maxRate: command.max_rate,
    watch: new Set(command.watch),
    rates: command.rates,
  };
  const answer = (head: number, recovered: boolean): Buffer | null => {
    if (session.mode === 0) {
      if (how.mode0Answer === 'none') return null;
      if (how.mode0Answer === 'filters_updated') return encodeMode0({ type: 'filters_updated' });
      return encodeMode0({ type: 'subscribed', project_id: command.project_id });
    }
    return encodeMessage(session.transport, {
      type: 'subscribed',
      ...(command.id === undefined ? {} : { id: command.id }),
      project_id: String(project.id),
      sub: command.sub,
      f: filterClass.f,
      cursor: formatCursor({ epoch: feed.epoch, seq: head }),
      oldest: formatCursor({ epoch: feed.epoch, seq: feed.oldest }),
      recovered,
    });
  };

  if (known !== undefined && command.since === undefined && command.snapshot === undefined) {
    const before = known.options.watch;
    known.change({ filterClass, options, answer: (head) => answer(head, true) ?? Buffer.alloc(0) });
    await tellNewlyWatched(deps.readIssueStats, known, command.watch, before);
    return { kind: 'ok' };
  }
  // Follows the project from here on, so that the feed stays open while the start is looked for.
  const subscription = new Subscription(feed, filterClass, session, options);
  deps.hub.addUser(feed, subscription);
  const start = await findStart(feed, filterClass, command.since).catch((error: unknown) => {
    drop(deps.hub, subscription);
    throw error;
  });
  // Asked again at the moment it takes effect: from here on a change of access finds the subscription.
  const still = await deps.resolveProject(String(project.id));
  if (!session.isOpen) {
    drop(deps.hub, subscription);
    return { kind: 'ok' };
  }
  if (still === null || !deps.mayRead(session.viewer ?? viewer, still)) {
    drop(deps.hub, subscription);
    return missing;
  }
  if (known !== undefined) {
    drop(deps.hub, known);
    session.subscriptions.delete(key);
  }
  session.subscriptions.set(key, subscription);
  deps.hub.rooms.join(session, projectRoom(project.id));

  const head = start.kind === 'lost' ? feed.head : start.seq;
  const first = answer(feed.head, start.kind !== 'lost');
  if (first !== null) session.control(first);
  if (start.kind === 'lost') {
    session.tell({
      type: 'resync',
      f: filterClass.f,
      reason: start.reason,
      lost: { from: start.from, to: head },
      cursor: formatCursor({ epoch: feed.epoch, seq: head }),
      oldest: formatCursor({ epoch: feed.epoch, seq: feed.oldest }),
    });
  }
  let sent: ReadonlySet<string> = new Set();
  if (command.snapshot !== undefined && (command.since === undefined || start.kind === 'lost')) {
    const watch = await sendSnapshot(
      deps,
      session,
      feed,
      filterClass,
      command.snapshot,
      head,
      deps.hub.clock.now(),
    );
    subscription.watchAlso(watch);
    sent = new Set(watch);
  } else if (session.mode === 1) {
    session.tell({
      type: 'issue_count',
      project_id: String(project.id),
      count: feed.gauge.count,
      by_level: feed.gauge.byLevel,
      as_of: feed.gauge.asOf,
    });
  }
  subscription.startAt(head);
  await tellNewlyWatched(deps.readIssueStats, subscription, command.watch, sent);
  return { kind: 'ok' };
}

/** Entries name nothing but `f`: on one connection it must say which subscription they are for. */
function ownClass(session: Session, own: Subscription | undefined, spec: ClassSpec): ClassSpec {
  if (session.mode === 0) return spec;
  const others = [...session.subscriptions.values()].filter((one) => one !== own);
  for (let variant = 0; ; variant++) {
    const mine = { ...spec, variant };
    const f = className(mine);
    if (!others.some((one) => one.usesName(f))) return mine;
  }
}

function drop(hub: Hub, subscription: Subscription): void {
  subscription.end();
  hub.removeUser(subscription);
}

type Start =
  | { kind: 'from'; seq: number }
  /** What follows `from` cannot be sent completely; the position is the head. */
  | { kind: 'lost'; reason: ResyncReason; from: number };

async function findStart(
  feed: ProjectFeed,
  filterClass: FilterClass,
  since: SubscribeCommand['since'],
): Promise<Start> {
  if (since === undefined) return { kind: 'from', seq: feed.head };
  const { epoch } = feed;
  if (since.epoch !== epoch) return { kind: 'lost', reason: 'epoch_changed', from: 1 };
  // A cursor from another node may be ahead of what this one has heard.
  if (since.seq > feed.head) await feed.catchUp();
  if (since.seq > feed.head) feed.tick();
  if (since.seq > feed.head) return { kind: 'lost', reason: 'epoch_changed', from: 1 };
  if (since.seq + 1 < feed.oldest) return { kind: 'lost', reason: 'cursor_expired', from: since.seq + 1 };
  // Fewer entries than the limit need no counting.
  let matching = 0;
  let scanned = 0;
  for (let at = since.seq; feed.head - at > MAX_REPLAY - matching;) {
    const entries = await feed.read(at, READ_CHUNK);
    const last = entries.at(-1);
    if (last === undefined || scanned > MAX_SCAN || entries[0]?.entry.seq !== at + 1)
      return {
        kind: 'lost',
        reason: scanned > MAX_SCAN ? 'replay_limit' : 'cursor_expired',
        from: since.seq + 1,
      };
    for (const logged of entries) if (filterClass.frameOf(logged) !== null) matching++;
    if (feed.epoch !== epoch) return { kind: 'lost', reason: 'epoch_changed', from: 1 };
    if (matching > MAX_REPLAY) return { kind: 'lost', reason: 'replay_limit', from: since.seq + 1 };
    scanned += entries.length;
    at = last.entry.seq;
  }
  return { kind: 'from', seq: since.seq };
}

/** false: there is no such subscription. */
export function unsubscribe(deps: { hub: Hub }, session: Session, projectId: number, sub: string): boolean {
  const key = `${projectId} ${sub}`;
  const subscription = session.subscriptions.get(key);
  if (subscription === undefined) return false;
  drop(deps.hub, subscription);
  session.subscriptions.delete(key);
  const others = [...session.subscriptions.values()].some((one) => one.feed.projectId === projectId);
  if (!others) deps.hub.rooms.leave(session, projectRoom(projectId));
  return true;
}
