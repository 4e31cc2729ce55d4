/** The whole stage over real sockets. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeEvent, fakeIssue, fakeIssueMatch } from '../../test/support/fake-log.ts';
import { fakeViewer, ORIGIN, startWorld, type World } from '../../test/support/stream-world.ts';
import { systemClock } from '../lib/clock.ts';

let world: World;
beforeEach(async () => {
  world = await startWorld();
});
afterEach(() => world.stop());

describe('mode 0', () => {
  it('ST2 sends exactly the documented bytes', async () => {
    const client = world.connect('/stream');
    await client.open();
    client.send({
      type: 'subscribe',
      project_id: 'shop',
      filters: { level: 'error', environment: 'production' },
    });
    await client.type('subscribed');
    world.log.unresolved = 42;
    world.log.commit(1, [fakeEvent({ level: 'warning' }), fakeEvent(), fakeIssue({ action: 'resolved' })]);
    await client.type('issue_count');
    client.send({ type: 'subscribe', project_id: 'shop', filters: {} });
    client.send({ subscribe: 'shop', filters: { level: '' } });
    client.send({ type: 'nope' });
    client.send({ type: 'unsubscribe', project_id: 'shop' });
    await client.type('unsubscribed');
    expect([...client.texts].sort()).toEqual(
      [
        '{"type":"subscribed","project_id":"shop"}',
        '{"type":"event","issue_id":"7","data":{"id":"0123456789abcdef0123456789abcdef","level":"error","title":"TypeError: x is undefined","culprit":"app/main in run","environment":"production","release":null,"platform":"node","tags":{"browser":"Chrome"},"user":null,"timestamp":"2026-01-02T03:04:05.678Z"}}',
        '{"type":"issue","action":"resolved","issue_id":"7","data":{"id":"7","title":"TypeError: x is undefined","level":"error","status":"unresolved","event_count":1,"first_seen":"2026-01-02T03:04:05.678Z","last_seen":"2026-01-02T03:04:05.678Z","assigned_to":null}}',
        '{"type":"issue_count","project_id":"1","count":42}',
        '{"type":"subscribed","project_id":"shop"}',
        '{"type":"subscribed","project_id":"shop"}',
        '{"error":"unknown message type"}',
        '{"type":"unsubscribed","project_id":"shop"}',
      ].sort(),
    );
  });
});

describe('mode 1', () => {
  it('ST4 says hello, subscribed, mark, and sends events and issues in order', async () => {
    const client = world.connect('/stream?v=1');
    await client.type('hello');
    client.send({ type: 'subscribe', id: 1, project_id: 'shop', filters: { environment: 'production' } });
    await client.type('mark');
    world.log.commit(1, [fakeEvent(), fakeEvent({ environment: 'dev' }), fakeIssue({})]);
    await client.type('issue');
    expect(client.messages.map((one) => [one['type'], one['seq']])).toEqual([
      ['hello', undefined],
      ['subscribed', undefined],
      ['issue_count', undefined],
      ['mark', undefined],
      ['event', 1],
      ['issue', 3],
    ]);
  });
});

describe('mode 0 on a path', () => {
  it('ST2 joins the project of the path, filters by query, and updates filters', async () => {
    const client = world.connect('/ws/projects/shop?level=error');
    await client.open();
    client.send({ type: 'subscribe', filters: { level: 'info' } });
    await client.type('filters_updated');
    world.log.commit(1, [fakeEvent({ level: 'error' }), fakeEvent({ level: 'info', title: 'seen' })]);
    await client.type('event');
    expect(client.texts[0]).toBe('{"type":"filters_updated"}');
    expect(client.ofType('event')).toMatchObject([{ data: { title: 'seen' } }]);
  });

  it('ST2 answers failures with an error and keeps the old filter', async () => {
    const client = world.connect('/stream/projects/1');
    await client.open();
    client.send({ type: 'subscribe', filters: { level: 'eror' } });
    client.send({ type: 'subscribe', project_id: 'secret' });
    client.send('not json');
    client.send({ type: 'subscribe', filters: { level: 'error' } });
    await client.type('filters_updated');
    expect(client.texts).toEqual([
      '{"error":"unknown level \'eror\'"}',
      '{"error":"no such project"}',
      '{"error":"unknown message type"}',
      '{"type":"filters_updated"}',
    ]);
  });
});

describe('different filters', () => {
  it('ST6 two clients get two streams of the same log', async () => {
    const one = world.connect('/stream?v=1');
    const two = world.connect('/stream?v=1');
    await Promise.all([one.type('hello'), two.type('hello')]);
    one.send({ type: 'subscribe', project_id: '1', filters: { environment: 'production' } });
    two.send({ type: 'subscribe', project_id: '1', filters: { q: 'environment:dev browser:Chrome' } });
    await Promise.all([one.type('mark'), two.type('mark')]);
    world.log.commit(1, [
      fakeEvent(),
      fakeEvent({ environment: 'dev' }),
      fakeEvent({ environment: 'dev', tags: {} }),
    ]);
    world.log.commit(1, [fakeEvent()]);
    await one.next((m) => m['seq'] === 4);
    await two.type('event');
    expect(one.ofType('event').map((m) => m['seq'])).toEqual([1, 4]);
    expect(two.ofType('event').map((m) => m['seq'])).toEqual([2]);
  });

  it('ST7 an issue that does not match any more is sent with match false', async () => {
    const client = world.connect('/stream?v=1');
    await client.type('hello');
    client.send({ type: 'subscribe', project_id: '1', filters: { is: 'unresolved' }, scope: 'issues' });
    await client.type('mark');
    const open = fakeIssueMatch();
    const resolved = fakeIssueMatch({ status: 'resolved' });
    world.log.commit(1, [
      fakeEvent(),
      fakeIssue({ action: 'new', after: open }),
      fakeIssue({ action: 'resolved', rev: 2, before: open, after: resolved }),
      fakeIssue({ action: 'assigned', rev: 3, before: resolved, after: resolved }),
      fakeIssue({ action: 'regressed', rev: 4, before: resolved, after: open }),
      fakeIssue({ action: 'deleted', rev: 5, before: open, after: null }),
    ]);
    await client.next((m) => m['action'] === 'deleted');
    expect(client.ofType('issue').map((m) => [m['action'], m['match']])).toEqual([
      ['new', true],
      ['resolved', false],
      ['regressed', true],
      ['deleted', false],
    ]);
    expect(client.ofType('event')).toEqual([]);
  });
});

describe('resume', () => {
  it('ST12 since brings exactly what was missed', async () => {
    const first = world.connect('/stream/projects/shop?v=1');
    await first.type('mark');
    world.log.commit(1, [fakeEvent(), fakeEvent()]);
    await first.next((m) => m['seq'] === 2);
    first.ws.terminate();
    world.log.commit(1, [fakeEvent(), fakeEvent()]);
    const second = world.connect('/stream/projects/shop?v=1&since=aaaaaa.2');
    await second.next((m) => m['type'] === 'mark' && m['live'] === true);
    world.log.commit(1, [fakeEvent()]);
    await second.next((m) => m['seq'] === 5);
    expect(second.ofType('event').map((m) => m['seq'])).toEqual([3, 4, 5]);
    await expect(second.type('subscribed')).resolves.toMatchObject({ recovered: true });
  });

  it('ST19 a snapshot comes after subscribed and before entries', async () => {
    world.log.commit(1, [fakeEvent(), fakeEvent({ level: 'info' })]);
    const client = world.connect('/stream?v=1');
    await client.type('hello');
    client.send({
      type: 'subscribe',
      project_id: '1',
      filters: { level: 'error' },
      snapshot: { issues: 5, events: 5 },
    });
    await client.type('mark');
    world.log.commit(1, [fakeEvent()]);
    await client.type('event');
    expect(client.messages.map((m) => m['type'])).toEqual([
      'hello',
      'subscribed',
      'snapshot',
      'mark',
      'event',
    ]);
    expect(client.messages[2]).toMatchObject({
      last: true,
      as_of: 'aaaaaa.2',
      issue_count: 0,
      events: [{ seq: 1 }],
    });
  });

  it('ST20 counters of watched issues come as issue_stats', async () => {
    const client = world.connect('/stream?v=1');
    await client.type('hello');
    client.send({ type: 'subscribe', project_id: '1', watch: ['7'], scope: 'issues' });
    await client.type('mark');
    world.log.commit(1, [fakeEvent({ issueId: '7' }), fakeEvent({ issueId: '8' })]);
    const stats = await client.type('issue_stats');
    expect(stats).toMatchObject({ project_id: '1', as_of: 2, items: [{ issue_id: '7', events: 1 }] });
  });
});

describe('a client that stops reading', () => {
  it(
    'ST8 is told exactly what was dropped; the others get everything meanwhile',
    { timeout: 30_000 },
    async () => {
      const others = [world.connect('/stream?v=1'), world.connect('/stream?v=1')];
      const slow = world.connect('/stream?v=1');
      const plain = world.connect('/stream');
      await Promise.all([...others, slow].map((one) => one.type('hello')));
      for (const one of [...others, slow])
        one.send({ type: 'subscribe', project_id: '1', scope: 'events', buffer: 100 });
      await plain.open();
    plain.send({ type: 'subscribe', project_id: '1' });
      await Promise.all([...others, slow].map((one) => one.type('mark')));
      await plain.type('subscribed');
      slow.ws.pause();
      plain.ws.pause();
      // More than 16 MiB, so that the buffers of the kernel are full: 20 × 200 events of 8 KB.
      const padding = 'x'.repeat(8000);
      const total = 4000;
      for (let sent = 0; sent < total; sent += 200) {
        world.log.commit(
          1,
          Array.from({ length: 200 }, () => fakeEvent({ title: padding })),
        );
        // In step with a healthy reader: a burst may overrun anybody.
        await others[0]?.next((m) => m['seq'] === sent + 200);
        await others[1]?.next((m) => m['seq'] === sent + 200);
      }
      for (const one of others) {
        expect(
          one.ofType('event').length + one.ofType('dropped').reduce((sum, m) => sum + Number(m['count']), 0),
        ).toBe(total);
      }
      expect(others[0]?.ofType('event').length).toBeGreaterThan(total * 0.9);
      slow.ws.resume();
      plain.ws.resume();
      await slow.next((m) => m['seq'] === total);
      const dropped = slow.ofType('dropped');
      const seqs = slow.ofType('event').map((m) => Number(m['seq']));
      expect(dropped.length).toBeGreaterThan(0);
      expect(seqs.length + dropped.reduce((sum, m) => sum + Number(m['count']), 0)).toBe(total);
      expect(seqs.slice(-100)).toEqual(Array.from({ length: 100 }, (_, i) => total - 99 + i));
      for (const gap of dropped) {
        expect(Number(gap['to']) - Number(gap['from']) + 1).toBe(gap['count']);
        expect(seqs.some((seq) => seq >= Number(gap['from']) && seq <= Number(gap['to']))).toBe(false);
      }
      // Mode 0 drops the same way and says nothing about it.
      world.log.commit(1, [fakeEvent({ title: 'last' })]);
      await plain.next((m) => (m['data'] as { title?: string } | undefined)?.title === 'last');
      expect(plain.ofType('event').length).toBeLessThan(total);
      expect(new Set(plain.messages.map((m) => m['type']))).toEqual(new Set(['subscribed', 'event']));
    },
  );
});

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
      'mesher.auth.good',
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
    await expect.poll(() => world.stream.stats().sessions).toBe(19);
    await world.connect('/stream?v=1').type('hello');
  });
});

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
    await expect.poll(() => world.stream.stats().sessions).toBe(0);
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

describe('over HTTP', () => {
  const get = (path: string, headers: Record<string, string>, signal: AbortSignal) =>
    fetch(`http://127.0.0.1:${world.port}${path}`, {
      headers: { authorization: 'Bearer good', ...headers },
      signal,
    });

  async function readUntil(response: Response, wanted: string): Promise<string> {
    let text = '';
    const reader = response.body?.getReader();
    while (!text.includes(wanted)) {
      const { value, done } = (await reader?.read()) ?? { done: true, value: undefined };
      if (done) throw new Error(`ended with ${text}`);
      text += Buffer.from(value ?? []).toString();
    }
    return text;
  }

  it('ST60 SSE carries the mode-1 messages with cursors as ids, and resumes', async () => {
    const abort = new AbortController();
    world.log.commit(1, [fakeEvent()]);
    const response = await get(
      '/stream/projects/shop',
      { accept: 'text/event-stream', 'last-event-id': 'aaaaaa.0' },
      abort.signal,
    );
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(response.headers.get('cache-control')).toBe('no-store');
    const text = await readUntil(response, 'event: mark');
    expect(text).toContain('retry: 2000\n\n');
    expect(text).toMatch(
      /id: aaaaaa\.1\nevent: event\ndata: \{"type":"event","project_id":"1","issue_id":"7","seq":1,/,
    );
    abort.abort();
    await expect.poll(() => world.stream.stats().sessions).toBe(0);
  });

  it('ST60 an unknown id is a resync', async () => {
    const abort = new AbortController();
    const response = await get(
      '/stream/projects/shop',
      { accept: 'text/event-stream', 'last-event-id': 'what' },
      abort.signal,
    );
    expect(await readUntil(response, 'event: mark')).toContain('event: resync');
    abort.abort();
  });

  it('ST61 NDJSON is one message a line', async () => {
    const abort = new AbortController();
    const response = await get('/stream/projects/shop', { accept: 'application/x-ndjson' }, abort.signal);
    const lines = (await readUntil(response, '"live":true')).trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual([
      'hello',
      'subscribed',
      'issue_count',
      'mark',
    ]);
    abort.abort();
  });

  it('ST62 refuses what may not or cannot', async () => {
    const { signal } = new AbortController();
    expect(
      (
        await get(
          '/stream/projects/shop',
          { accept: 'text/event-stream', authorization: 'Bearer no' },
          signal,
        )
      ).status,
    ).toBe(401);
    expect((await get('/stream/projects/secret', { accept: 'text/event-stream' }, signal)).status).toBe(404);
    expect((await get('/stream/projects/shop', { accept: 'text/html' }, signal)).status).toBe(406);
  });
});

describe('drain', () => {
  it('ST46 says goodbye with 4100 and a time to come back', async () => {
    const client = world.connect('/stream?v=1');
    await client.type('hello');
    await world.stream.drain();
    expect(await client.closed()).toMatchObject({ code: 4100 });
    expect(client.ofType('goodbye')).toMatchObject([{ code: 4100 }]);
  });
});
