import { connect } from 'node:net';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import {
  startIngestServer,
  TEST_KEY,
  type IngestFakes,
  type IngestServer,
} from '../../test/support/ingest-server.ts';
import { systemClock } from '../lib/clock.ts';

const ID = 'fc6d8c0c43fc4630ad850ee518f1b9d0';
const AUTH = { 'x-sentry-auth': `Sentry sentry_key=${TEST_KEY}, sentry_version=7` };
const PATH = '/api/42/envelope/';
const EVENT = `{"type":"event"}\n{"message":"m"}`;
const ENVELOPE = `{"event_id":"${ID}"}\n${EVENT}`;

let server: IngestServer;
afterEach(() => server.close());

async function start(more: IngestFakes = {}): Promise<void> {
  server = await startIngestServer(more);
}

const stored = { kind: 'stored', issueId: '1', isNew: true, isRegression: false } as const;

describe('answers', () => {
  it('IN3 answers 200 with the id only after the event is committed', async () => {
    const order: string[] = [];
    await start({
      accept: async () => {
        await new Promise((resolve) => setImmediate(resolve));
        order.push('committed');
        return stored;
      },
    });
    const answer = await server.send({ path: PATH, headers: AUTH, body: ENVELOPE });
    order.push('answered');
    expect(answer).toMatchObject({ status: 200, body: `{"id":"${ID}"}` });
    expect(order).toEqual(['committed', 'answered']);
  });

  it.each([
    [{ kind: 'duplicate' } as const, 200, 'duplicate/event_id/error'],
    [{ kind: 'discarded' } as const, 200, 'discarded/issue_discarded/error'],
    [{ kind: 'quarantined', message: 'bad data' } as const, 400, 'invalid/quarantined/error'],
    [{ kind: 'unavailable', retryAfterS: 7 } as const, 503, undefined],
  ])('IN3 answers %j with %i', async (verdict, status, outcome) => {
    await start({ accept: async () => verdict });
    const answer = await server.send({ path: PATH, headers: AUTH, body: ENVELOPE });
    expect(answer.status).toBe(status);
    expect(server.outcomes[0]).toBe(outcome);
    if (status === 503) expect(answer.headers['retry-after']).toBe('7');
  });

  const WITH_FILE = `${ENVELOPE}\n{"type":"attachment","filename":"a.txt","length":2}\nhi\n`;

  it('IN80 answers 200 for an event that the rules dropped, counts it, and gives up its files', async () => {
    const outcome = { outcome: 'filtered', reason: 'localhost' } as const;
    await start({ acceptPayload: async () => ({ kind: 'dropped', id: ID, outcome }) });
    const answer = await server.send({ path: PATH, headers: AUTH, body: WITH_FILE });
    expect(answer).toMatchObject({ status: 200, body: `{"id":"${ID}"}` });
    expect(server.outcomes).toEqual(['filtered/localhost/error', 'filtered/localhost/attachment']);
    expect(server.saved.discarded).toHaveLength(1);
  });

  it.each([
    [true, 'accepted/stored', 0],
    [false, 'spike/payload_dropped', 1],
  ])('IN82 an event beyond the usual rate that is new: %s, is %s', async (isNew, outcome, discarded) => {
    await start({
      acceptPayload: async () => ({
        kind: 'event',
        id: ID,
        verdict: { ...stored, isNew },
        countOnly: true,
      }),
    });
    const answer = await server.send({ path: PATH, headers: AUTH, body: WITH_FILE });
    expect(answer).toMatchObject({ status: 200, body: `{"id":"${ID}"}` });
    expect(server.outcomes).toEqual([`${outcome}/error`, `${outcome}/attachment`]);
    expect(server.saved.discarded).toHaveLength(discarded);
  });

  it('IN4 answers 503 before reading a body when there is no room, and the client sees it', async () => {
    await start({ admit: () => ({ kind: 'full', retryAfterS: 3 }) });
    const body = Buffer.alloc(3_000_000, 0x20);
    const answer = await server.send({ path: PATH, headers: AUTH, body });
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '3']);
    expect(server.events).toEqual([]);
  });

  it.each([PATH, '/tunnel'])('IN3 answers 503 on %s when the key cannot be looked up', async (path) => {
    await start({ lookupKey: () => Promise.reject(new Error('the database is away')) });
    const body = ENVELOPE.replace('{', `{"dsn":"https://${TEST_KEY}@mesher.example/42",`);
    const answer = await server.send({ path, headers: path === PATH ? AUTH : {}, body });
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5']);
    expect(server.errors).toEqual([]);
  });

  it('IN5 answers CORS on success, errors and preflights, never with credentials', async () => {
    await start();
    for (const options of [
      { path: PATH, headers: AUTH, body: ENVELOPE },
      { path: PATH, body: ENVELOPE },
      { path: PATH, method: 'PUT' },
    ]) {
      const { headers } = await server.send(options);
      expect(headers['access-control-allow-origin']).toBe('*');
      expect(headers['access-control-expose-headers']).toContain('x-sentry-rate-limits');
      expect(headers['access-control-allow-credentials']).toBeUndefined();
    }
    const preflight = await server.send({
      path: PATH,
      method: 'OPTIONS',
      headers: { origin: 'https://a.example' },
    });
    expect([preflight.status, preflight.headers['access-control-max-age']]).toEqual([204, '3600']);
    expect(preflight.headers['access-control-allow-headers']).toContain('sentry-trace');
  });

  it('IN6 stores the good items of an envelope whatever the others are', async () => {
    await start();
    const body = `${ENVELOPE}\n{"type":"event"}\nnonsense\n{"type":"hat"}\n{}\n{"type":"constructor"}\n{}\n`;
    expect((await server.send({ path: PATH, headers: AUTH, body })).status).toBe(200);
    expect(server.events).toHaveLength(1);
    expect(server.outcomes.toSorted()).toEqual([
      'accepted/stored/error',
      'invalid/invalid_json/error',
      'unsupported_item/unknown/default',
      'unsupported_item/unknown/default',
    ]);
  });

  it('IN6 counts what SDKs report as dropped', async () => {
    await start();
    const body =
      '{}\n{"type":"client_report"}\n{"discarded_events":[{"reason":"before_send","category":"error","quantity":3},{"reason":7}]}';
    expect(await server.send({ path: PATH, headers: AUTH, body })).toMatchObject({ status: 200, body: '{}' });
    expect(server.outcomes).toEqual(['client_report/before_send/error ×3']);
  });

  it('IN7 answers 429 with the limit of each category and stores the others', async () => {
    await start({ rateLimit: 0.1, clock: { ...systemClock, monotonic: () => 0 } });
    expect((await server.send({ path: PATH, headers: AUTH, body: ENVELOPE })).status).toBe(200);
    const answer = await server.send({
      path: PATH,
      headers: AUTH,
      body: `${ENVELOPE}\n{"type":"client_report"}\n{"discarded_events":[{"reason":"r","category":"error","quantity":1}]}`,
    });
    expect(answer.status).toBe(429);
    expect(answer.headers['x-sentry-rate-limits']).toBe('10:error:project:project_limit');
    expect(answer.headers['retry-after']).toBe('10');
    expect(server.outcomes).toContain('client_report/r/error');
    expect(server.events).toHaveLength(1);
  });

  it('IN7 answers 429 for the limited item of an envelope whose others are stored, and names only its category', async () => {
    await start({ rateLimit: 0.1, clock: { ...systemClock, monotonic: () => 0 } });
    expect((await server.send({ path: PATH, headers: AUTH, body: ENVELOPE })).status).toBe(200);
    const session =
      '{"type":"session"}\n{"sid":"a","init":true,"started":"2026-11-24T09:00:00Z","status":"ok","attrs":{"release":"a@1"}}';
    const answer = await server.send({ path: PATH, headers: AUTH, body: `${ENVELOPE}\n${session}` });
    expect([answer.status, answer.headers['x-sentry-rate-limits']]).toEqual([
      429,
      '10:error:project:project_limit',
    ]);
    expect(server.saved.sessions).toHaveLength(1);
    const both = await server.send({ path: PATH, headers: AUTH, body: `${ENVELOPE}\n${session}` });
    expect(both.headers['x-sentry-rate-limits']).toBe('10:error;session:project:project_limit');
  });

  // As sentry-javascript 11 (envelopeItemTypeToDataCategory) and 8 (statsd) have them.
  it.each([
    ['event', 'error'],
    ['transaction', 'transaction'],
    ['session', 'session'],
    ['sessions', 'session'],
    ['attachment', 'attachment'],
    ['user_report', 'default'],
    ['feedback', 'feedback'],
    ['check_in', 'monitor'],
    ['raw_security', 'security'],
    ['log', 'log_item'],
    ['span', 'span'],
    ['profile', 'profile'],
    ['profile_chunk', 'profile'],
    ['replay_event', 'replay'],
    ['replay_recording', 'replay'],
    ['statsd', 'metric_bucket'],
    ['trace_metric', 'trace_metric'],
  ])('IN7 limits %s items by the category %s, as SDKs call it', async (type, category) => {
    await start({ rateLimit: 0.1, clock: { ...systemClock, monotonic: () => 0 } });
    const body = `{}\n{"type":"${type}","filename":"f"}\n{}\n{"type":"${type}","filename":"f"}\n{}\n`;
    const answer = await server.send({ path: PATH, headers: AUTH, body });
    expect([answer.status, answer.headers['x-sentry-rate-limits']]).toEqual([
      429,
      `10:${category}:project:project_limit`,
    ]);
  });
});

