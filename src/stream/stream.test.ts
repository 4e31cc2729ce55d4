/** The whole stage over real sockets. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeEvent, fakeIssue } from '../../test/support/fake-log.ts';
import { startWorld, type World } from '../../test/support/stream-world.ts';

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
