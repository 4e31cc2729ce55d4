/**
 * The worker's side of the shared connection: tabs come with a channel each, their subscriptions get seats on as few
 * connections as hold them. A tab that ends, however it ends, leaves its seats; one that does not keep up loses them
 * until it has, and resumes from its cursor as after a lost connection, so it costs the others nothing.
 */
import { SEATS, type LinkEvent, type LinkSeat, type OpenedLink } from '../../../src/client/stream-link.ts';
import type { LifeLocks } from './life-lock.ts';
import type { LinkChannel, TabMessage, WorkerMessage } from './link-messages.ts';

/** Messages that may be on their way to one subscription of a tab. */
const MAX_UNHANDLED = 2000;

type Member = {
  unhandled: number;
  place: { readonly kind: 'seated'; readonly seat: LinkSeat } | { readonly kind: 'catching_up' | 'ended' };
};

export interface LinkHost {
  attach(channel: LinkChannel<TabMessage, WorkerMessage>): void;
  /** Tabs that live, for tests. */
  readonly tabs: number;
}

export function createLinkHost(deps: { open: () => OpenedLink; locks: LifeLocks }): LinkHost {
  const links: OpenedLink[] = [];
  const lock = deps.locks.hold();
  let tabs = 0;

  function linkWithRoom(): OpenedLink {
    const known = links.find((link) => link.seats < SEATS);
    if (known !== undefined) return known;
    const link = deps.open();
    links.push(link);
    return link;
  }

  function attach(channel: LinkChannel<TabMessage, WorkerMessage>): void {
    const members = new Map<number, Member>();
    let gone = false;
    tabs++;

    function sit(seat: number, member: Member): void {
      member.place = {
        kind: 'seated',
        seat: linkWithRoom().join((event) => deliver(seat, member, event)),
      };
    }

    function rise({ place }: Member): void {
      if (place.kind === 'seated') place.seat.leave();
    }

    function deliver(seat: number, member: Member, event: LinkEvent): void {
      channel.post({ kind: 'event', seat, event });
      if (event.kind === 'ended') member.place = { kind: 'ended' };
      if (event.kind !== 'message' || ++member.unhandled < MAX_UNHANDLED) return;
      rise(member);
      member.place = { kind: 'catching_up' };
      channel.post({ kind: 'event', seat, event: { kind: 'lost' } });
    }

    /** The acknowledgement that answers `lost` covers everything before it. */
    function handled(seat: number, member: Member, count: number): void {
      member.unhandled -= count;
      if (member.place.kind === 'catching_up' && member.unhandled === 0) sit(seat, member);
    }

    function leave(seat: number): void {
      const member = members.get(seat);
      if (member !== undefined) rise(member);
      members.delete(seat);
    }

    channel.listen((message) => {
      if (gone) return;
      switch (message.kind) {
        case 'hello':
          void lock.then((name) => channel.post({ kind: 'welcome', lock: name }));
          void deps.locks.whenGone(message.lock).then(() => {
            gone = true;
            tabs--;
            for (const seat of members.keys()) leave(seat);
            channel.close();
          });
          break;
        case 'join': {
          const member: Member = { unhandled: 0, place: { kind: 'catching_up' } };
          members.set(message.seat, member);
          sit(message.seat, member);
          break;
        }
        case 'subscribe': {
          const place = members.get(message.seat)?.place;
          if (place?.kind === 'seated') place.seat.subscribe(message.fields);
          break;
        }
        case 'leave':
          leave(message.seat);
          break;
        case 'ack': {
          const member = members.get(message.seat);
          if (member !== undefined) handled(message.seat, member, message.count);
          break;
        }
        case 'wake':
          for (const link of links) link.wake();
          break;
        case 'renew':
          for (const link of links) link.renew();
          break;
      }
    });
  }

  return {
    attach,
    get tabs() {
      return tabs;
    },
  };
}
