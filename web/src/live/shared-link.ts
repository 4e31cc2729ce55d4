/**
 * The tab's side of the connection that all tabs share. The worker that holds it may be gone without a word: then every
 * subscription starts anew from its cursor, in a new worker. Where none can be had, the tab has a connection of its own.
 */
import type { LinkEvent, LinkSeat, StreamLink, SubscribeFields } from '../../../src/client/stream-link.ts';
import type { LifeLocks } from './life-lock.ts';
import { ACK_EVERY, type LinkChannel, type TabMessage, type WorkerMessage } from './link-messages.ts';

export interface SharedLinkDeps {
  /** The worker, started by the first tab; `onFailure`: it cannot be run. */
  connect: (onFailure: () => void) => LinkChannel<WorkerMessage, TabMessage>;
  locks: LifeLocks;
  /** A connection of this tab alone. */
  ownLink: () => StreamLink;
  /** Calls back when waiting for a retry has become pointless. */
  onComeback: (listener: () => void) => void;
}

/** A worker that has not answered by then will not: its script is missing or broken. */
const WELCOME_MS = 15_000;
/** Workers that ended before the tab gives up on them. */
const MAX_WORKERS = 5;

interface Member {
  readonly listener: (event: LinkEvent) => void;
  unhandled: number;
  /** On the tab's own connection. */
  own: LinkSeat | null;
}

type Place =
  | { readonly kind: 'nowhere' }
  | {
      readonly kind: 'worker';
      readonly channel: LinkChannel<WorkerMessage, TabMessage>;
      readonly greeted: Promise<void>;
    }
  | { readonly kind: 'own'; readonly link: StreamLink };

export function createSharedLink(deps: SharedLinkDeps): StreamLink {
  const members = new Map<number, Member>();
  const lock = deps.locks.hold();
  let place: Place = { kind: 'nowhere' };
  let seats = 0;
  let workers = 0;

  function post(message: TabMessage): void {
    if (place.kind !== 'worker') return;
    const { channel, greeted } = place;
    void greeted.then(() => channel.post(message));
  }

  function start(): void {
    if (workers++ === MAX_WORKERS) return goOwn();
    const channel = deps.connect(() => isCurrent() && goOwn());
    const isCurrent = () => place.kind === 'worker' && place.channel === channel;
    // The worker waits for this lock, and gives no seat to a tab whose end it would not notice.
    const greeted = lock.then((name) => channel.post({ kind: 'hello', lock: name }));
    place = { kind: 'worker', channel, greeted };
    const patience = setTimeout(() => isCurrent() && goOwn(), WELCOME_MS);
    channel.listen((message) => {
      if (!isCurrent()) return;
      if (message.kind === 'event') return receive(message.seat, message.event);
      clearTimeout(patience);
      void deps.locks.whenGone(message.lock).then(() => {
        if (!isCurrent()) return;
        place = { kind: 'nowhere' };
        tellAll({ kind: 'lost' });
        start();
      });
    });
    for (const [seat, member] of members) {
      member.unhandled = 0;
      post({ kind: 'join', seat });
    }
    return undefined;
  }

  function goOwn(): void {
    if (place.kind === 'worker') place.channel.close();
    const link = deps.ownLink();
    place = { kind: 'own', link };
    tellAll({ kind: 'lost' });
    for (const member of members.values()) member.own = link.join(member.listener);
  }

  function tellAll(event: LinkEvent): void {
    for (const { listener } of members.values()) listener(event);
  }

  function receive(seat: number, event: LinkEvent): void {
    const member = members.get(seat);
    if (member === undefined) return;
    if (event.kind === 'message') member.unhandled++;
    member.listener(event);
    if (member.unhandled < ACK_EVERY && (event.kind !== 'lost' || member.unhandled === 0)) return;
    post({ kind: 'ack', seat, count: member.unhandled });
    member.unhandled = 0;
  }

  deps.onComeback(() => post({ kind: 'wake' }));
  return {
    join(listener) {
      const seat = ++seats;
      const member: Member = { listener, unhandled: 0, own: null };
      members.set(seat, member);
      if (place.kind === 'own') member.own = place.link.join(listener);
      else if (place.kind === 'worker') post({ kind: 'join', seat });
      else start();
      return {
        subscribe(fields: SubscribeFields) {
          if (member.own === null) post({ kind: 'subscribe', seat, fields });
          else member.own.subscribe(fields);
        },
        leave() {
          if (!members.delete(seat)) return;
          if (member.own === null) post({ kind: 'leave', seat });
          else member.own.leave();
        },
      };
    },
    renew() {
      if (place.kind === 'own') place.link.renew();
      // Another tab may have the worker, and this one nothing to follow yet.
      else if (place.kind === 'nowhere') start();
      post({ kind: 'renew' });
    },
  };
}
