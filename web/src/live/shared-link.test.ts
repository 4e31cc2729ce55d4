/** Tabs and worker over real message channels; what would be the connection to the server is a table here. */
import { beforeEach, expect, it } from 'vitest';
import { createLinkHost, type LinkHost } from './link-host.ts';
import type { LinkEvent, OpenedLink, SubscribeFields } from '../../../src/client/stream-link.ts';
import type { HelloMessage, MarkMessage } from '../../../src/protocol/down.ts';
import type { LifeLocks } from './life-lock.ts';
import { channelOf } from './link-messages.ts';
import { createSharedLink } from './shared-link.ts';

const HELLO: HelloMessage = {
  type: 'hello',
  v: 1,
  conn: 'n1-1',
  ping_ms: 25_000,
  limits: { message_bytes: 1, commands_per_second: 1, subscriptions: 32, buffer: 1, replay: 1 },
  auth: { kind: 'session', expires_at: null },
};
const mark = (seq: number): MarkMessage => ({
  type: 'mark',
  f: 'f',
  cursor: `aaaaaa.${seq}`,
  live: true,
  state: 'ok',
  lag_ms: 0,
});

/** Locks by name; `end(name)` is the death of its holder. */
function fakeLocks() {
  const waiting = new Map<string, (() => void)[]>();
  let held = 0;
  const names: string[] = [];
  const locks: LifeLocks = {
    hold() {
      const name = `lock ${++held}`;
      names.push(name);
      return Promise.resolve(name);
    },
    whenGone: (name) => new Promise((gone) => waiting.set(name, [...(waiting.get(name) ?? []), gone])),
  };
  return { locks, names, end: (name: string) => waiting.get(name)?.forEach((gone) => gone()) };
}

interface FakeLink extends OpenedLink {
  readonly listeners: Map<number, (event: LinkEvent) => void>;
  readonly asked: SubscribeFields[];
  renewed: number;
}

function fakeLink(): FakeLink {
  const listeners = new Map<number, (event: LinkEvent) => void>();
  const asked: SubscribeFields[] = [];
  let joined = 0;
  return {
    listeners,
    asked,
    renewed: 0,
    get seats() {
      return listeners.size;
    },
    wake: () => undefined,
    renew() {
      this.renewed++;
    },
    join(listener) {
      const seat = ++joined;
      listeners.set(seat, listener);
      queueMicrotask(() => listener({ kind: 'open', hello: HELLO, stateless: false }));
      return { subscribe: (fields) => asked.push(fields), leave: () => void listeners.delete(seat) };
    },
  };
}

const world = () => {
  const life = fakeLocks();
  const links: FakeLink[] = [];
  const startWorker = (): LinkHost =>
    createLinkHost({
      locks: life.locks,
      open() {
        const link = fakeLink();
        links.push(link);
        return link;
      },
    });
  let worker = startWorker();
  let workerLock = life.names.at(-1) ?? '';
  const own: FakeLink[] = [];
  return {
    life,
    links,
    own,
    failures: [] as (() => void)[],
    get worker() {
      return worker;
    },
    /** As when the browser kills it: its tabs hear nothing, and the next to connect gets another. */
    killWorker() {
      const dead = workerLock;
      worker = startWorker();
      workerLock = life.names.at(-1) ?? '';
      life.end(dead);
    },
    tab() {
      const link = createSharedLink({
        locks: life.locks,
        connect: (onFailure) => {
          this.failures.push(onFailure);
          const { port1, port2 } = new MessageChannel();
          worker.attach(channelOf(port2));
          return channelOf(port1);
        },
        ownLink() {
          const one = fakeLink();
          own.push(one);
          return one;
        },
        onComeback: () => undefined,
      });
      const lock = life.names.at(-1) ?? '';
      return { link, close: () => life.end(lock) };
    },
  };
};
type World = ReturnType<typeof world>;

function follow(tab: ReturnType<World['tab']>) {
  const events: LinkEvent[] = [];
  const seat = tab.link.join((event) => {
    events.push(event);
    if (event.kind === 'open') seat.subscribe({ project_id: '1' });
  });
  return { events, seat, kinds: () => events.map((event) => event.kind) };
}

let w: World;
beforeEach(() => {
  w = world();
});

