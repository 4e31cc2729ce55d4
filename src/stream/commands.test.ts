/** What clients may send, and what becomes of what they may not. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventually } from '../../test/support/eventually.ts';
import { fakeEvent } from '../../test/support/fake-log.ts';
import { startWorld, type World } from '../../test/support/stream-world.ts';

// Real sockets on a shared machine.
vi.setConfig({ testTimeout: 30_000 });

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());

describe('what clients send', () => {
  it('ST50 commands are answered with their id, errors with code and path', async () => {
    const client = world.connect('/stream?v=1');
    await client.type('hello');
    client.send({ type: 'subscribe', id: 1, project_id: '1', filters: { level: 'eror' } });
    client.send({ type: 'subscribe', id: 2, project_id: '1', since: 'x' });
    client.send({ type: 'nope', id: 3 });
    client.send('[1]');
    client.send({ type: 'subscribe', id: 4, project_id: 'secret' });
    client.send({ type: 'unsubscribe', id: 5, project_id: '1' });
    client.send({ type: 'subscribe', id: 'six' });
    client.send({ type: 'ping', t: 1.5 });
    await client.type('pong');
    expect(client.ofType('error').map((m) => [m['id'], m['code'], m['status'], m['path']])).toEqual([
      [1, 'invalid_filter', 400, 'filters.level'],
      [2, 'invalid_cursor', 400, 'since'],
      [3, 'unknown_type', 400, undefined],
      [undefined, 'bad_request', 400, undefined],
      [4, 'not_found', 404, undefined],
      [5, 'not_found', 404, undefined],
      ['six', 'bad_request', 400, 'project_id'],
    ]);
  });

  it('ST51 more than 60 commands at once are refused', async () => {
    const client = world.connect('/stream?v=1');
    await client.type('hello');
    for (let i = 0; i < 80; i++) client.send({ type: 'ping', t: i });
    const error = await client.type('error');
    expect(error).toMatchObject({ code: 'rate_limited', status: 429, temporary: true });
    await client.until(() => client.messages.length === 81, 'all answers');
    expect(client.ofType('pong').length).toBeGreaterThanOrEqual(60);
    expect(client.ofType('pong').length).toBeLessThan(70);
  });

  it('ST52 at most 32 subscriptions on a connection', async () => {
    const client = world.connect('/stream?v=1');
    await client.type('hello');
    for (let i = 0; i < 33; i++) client.send({ type: 'subscribe', id: i, project_id: '1', sub: `s${i}` });
    expect(await client.type('error')).toMatchObject({ id: 32, code: 'too_many_subs' });
  });

  it('ST5 on one connection each subscription has its own f, in whatever project', async () => {
    const client = world.connect('/stream?v=1');
    await client.type('hello');
    for (const [sub, project_id] of [
      ['a', '1'],
      ['b', '1'],
      ['c', '2'],
    ])
      client.send({ type: 'subscribe', sub, project_id, scope: 'events' });
    await client.until(() => client.ofType('mark').length === 3, 'three live subscriptions');
    const f = Object.fromEntries(client.ofType('subscribed').map((one) => [one['sub'], one['f']]));
    expect(new Set(Object.values(f)).size).toBe(3);
    world.log.commit(1, [fakeEvent()]);
    world.log.commit(2, [fakeEvent()]);
    await client.until(() => client.ofType('event').length === 3, 'three events');
    const got = client.ofType('event').map((one) => [one['f'], one['project_id']]);
    expect(new Set(got.map(String))).toEqual(new Set([`${f['a']},1`, `${f['b']},1`, `${f['c']},2`]));
    // Another connection's first subscription of the class shares it.
    const other = world.connect('/stream?v=1');
    await other.type('hello');
    other.send({ type: 'subscribe', project_id: '1', scope: 'events' });
    expect((await other.type('subscribed'))['f']).toBe(f['a']);
    // An update keeps the name that is its own, and finds one that is free.
    client.send({ type: 'subscribe', sub: 'a', project_id: '1', scope: 'events', max_rate: 0 });
    client.send({
      type: 'subscribe',
      sub: 'c',
      project_id: '2',
      scope: 'events',
      filters: { level: 'error' },
    });
    client.send({
      type: 'subscribe',
      sub: 'b',
      project_id: '1',
      scope: 'events',
      filters: { level: 'error' },
    });
    await client.until(() => client.ofType('subscribed').length === 6, 'three updates');
    const [a, c, b] = client.ofType('subscribed').slice(3);
    expect(a?.['f']).toBe(f['a']);
    expect(b?.['f']).not.toBe(c?.['f']);
  });

  const masked = (first: number, payload: Buffer, mask = true): Buffer => {
    const length =
      payload.length < 126
        ? [payload.length | (mask ? 0x80 : 0)]
        : [126 | (mask ? 0x80 : 0), payload.length >> 8, payload.length & 0xff];
    return Buffer.concat([Buffer.from([first, ...length]), Buffer.alloc(mask ? 4 : 0), payload]);
  };
  it.each([
    ['an unmasked frame', masked(0x81, Buffer.from('{}'), false), 1002],
    ['a reserved bit', masked(0xc1, Buffer.from('{}')), 1002],
    ['an unknown opcode', masked(0x83, Buffer.from('{}')), 1002],
    ['invalid UTF-8', masked(0x81, Buffer.from([0xc3, 0x28])), 1007],
    ['a long control frame', masked(0x89, Buffer.alloc(126)), 1002],
  ] as [string, Buffer, number][])('ST53 %s closes the connection', async (_what, frame, code) => {
    const client = world.connect('/stream?v=1');
    await client.type('hello');
    const { _socket: socket } = client.ws as unknown as { _socket: { write(bytes: Buffer): void } };
    socket.write(frame);
    expect(await client.closed()).toMatchObject({ code });
    await eventually(() => world.stream.stats().sessions).toBe(0);
  });

  it('ST53 a message over 64 KiB closes with 1009, one of 64 KiB does not', async () => {
    const client = world.connect('/stream?v=1');
    await client.type('hello');
    client.send(`"${'x'.repeat(64 * 1024 - 2)}"`);
    expect(await client.type('error')).toMatchObject({ code: 'bad_request' });
    client.send(`"${'x'.repeat(64 * 1024)}"`);
    expect(await client.closed()).toMatchObject({ code: 1009 });
  });

  it('ST53 a binary message is an error, not the end', async () => {
    const client = world.connect('/stream?v=1');
    await client.type('hello');
    client.ws.send(Buffer.from('{"type":"ping","t":1}'));
    expect(await client.type('error')).toMatchObject({ code: 'bad_request' });
    client.send({ type: 'ping', t: 1 });
    await client.type('pong');
  });
});
