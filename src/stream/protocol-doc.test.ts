/** The examples of docs/protocol.md: the commands are sent as they stand, and every message has the keys that it shows. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fakeEvent, fakeIssue } from '../../test/support/fake-log.ts';
import { ORIGIN, startWorld, type World } from '../../test/support/stream-world.ts';

// Real sockets on a shared machine.
vi.setConfig({ testTimeout: 30_000 });

type Message = Record<string, unknown> & { type: string };

const TEXT = readFileSync(resolve(import.meta.dirname, '../../docs/protocol.md'), 'utf8');
const examples = (arrow: string): Message[] =>
  [...TEXT.matchAll(new RegExp(`^${arrow} (\\{.*\\})$`, 'gm'))].map(
    ([, json = '']) => JSON.parse(json) as Message,
  );
const COMMANDS = examples('→');
const MESSAGES = examples('←');

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());

/** Keys in order, of the message and of what it holds; maps by name, tag or level have no fixed keys. */
function shape(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) return value.length === 0 ? 'list' : value.slice(0, 1).map((one) => shape(one));
  if (typeof value !== 'object' || value === null) return key === 'user' ? 'user' : 'value';
  if (['by_level', 'tags', 'user'].includes(key)) return key === 'user' ? 'user' : 'map';
  return Object.entries(value).map(([name, one]) => [name, shape(one, name)]);
}

it('ST3 the documented commands are understood, and the answers look as documented', async () => {
  const [subscribe, since, unsubscribe, auth, ping] = COMMANDS;
  world.log.unresolved = 42;
  const client = world.connect('/stream?v=1', { origin: ORIGIN });
  await client.type('hello');
  client.send({ ...auth, token: 'good' });
  await client.type('authed');
  client.send(ping ?? {});
  client.send({ ...subscribe, max_rate: 1 });
  await client.next((one) => one['type'] === 'mark' && one['live'] === true);
  world.log.commit(1, [fakeIssue({}), fakeEvent(), fakeEvent(), fakeEvent()]);
  await client.type('issue_stats');
  await client.type('dropped');
  await client.type('rates');
  world.log.unresolved = 43;
  world.log.commit(1, [fakeIssue({ rev: 2 })]);
  await client.type('issue_count');
  world.configChange('saved_searches', '1');
  await client.type('config');
  client.send(since ?? {});
  await client.type('resync');
  client.send(unsubscribe ?? {});
  await client.type('unsubscribed');
  client.send({ ...subscribe, id: 5, filters: { level: 'eror' } });
  await client.type('error');
  // The first hello of a connection without a viewer has no `auth`.
  const browser = world.connect('/stream?v=1', { origin: ORIGIN, cookie: 'sid=1' });
  const hello = await browser.type('hello');
  void world.stream.drain();
  await client.type('goodbye');

  const got = [hello, ...client.messages.filter((one) => one['type'] !== 'hello')];
  expect(new Set(got.map((one) => one['type']))).toEqual(new Set(MESSAGES.map((one) => one.type)));
  for (const example of MESSAGES) {
    const sent = got.find(
      (one) => one['type'] === example.type && Object.keys(one).length === Object.keys(example).length,
    );
    expect([example.type, shape(sent)]).toEqual([example.type, shape(example)]);
  }
  expect(client.messages.find((one) => one['type'] === 'error')).toEqual(
    MESSAGES.find((one) => one.type === 'error'),
  );
});
