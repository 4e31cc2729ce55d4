/**
 * Keeps authorisation true while a stream is open: an hour at most, then asked again; and asked again within a second
 * of a change that may concern it. Who lost access to a project is unsubscribed, who is nobody any more is closed; and
 * while changes cannot be read at all, everybody.
 */
import type { Clock, Timer } from '../lib/clock.ts';
import type { Logger } from '../log.ts';
import { CLOSE, type StreamErrorCode } from '../protocol/down.ts';
import type { AuthResult, ConfigChange, ProjectRef, Viewer } from '../viewer.ts';
import { readable, type TokenTake } from './authorise.ts';
import type { Hub } from './hub.ts';
import { reconnectAdvice } from './reconnect-advice.ts';
import type { Session } from './session.ts';
import { unsubscribe } from './subscribe.ts';

const RENEW_MS = 3_600_000;
const MAX_TIMER_MS = 2 ** 31 - 1;
const MAX_CONNECTIONS_PER_USER = 20;
/** Changes remembered for connections that are being opened: seconds of them at a busy time. */
const MAX_RECENT = 256;
const HEARING_CHECK_MS = 1000;

export interface AccessDeps {
  hub: Hub;
  resolveProject: (idOrSlug: string) => Promise<ProjectRef | null>;
  mayRead: (viewer: Viewer, project: ProjectRef) => boolean;
  onConfigChange: (listener: (change: ConfigChange) => void) => () => void;
  /** false when changes could not be read for 5 s: nobody knows then who may still listen. */
  hearsChanges: () => boolean;
  clock: Clock;
  log: Logger;
}

interface Grant {
  viewer: Viewer;
  /** null: granted by an `auth` message; the token is not kept, a change that concerns it ends the stream. */
  again: (() => Promise<AuthResult>) | null;
  timer: Timer | null;
}

export type Access = ReturnType<typeof createAccess>;