describe('keys', () => {
  const dsn = (key: string, project: string) =>
    `{"dsn":"https://${key}@elsewhere.example/${project}"}\n${EVENT}`;
  const other = 'f'.repeat(32);

  it.each([
    ['nothing', {}, '', ENVELOPE, 401],
    ['the header', AUTH, '', ENVELOPE, 200],
    ['Authorization', { authorization: `sentry sentry_version=7,sentry_key=${TEST_KEY}` }, '', ENVELOPE, 200],
    ['a bearer token of somebody else', { authorization: 'Bearer x' }, '', ENVELOPE, 401],
    ['the query', {}, `?sentry_key=${TEST_KEY}`, ENVELOPE, 200],
    ['the DSN of the envelope', {}, '', dsn(TEST_KEY, '42'), 200],
    ['a DSN of another project', AUTH, '', dsn(TEST_KEY, '43'), 403],
    ['an unknown key', {}, `?sentry_key=${other}`, ENVELOPE, 403],
    ['keys that differ', AUTH, `?sentry_key=${other}`, ENVELOPE, 403],
    ['a key and the DSN of another', AUTH, '', dsn(other, '42'), 403],
    ['SQL', {}, `?sentry_key=%27%20OR%201=1`, ENVELOPE, 403],
  ])('IN10 %s', async (_name, headers, query, body, status) => {
    await start();
    expect((await server.send({ path: `${PATH}${query}`, headers, body })).status).toBe(status);
    expect(server.events).toHaveLength(status === 200 ? 1 : 0);
  });

  it('IN10 refuses a key in the path of another project, and takes the project by its slug', async () => {
    await start();
    expect((await server.send({ path: '/api/7/envelope/', headers: AUTH, body: ENVELOPE })).status).toBe(403);
    expect(
      (await server.send({ path: '/api/%E0%A4%A/envelope/', headers: AUTH, body: ENVELOPE })).status,
    ).toBe(403);
    expect((await server.send({ path: '/api/shop/envelope', headers: AUTH, body: ENVELOPE })).status).toBe(
      200,
    );
  });

  it('IN14 an event that does not name its SDK has the one that the request names', async () => {
    await start();
    const say = async (path: string, auth: string, body: string) => {
      const headers = { 'x-sentry-auth': `Sentry sentry_key=${TEST_KEY}${auth}` };
      expect((await server.send({ path, headers, body })).status).toBe(200);
      return server.events.at(-1)?.sdk;
    };
    const store = '/api/42/store/';
    const envelope = (header: object) => `${JSON.stringify(header)}\n{"type":"event"}\n{"message":"x"}`;

    expect(await say(store, ', sentry_client=raven-node/2.6.4', '{}')).toEqual({
      name: 'raven-node',
      version: '2.6.4',
    });
    expect(await say(store, ', sentry_client=raven-node/2.6.4', '{"sdk":{"name":"own"}}')).toEqual({
      name: 'own',
    });
    expect(await say(PATH, ', sentry_client=sentry-cli/x86_64', envelope({}))).toEqual({
      name: 'sentry-cli',
    });
    expect(await say(PATH, ', sentry_client=a/1.0', envelope({ sdk: { name: 'header' } }))).toEqual({
      name: 'header',
    });
    expect(await say(`${store}?sentry_client=raven-js%2F3.27.2`, '', '{}')).toEqual({
      name: 'raven-js',
      version: '3.27.2',
    });
    expect(await say(store, ', sentry_client=/', '{}')).toBeUndefined();
  });

  it('IN11 takes only the DSN on the tunnel, and answers 403 to any other', async () => {
    await start();
    expect((await server.send({ path: '/tunnel', body: dsn(TEST_KEY, '42') })).status).toBe(200);
    for (const body of [dsn(other, '42'), dsn(TEST_KEY, '7'), ENVELOPE])
      expect((await server.send({ path: '/tunnel', body })).status).toBe(403);
  });

  it('IN10 refuses a revoked key', async () => {
    await start({ lookupKey: async () => ({ kind: 'revoked' }) });
    expect((await server.send({ path: PATH, headers: AUTH, body: ENVELOPE })).status).toBe(403);
  });
});