it('WEB14 tabs share one connection; a tab that is gone leaves its seats', async () => {
  const [a, b] = [w.tab(), w.tab()];
  const [one, two, three] = [follow(a), follow(a), follow(b)];
  await expect.poll(() => [one, two, three].map((each) => each.kinds().length)).toEqual([1, 1, 1]);
  await expect.poll(() => w.links[0]?.asked.length).toBe(3);
  expect(w.links.length).toBe(1);
  a.close();
  await expect.poll(() => w.links[0]?.seats).toBe(1);
  w.links[0]?.listeners.get(3)?.({ kind: 'message', message: mark(1) });
  await expect.poll(() => three.kinds()).toEqual(['open', 'message']);
  expect(one.kinds()).toEqual(['open']);
  three.seat.leave();
  await expect.poll(() => w.links[0]?.seats).toBe(0);
});

it('WEB14 more subscriptions than a connection takes open a second one', async () => {
  const tab = w.tab();
  const all = Array.from({ length: 33 }, () => follow(tab));
  await expect.poll(() => all.every((each) => each.kinds().length === 1)).toBe(true);
  expect(w.links.map((link) => link.seats)).toEqual([32, 1]);
});

it('WEB15 a tab that does not keep up loses its seat until it has, and hurts no other', async () => {
  const [a, b] = [w.tab(), w.tab()];
  const [slow, quick] = [follow(a), follow(b)];
  await expect.poll(() => [slow, quick].map((each) => each.kinds().length)).toEqual([1, 1]);
  const link = w.links[0];
  // In one go: no message is handled in between.
  for (let seq = 1; seq <= 2500; seq++) link?.listeners.get(1)?.({ kind: 'message', message: mark(seq) });
  link?.listeners.get(2)?.({ kind: 'message', message: mark(1) });
  expect([...(link?.listeners.keys() ?? [])]).toEqual([2]);
  await expect.poll(() => slow.kinds().slice(-2)).toEqual(['lost', 'open']);
  expect(slow.kinds().filter((kind) => kind === 'message').length).toBe(2000);
  expect(quick.kinds()).toEqual(['open', 'message']);
  // What is handled is acknowledged: far more than the bound passes in pieces.
  for (let piece = 0; piece < 5; piece++) {
    const before = slow.events.length;
    for (let seq = 1; seq <= 1000; seq++) link?.listeners.get(3)?.({ kind: 'message', message: mark(seq) });
    await expect.poll(() => slow.events.length).toBe(before + 1000);
  }
  expect(slow.kinds().filter((kind) => kind === 'lost').length).toBe(1);
});

it('WEB15 a worker that is killed is replaced, and every subscription starts anew', async () => {
  const [a, b] = [w.tab(), w.tab()];
  const [one, two] = [follow(a), follow(b)];
  await expect.poll(() => [one, two].map((each) => each.kinds().length)).toEqual([1, 1]);
  w.killWorker();
  await expect
    .poll(() => [one.kinds(), two.kinds()])
    .toEqual([
      ['open', 'lost', 'open'],
      ['open', 'lost', 'open'],
    ]);
  expect(w.links.map((link) => link.asked.length)).toEqual([2, 2]);
  expect(w.worker.tabs).toBe(2);
  expect(w.own.length).toBe(0);
});

it('WEB14 where no worker can be run the tab has a connection of its own', async () => {
  const tab = w.tab();
  const one = follow(tab);
  await expect.poll(() => one.kinds()).toEqual(['open']);
  w.failures[0]?.();
  await expect.poll(() => one.kinds()).toEqual(['open', 'lost', 'open']);
  expect(w.own[0]?.asked).toEqual([{ project_id: '1' }]);
  const later = follow(tab);
  await expect.poll(() => later.kinds()).toEqual(['open']);
  expect(w.own[0]?.seats).toBe(2);
  later.seat.leave();
  expect(w.own[0]?.seats).toBe(1);
});

it('WEB16 who signs in or out renews the connection of all tabs', async () => {
  const [a, b] = [w.tab(), w.tab()];
  const one = follow(a);
  await expect.poll(() => one.kinds()).toEqual(['open']);
  // This tab follows nothing.
  b.link.renew();
  await expect.poll(() => w.links[0]?.renewed).toBe(1);
});