export function createAccess(deps: AccessDeps) {
  const grants = new Map<Session, Grant>();
  /** HTTP streams that were opened with a stream token. */
  const byToken = new Map<string, { session: Session; number: number }>();
  /** The newest changes, and how many there have been in all. */
  const recent: ConfigChange[] = [];
  let changes = 0;

  const stopListening = deps.onConfigChange((change) => {
    changes++;
    recent.push(change);
    if (recent.length > MAX_RECENT) recent.shift();
    if (change.kind === 'stream_token') endOlder(takeOf(change.ref));
    for (const [session, held] of grants)
      if (concerns(change, session, held.viewer)) void recheck(session, change);
  });

  let deafChecks = 0;
  const hearing = deps.clock.every(HEARING_CHECK_MS, () => {
    deafChecks = deps.hearsChanges() ? 0 : deafChecks + 1;
    // Twice in a row: when this process itself stood still, the next reading comes before the second look.
    if (deafChecks < 2) return;
    for (const session of deps.hub.sessions())
      session.close(CLOSE.overload, 'unavailable', reconnectAdvice());
  });

  /** The stream of an earlier take of the token: its client is gone, or has opened another. */
  function endOlder({ id, number }: TokenTake): void {
    const held = byToken.get(id);
    if (held === undefined || held.number >= number) return;
    byToken.delete(id);
    held.session.close(CLOSE.overload, 'taken_over', 2000);
  }

  /** `asOf`: `moment` before the viewer was asked for; what has changed since is looked at now. */
  function grant(session: Session, viewer: Viewer, again: Grant['again'], asOf: number): void {
    grants.get(session)?.timer?.cancel();
    const now = deps.clock.now();
    const ends = Math.min(viewer.expiresAt ?? Infinity, now + RENEW_MS);
    const timer = deps.clock.after(
      Math.min(Math.max(0, ends - now), MAX_TIMER_MS),
      () => void recheck(session, null),
    );
    session.viewer = viewer;
    grants.set(session, { viewer, again, timer });
    if (asOf === changes) return;
    const missed = recent.slice(Math.max(0, recent.length - (changes - asOf)));
    const change =
      missed.length < changes - asOf ? missed[0] : missed.find((one) => concerns(one, session, viewer));
    if (change !== undefined) void recheck(session, change);
  }

  async function recheck(session: Session, change: ConfigChange | null): Promise<void> {
    const held = grants.get(session);
    if (held === undefined) return;
    try {
      if (held.again === null) {
        if (change === null) session.close(CLOSE.authExpired, 'auth_expired', 500);
        else session.close(CLOSE.forbidden, 'revoked');
        return;
      }
      const asOf = changes;
      const result = await held.again();
      if (!session.isOpen) return;
      const expired = held.viewer.expiresAt !== null && held.viewer.expiresAt <= deps.clock.now();
      if (result.kind === 'refused') {
        if (change === null && expired) session.close(CLOSE.authExpired, 'auth_expired', 500);
        else session.close(CLOSE.forbidden, 'revoked');
        return;
      }
      grant(session, result.viewer, held.again, asOf);
      await recheckProjects(session, result.viewer);
    } catch (error) {
      // Who cannot be asked about must not go on reading.
      deps.log.warn({ err: error }, 'checking access again failed');
      session.close(CLOSE.overload, 'internal', 2000);
    }
  }

  async function recheckProjects(session: Session, viewer: Viewer): Promise<void> {
    for (const subscription of session.subscriptions.values()) {
      const { projectId, sub } = subscription.options;
      const project = await deps.resolveProject(String(projectId));
      if (project !== null && deps.mayRead(viewer, project)) continue;
      if (!unsubscribe(deps, session, projectId, sub)) continue;
      if (session.mode === 0) {
        session.close(CLOSE.forbidden, 'revoked');
        return;
      }
      const reason = project === null ? 'deleted' : 'revoked';
      session.tell({ type: 'unsubscribed', project_id: String(projectId), sub, reason });
      // Over HTTP this was the only one.
      if (session.transport !== 'websocket') session.close(CLOSE.forbidden, reason);
    }
  }

  return {
    grant,
    /** To be taken before a viewer is asked for, and given with them. */
    moment: (): number => changes,
    /** `auth` in band: the same user again, or the first. */
    adopt(
      session: Session,
      result: AuthResult,
      again: Grant['again'],
      asOf: number,
    ): { kind: 'ok'; viewer: Viewer } | { kind: 'refused'; code: StreamErrorCode; message: string } {
      const checked = readable(result);
      if (checked.kind === 'refused') return checked;
      if (session.viewer !== null && session.viewer.userId !== checked.viewer.userId)
        return { kind: 'refused', code: 'forbidden', message: 'a connection belongs to one user' };
      grant(session, checked.viewer, again, asOf);
      return { kind: 'ok', viewer: checked.viewer };
    },
    isFull(viewer: Viewer): boolean {
      let open = 0;
      for (const one of grants.values()) if (one.viewer.userId === viewer.userId) open++;
      return open >= MAX_CONNECTIONS_PER_USER;
    },
    /** One stream at a time: who presents the token again takes over from a connection that may be dead. */
    takeOver(session: Session, take: TokenTake): void {
      endOlder(take);
      if (!byToken.has(take.id)) byToken.set(take.id, { session, number: take.number });
      else session.close(CLOSE.overload, 'taken_over', 2000);
      // Presented again elsewhere while this one was being opened.
      for (const { kind, ref } of recent) if (kind === 'stream_token') endOlder(takeOf(ref));
    },
    forget(session: Session): void {
      for (const [id, one] of byToken) if (one.session === session) byToken.delete(id);
      grants.get(session)?.timer?.cancel();
      grants.delete(session);
    },
    stop(): void {
      stopListening();
      hearing.cancel();
      for (const one of grants.values()) one.timer?.cancel();
      grants.clear();
    },
  };
}

function takeOf(ref: string): TokenTake {
  const [id = '', number] = ref.split('.');
  return { id, number: Number(number) };
}

function concerns(change: ConfigChange, session: Session, viewer: Viewer): boolean {
  switch (change.kind) {
    case 'session':
      return viewer.kind === 'session' && viewer.credentialId === change.ref;
    case 'apikey':
      return viewer.kind === 'token' && viewer.credentialId === change.ref;
    case 'user':
    case 'member':
      return viewer.userId === change.ref;
    case 'organization':
      return viewer.organizations.has(change.ref) || viewer.isInstanceAdmin;
    case 'project':
      return [...session.subscriptions.values()].some((one) => String(one.feed.projectId) === change.ref);
    case 'project_key':
    case 'settings':
    case 'stream_token':
    case 'saved_searches':
      return false;
  }
}