describe('bodies', () => {
  it.each([
    ['gzip', gzipSync(ENVELOPE)],
    ['gzip', Buffer.concat([gzipSync(ENVELOPE.slice(0, 20)), gzipSync(ENVELOPE.slice(20))])],
    ['deflate', deflateSync(ENVELOPE)],
    ['deflate', deflateRawSync(ENVELOPE)],
    ['br', brotliCompressSync(ENVELOPE)],
    ['zstd', zstdCompressSync(ENVELOPE)],
    ['identity', Buffer.from(ENVELOPE)],
    ['', Buffer.from(ENVELOPE)],
  ])('IN15 takes content encoding "%s"', async (encoding, body) => {
    await start();
    const headers = { ...AUTH, 'content-encoding': encoding };
    expect((await server.send({ path: PATH, headers, body })).status).toBe(200);
    expect(server.events[0]?.message).toBe('m');
  });

  it('IN15 refuses an encoding it does not know with 415', async () => {
    await start();
    const headers = { ...AUTH, 'content-encoding': 'snappy' };
    expect((await server.send({ path: PATH, headers, body: ENVELOPE })).status).toBe(415);
  });

  const attachment = (bytes: number) =>
    Buffer.concat([
      Buffer.from(`${ENVELOPE}\n{"type":"attachment","length":${bytes}}\n`),
      Buffer.alloc(bytes, 0x61),
      Buffer.from(`\n{"type":"x"}\n{}`),
    ]);

  it.each([
    ['identity', attachment(20_000_000)],
    ['gzip', gzipSync(attachment(20_000_000))],
    ['br', brotliCompressSync(Buffer.from(attachment(6_000_000)), { params: {} })],
  ])('IN16 streams an envelope larger than 4 MiB (%s) and stores its event', async (encoding, body) => {
    await start();
    const headers = { ...AUTH, 'content-encoding': encoding };
    expect(await server.send({ path: PATH, headers, body })).toMatchObject({
      status: 200,
      body: `{"id":"${ID}"}`,
    });
    expect(server.events).toHaveLength(1);
  });

  it('IN16 answers 413 for an event over 4 MiB, and for what inflates without end', async () => {
    await start();
    const large = `{}\n{"type":"event"}\n{"message":"${'x'.repeat(5_000_000)}"}`;
    expect((await server.send({ path: PATH, headers: AUTH, body: large })).status).toBe(413);
    expect(server.outcomes).toEqual(['too_large/event_payload/error']);
    const bomb = gzipSync(attachment(120_000_000));
    const headers = { ...AUTH, 'content-encoding': 'gzip' };
    expect((await server.send({ path: PATH, headers, body: bomb })).status).toBe(413);
    expect((await server.send({ path: '/api/42/store/', headers: AUTH, body: large })).status).toBe(413);
    expect(server.events).toEqual([]);
  });

  it('IN16 checks the key of a large envelope as soon as its header is there', async () => {
    await start();
    const answer = await server.send({ path: PATH, body: attachment(20_000_000) });
    expect(answer.status).toBe(401);
  });

  it('IN17 closes a connection whose body stands still, and stores nothing', async () => {
    await start({
      clock: {
        ...systemClock,
        after: (ms, fn) => systemClock.after(ms / 1000, fn),
        monotonic: () => performance.now() * 1000,
      },
    });
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      `POST ${PATH} HTTP/1.1\r\nHost: a\r\nX-Sentry-Auth: ${AUTH['x-sentry-auth']}\r\nContent-Length: 500\r\n\r\n{}\n`,
    );
    await new Promise((resolve) => socket.on('close', resolve));
    expect(server.events).toEqual([]);
  });
});

describe('plain JSON', () => {
  it('IN12 takes one event with 202, and a list with a result for each', async () => {
    await start();
    const one = await server.send({ path: '/api/v1/events', headers: AUTH, body: '{"message":"a"}' });
    expect([one.status, JSON.parse(one.body)]).toEqual([
      202,
      { id: expect.stringMatching(/^[0-9a-f]{32}$/) },
    ]);
    const list = await server.send({
      path: '/api/v1/events/bulk',
      headers: AUTH,
      body: `[{"message":"b","event_id":"${ID}"},7]`,
    });
    expect(list.status).toBe(202);
    expect(JSON.parse(list.body)).toEqual({
      results: [{ id: ID }, { error: 'the event is not usable: not_an_object', status: 400 }],
    });
    expect(server.events.map((e) => e.message)).toEqual(['a', 'b']);
  });

  it('IN12 refuses more than 1,000 events at once', async () => {
    await start();
    const body = JSON.stringify(Array.from({ length: 1001 }, () => ({})));
    expect((await server.send({ path: '/api/v1/events/bulk', headers: AUTH, body })).status).toBe(413);
  });
});
