/** What an event has from its request: id, corrected clock, address; and what a project's origins may read. */
import { afterEach, expect, it } from 'vitest';
import {
  startIngestServer,
  TEST_KEY,
  TEST_NOW,
  type IngestFakes,
  type IngestServer,
} from '../../test/support/ingest-server.ts';
import type { ActiveKey } from './dsn-auth.ts';

const PATH = `/api/42/envelope/?sentry_key=${TEST_KEY}`;
const A = 'a'.repeat(32);
const B = 'b'.repeat(32);

let server: IngestServer;
afterEach(() => server.close());

async function start(more: IngestFakes = {}): Promise<void> {
  server = await startIngestServer(more);
}

it.each([
  ['the header beats the payload', A, B, A, undefined],
  ['the payload’s, when the header has none', undefined, B, B, undefined],
  ['dashed, in any case', 'AAAAAAAA-aaaa-AAAA-aaaa-AAAAAAAAAAAA', undefined, A, undefined],
  ['the payload’s, when the header’s is none', 'nonsense', B, B, undefined],
  [
    'a fresh one, the wrong one noted',
    'nonsense',
    'g'.repeat(32),
    expect.stringMatching(/^[0-9a-f]{32}$/),
    'nonsense',
  ],
  ['a fresh one', undefined, undefined, expect.stringMatching(/^[0-9a-f]{32}$/), undefined],
])('IN23 %s', async (_name, header, payload, id, noted) => {
  await start();
  const body = `${JSON.stringify({ event_id: header })}\n{"type":"event"}\n${JSON.stringify({ event_id: payload })}`;
  const answer = await server.send({ path: PATH, body });
  expect([answer.status, JSON.parse(answer.body)]).toEqual([200, { id }]);
  const [event] = server.events;
  expect(event?.event_id).toEqual(id);
  expect(event?.notes?.find((note) => note.path === 'event_id')?.original).toBe(noted);
});

it('IN23 the header’s id is that of the first event; a second one keeps its own', async () => {
  await start();
  const body = `{"event_id":"${A}"}\n{"type":"event"}\n{}\n{"type":"event"}\n{"event_id":"${B}"}`;
  expect((await server.send({ path: PATH, body })).status).toBe(200);
  expect(server.events.map((event) => event.event_id)).toEqual([A, B]);
});

it.each([
  ['seconds', TEST_NOW / 1000 - 7200],
  ['seconds and a fraction', `${TEST_NOW / 1000 - 7200}.000`],
  ['milliseconds', TEST_NOW - 7_200_000],
])('IN43 the time an old client says it sent this corrects its clock: %s', async (_name, sent) => {
  await start();
  const headers = { 'x-sentry-auth': `Sentry sentry_timestamp=${sent}, sentry_key=${TEST_KEY}` };
  const body = JSON.stringify({ timestamp: (TEST_NOW - 7_210_000) / 1000 });
  expect((await server.send({ path: '/api/42/store/', headers, body })).status).toBe(200);
  expect(server.events[0]?.timestamp).toBe(TEST_NOW - 10_000);
  expect(server.events[0]?.notes).toMatchObject([{ path: 'timestamp', reason: 'clock_drift' }]);
});

it.each([
  ['{{auto}}', { user: { ip_address: '{{auto}}' } }, '192.0.2.7'],
  ['infer_ip', { sdk: { settings: { infer_ip: 'auto' } } }, '192.0.2.7'],
  ['infer_ip beside a user', { user: { id: 1 }, sdk: { settings: { infer_ip: 'auto' } } }, '192.0.2.7'],
  [
    'an address',
    { user: { ip_address: '198.51.100.1' }, sdk: { settings: { infer_ip: 'auto' } } },
    '198.51.100.1',
  ],
  ['infer_ip: never', { sdk: { settings: { infer_ip: 'never' } } }, undefined],
  ['nothing', { user: { id: 1 } }, undefined],
])('IN39 the client’s address, as the SDK wants it: %s', async (_name, payload, address) => {
  await start();
  await server.send({ path: PATH, body: `{}\n{"type":"event"}\n${JSON.stringify(payload)}` });
  expect(server.events[0]?.user?.ip_address).toBe(address);
});

it('IN5 where a project lists its origins, only they may read answers', async () => {
  const key: ActiveKey = {
    kind: 'active',
    keyId: 1,
    projectId: 42,
    projectSlug: 'shop',
    rateLimit: null,
    allowedOrigins: ['https://shop.example'],
    spikeProtection: false,
    attachmentBudgetBytes: null,
  };
  await start({ lookupKey: async () => key });
  const allowed = async (origin: string) => {
    const answer = await server.send({ path: PATH, headers: { origin }, body: '{}\n' });
    expect(answer.headers.vary).toBe('origin');
    return answer.headers['access-control-allow-origin'];
  };
  expect(await allowed('https://shop.example')).toBe('https://shop.example');
  expect(await allowed('https://evil.example')).toBeUndefined();
});

it('IN31 interfaces by the names of old clients are read', async () => {
  await start();
  const body = JSON.stringify({
    'sentry.interfaces.Exception': { values: [{ type: 'E', value: 'v' }] },
    'sentry.interfaces.User': { id: 7 },
    'sentry.interfaces.Http': { url: 'http://shop.example/' },
  });
  await server.send({ path: `/api/store/?sentry_key=${TEST_KEY}`, body });
  expect(server.events[0]).toMatchObject({
    exception: [{ type: 'E', value: 'v' }],
    user: { id: '7' },
    request: { url: 'http://shop.example/' },
  });
});
