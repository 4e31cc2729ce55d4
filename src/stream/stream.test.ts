/** The whole stage over real sockets. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeEvent, fakeIssue, fakeIssueMatch } from '../../test/support/fake-log.ts';
import { startWorld, type World } from '../../test/support/stream-world.ts';

// Real sockets on a shared machine.
vi.setConfig({ testTimeout: 30_000 });

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
  it('ST20 counts unresolved issues in all and by level', async () => {
    const client = world.connect('/stream/projects/shop?v=1');
    await client.type('mark');
    world.log.unresolved = 3;
    world.log.commit(1, [fakeIssue({})]);
    const moved = await client.next((one) => one['type'] === 'issue_count' && one['count'] === 3);
    expect(moved).toEqual({
      type: 'issue_count',
      project_id: '1',
      count: 3,
      by_level: { error: 3 },
      as_of: 1,
    });
  });

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

  it('ST20 an issue newly put on the watch list is told at once, without waiting for its next change', async () => {
    const counters = { rev: 3, users: 2, last_seen: '2026-01-02T03:04:05.678Z' };
    world.stats.push({ issue_id: '7', events: 9, ...counters }, { issue_id: '8', events: 5, ...counters });
    const client = world.connect('/stream?v=1');
    await client.type('hello');
    const told = (): unknown[] =>
      client
        .ofType('issue_stats')
        .map((one) => (one['items'] as { issue_id: string }[]).map((i) => i.issue_id));
    client.send({ type: 'subscribe', project_id: '1', watch: ['7'], scope: 'issues' });
    expect(await client.type('issue_stats')).toMatchObject({
      items: [{ issue_id: '7', events: 9, users: 2 }],
    });
    client.send({ type: 'subscribe', project_id: '1', watch: ['7', '8', '404'], scope: 'issues' });
    await client.until(() => told().length === 2, 'the other');
    // Known, or taken off: nothing is new.
    client.send({ type: 'subscribe', project_id: '1', watch: ['8'], scope: 'issues' });
    client.send({ type: 'ping', t: 1 });
    await client.type('pong');
    expect(told()).toEqual([['7'], ['8']]);
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

describe('drain', () => {
  it('ST46 says goodbye with 4100 and a time to come back', async () => {
    const client = world.connect('/stream?v=1');
    await client.type('hello');
    await world.stream.drain();
    expect(await client.closed()).toMatchObject({ code: 4100 });
    expect(client.ofType('goodbye')).toMatchObject([{ code: 4100 }]);
  });
});
