/** Who may listen, and for how long. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventually } from '../../test/support/eventually.ts';
import { createFakeClock } from '../../test/support/fake-clock.ts';
import { fakeEvent } from '../../test/support/fake-log.ts';
import { fakeViewer, ORIGIN, startWorld, type World } from '../../test/support/stream-world.ts';
import { systemClock } from '../lib/clock.ts';

// Real sockets on a shared machine.
vi.setConfig({ testTimeout: 30_000 });

const SHOP = { id: 1, slug: 'shop', name: 'Shop', organizationId: 'o1' };
let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());

describe('who may listen', () => {
  it.each([
    ['nobody', {}, 401],
    ['an unknown token', { authorization: 'Bearer nope' }, 401],
    ['a DSN key', { 'x-sentry-auth': 'Sentry sentry_key=0123456789abcdef0123456789abcdef' }, 401],
    ['a token without the scope', { authorization: 'Bearer writer' }, 403],
    ['a session without an Origin', { cookie: 'sid=1' }, 403],
    ['a foreign Origin', { cookie: 'sid=1', origin: 'http://evil.test' }, 403],
  ] as [string, Record<string, string>, number][])(
    'ST40 %s is refused before the upgrade',
    async (_who, headers, status) => {
      const client = world.connect(
        '/stream/projects/shop?v=1&sentry_key=0123456789abcdef0123456789abcdef',
        headers,
      );
      expect(await client.status()).toBe(status);
    },
  );

  it('ST40 unknown and foreign projects and paths are 404', async () => {
    expect(await world.connect('/stream/projects/secret').status()).toBe(404);
    expect(await world.connect('/stream/projects/nope').status()).toBe(404);
    expect(await world.connect('/streams').status()).toBe(404);
  });

  it.each([
    ['/stream', { origin: ORIGIN }, 4001],
    ['/stream?v=1', { origin: ORIGIN, cookie: 'sid=unknown' }, 4001],
    ['/stream/projects/secret?v=1', { origin: ORIGIN, cookie: 'sid=1' }, 4004],
  ] as [string, Record<string, string>, number][])(
    'ST41 a browser learns by a close code: %s %j',
    async (path, headers, code) => {
      const client = world.connect(path, headers);
      expect(await client.closed()).toMatchObject({ code });
    },
  );

  it('ST42 a session with an allowed Origin, a stream token as subprotocol, and auth in the first message may', async () => {
    const browser = world.connect('/stream', { cookie: 'sid=1', origin: ORIGIN }, ['mesher.v1']);
    expect(await browser.type('hello')).toMatchObject({ auth: { kind: 'session' } });
    expect(browser.ws.protocol).toBe('mesher.v1');
    const token = world.connect('/stream', { origin: 'http://elsewhere.test' }, [
      'mesher.v1',
      'mesher.auth.mst_good',
    ]);
    expect(await token.type('hello')).toMatchObject({ auth: { kind: 'token' } });
    const late = world.connect('/stream?v=1', { origin: ORIGIN });
    expect(await late.type('hello')).toMatchObject({ auth: null });
    late.send({ type: 'subscribe', id: 1, project_id: '1' });
    expect(await late.type('error')).toMatchObject({ id: 1, code: 'unauthorized', status: 401 });
    late.send({ type: 'auth', id: 2, token: 'good' });
    expect(await late.type('authed')).toMatchObject({ id: 2 });
    late.send({ type: 'subscribe', id: 3, project_id: '1' });
    expect(await late.type('subscribed')).toMatchObject({ id: 3 });
  });

  it('ST43 a revoked token ends the stream, others go on', async () => {
    const revoked = world.connect('/stream/projects/shop?v=1');
    const other = world.connect('/stream/projects/shop?v=1', { authorization: 'Bearer other' });
    await Promise.all([revoked.type('mark'), other.type('mark')]);
    world.tokens.delete('good');
    const before = systemClock.monotonic();
    world.configChange('apikey', 'k1');
    expect(await revoked.closed()).toEqual({ code: 4003, reason: '{"c":"revoked"}' });
    expect(systemClock.monotonic() - before).toBeLessThan(1000);
    world.log.commit(1, [fakeEvent()]);
    await other.type('event');
    expect(revoked.ofType('event')).toEqual([]);
  });

  it('ST43 who leaves the organization is unsubscribed, who follows a deleted project too', async () => {
    const client = world.connect('/stream?v=1');
    await client.type('hello');
    client.send({ type: 'subscribe', project_id: 'shop' });
    client.send({ type: 'subscribe', project_id: 'api' });
    await client.until(() => client.ofType('mark').length === 2, 'two marks');
    world.projects.splice(
      world.projects.findIndex((one) => one.slug === 'api'),
      1,
    );
    world.configChange('project', '2');
    expect(await client.type('unsubscribed')).toMatchObject({ project_id: '2', reason: 'deleted' });
    world.tokens.set('good', fakeViewer({ organizations: new Map() }));
    world.configChange('member', 'u1');
    await client.next((m) => m['type'] === 'unsubscribed' && m['reason'] === 'revoked');
    world.log.commit(1, [fakeEvent()]);
    client.send({ type: 'ping', t: 5 });
    await client.type('pong');
    expect(client.ofType('event')).toEqual([]);
  });

  it('ST43 what is revoked while a connection is being opened ends it at once', async () => {
    let asked = (): void => {};
    const asking = new Promise<void>((resolve) => (asked = resolve));
    let answer = (): void => {};
    const answered = new Promise<void>((resolve) => (answer = resolve));
    await world.stop();
    world = await startWorld({
      deps: {
        async resolveProject() {
          asked();
          await answered;
          return SHOP;
        },
      },
    });
    const client = world.connect('/stream/projects/shop?v=1');
    await asking;
    world.tokens.delete('good');
    for (let i = 0; i < 1000; i++) world.configChange('settings', String(i));
    world.configChange('apikey', 'k1');
    answer();
    expect(await client.closed()).toMatchObject({ code: 4003 });
  });

  it('ST43 what is revoked while a subscription is being made is not followed', async () => {
    let asked = (): void => {};
    const asking = new Promise<void>((resolve) => (asked = resolve));
    let answer = (): void => {};
    const answered = new Promise<void>((resolve) => (answer = resolve));
    await world.stop();
    world = await startWorld({
      deps: {
        async readHead(projectId) {
          asked();
          await answered;
          return world.log.readHead(projectId);
        },
      },
    });
    const client = world.connect('/stream?v=1');
    await client.type('hello');
    client.send({ type: 'subscribe', id: 1, project_id: 'shop' });
    await asking;
    world.tokens.set('good', fakeViewer({ organizations: new Map() }));
    world.configChange('member', 'u1');
    client.send({ type: 'ping', t: 1 });
    answer();
    expect(await client.type('error')).toMatchObject({ id: 1, code: 'not_found' });
    await client.type('pong');
    world.log.commit(1, [fakeEvent()]);
    client.send({ type: 'ping', t: 2 });
    await client.next((message) => message['t'] === 2);
    expect(client.ofType('event')).toEqual([]);
  });

  it('ST47 a node that cannot hear of revocations takes no streams and closes open ones', async () => {
    const clock = createFakeClock();
    await world.stop();
    world = await startWorld({ clock });
    const client = world.connect('/stream/projects/shop?v=1');
    await client.type('hello');
    // Once is the doing of a process that stood still: the next reading tells.
    world.setHearsChanges(false);
    await clock.advance(1000);
    world.setHearsChanges(true);
    await clock.advance(10_000);
    expect(world.stream.stats().sessions).toBe(1);

    world.setHearsChanges(false);
    expect(await world.connect('/stream?v=1').status()).toBe(503);
    const browser = world.connect('/stream?v=1', { cookie: 'sid=1', origin: ORIGIN });
    expect(await browser.closed()).toMatchObject({ code: 4106 });
    const foreign = world.connect('/stream?v=1', { cookie: 'sid=1', origin: 'http://evil.test' });
    expect(await foreign.status()).toBe(403);
    await clock.advance(2000);
    expect(await client.closed()).toMatchObject({ code: 4106 });
    expect(client.ofType('goodbye')).toMatchObject([{ code: 4106 }]);
    world.setHearsChanges(true);
    const later = world.connect('/stream?v=1');
    await later.type('hello');
    later.ws.terminate();
    await eventually(() => world.stream.stats().sessions).toBe(0);
  });

  it('ST48 a stream token presented again on another node ends the stream of before', async () => {
    const stream = await fetch(`http://127.0.0.1:${world.port}/stream/projects/shop?token=mst_good`, {
      headers: { accept: 'application/x-ndjson' },
    });
    await eventually(() => world.stream.stats().sessions).toBe(1);
    // Its own take, which this node hears of too, and one of another token.
    world.configChange('stream_token', 'mst_good.1');
    world.configChange('stream_token', 'mst_other.9');
    expect(world.stream.stats().sessions).toBe(1);
    world.configChange('stream_token', 'mst_good.2');
    expect(await stream.text()).toContain('"type":"goodbye","code":4106');
    await eventually(() => world.stream.stats().sessions).toBe(0);
  });

  it('ST44 a viewer that expires is closed with 4105', async () => {
    world.tokens.set('short', fakeViewer({ expiresAt: Date.now() + 200 }));
    const client = world.connect('/stream?v=1', { authorization: 'Bearer short' });
    await client.type('hello');
    world.tokens.delete('short');
    expect(await client.closed()).toMatchObject({ code: 4105 });
    expect(client.ofType('goodbye')).toMatchObject([{ code: 4105 }]);
  });

  it('ST45 a user has at most 20 connections', async () => {
    const clients = Array.from({ length: 20 }, () => world.connect('/stream?v=1'));
    await Promise.all(clients.map((one) => one.type('hello')));
    expect(await world.connect('/stream?v=1').status()).toBe(429);
    clients[0]?.ws.terminate();
    await clients[0]?.closed();
    await eventually(() => world.stream.stats().sessions).toBe(19);
    await world.connect('/stream?v=1').type('hello');
  });
});
