/** Requests that are refused as a whole are counted like single items, and forms say what of them was taken. */
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import {
  startIngestServer,
  TEST_KEY,
  type IngestFakes,
  type IngestServer,
} from '../../test/support/ingest-server.ts';
import { systemClock } from '../lib/clock.ts';

const QUERY = `?sentry_key=${TEST_KEY}`;
const EVENT_ID = 'fc6d8c0c43fc4630ad850ee518f1b9d0';

let server: IngestServer;
afterEach(() => server.close());

async function start(more: IngestFakes = {}): Promise<void> {
  server = await startIngestServer(more);
}

describe('outcomes of whole requests', () => {
  const large = `{"message":"${'x'.repeat(5_000_000)}"}`;
  const brokenGzip = gzipSync('{}\n{"type":"event"}\n{}').fill(0, 12);

  it.each([
    ['a framing error', 'envelope', '{}\n{"type":"event","length":9}\n{}', 400, 'invalid/framing/default'],
    ['an empty body', 'envelope', '', 400, 'invalid/framing/default'],
    [
      'an item header that is too long',
      'envelope',
      `{}\n{"a":"${'x'.repeat(9000)}"}`,
      413,
      'too_large/request/default',
    ],
    ['what does not inflate', 'envelope', brokenGzip, 400, 'invalid/undecodable/default'],
    ['what does not inflate', 'store', brokenGzip, 400, 'invalid/undecodable/error'],
    ['what is neither JSON nor base64', 'store', '!!', 400, 'invalid/undecodable/error'],
    ['an event over 4 MiB', 'store', large, 413, 'too_large/request/error'],
    ['an event over 4 MiB', 'store', gzipSync(large), 413, 'too_large/request/error'],
    ['a report over 4 MiB', 'security', large, 413, 'too_large/request/security'],
  ])('IN51 counts %s sent to %s', async (_name, path, body, status, outcome) => {
    await start();
    const headers = { 'content-type': 'application/json' };
    const answer = await server.send({ path: `/api/42/${path}/${QUERY}`, headers, body });
    expect([answer.status, server.outcomes]).toEqual([status, [outcome]]);
  });

  it('IN51 counts a form that ends early, a list that is none, and OTLP that is none', async () => {
    await start();
    const send = async (path: string, type: string, body: string) =>
      (await server.send({ path: `${path}${QUERY}`, headers: { 'content-type': type }, body })).status;
    expect(await send('/api/42/minidump/', 'multipart/form-data; boundary=b', '--b\r\n')).toBe(400);
    expect(await send('/api/v1/events/bulk', 'application/json', '{}')).toBe(400);
    expect(await send('/v1/traces', 'application/json', '[]')).toBe(400);
    expect(server.outcomes).toEqual([
      'invalid/framing/error',
      'invalid/unusable/error',
      'invalid/unusable/span',
    ]);
  });
});

describe('forms', () => {
  const BOUNDARY = 'b';
  const headers = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };
  const form = (...names: string[]) =>
    [
      ...names.map(
        (name) =>
          `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"; filename="f"\r\n\r\nbytes\r\n`,
      ),
      `--${BOUNDARY}--\r\n`,
    ].join('');
  const undone = form('upload_file_minidump');

  it.each([
    ['gzip', gzipSync(undone)],
    ['deflate', deflateSync(undone)],
    ['deflate', deflateRawSync(undone)],
    ['br', brotliCompressSync(undone)],
    ['zstd', zstdCompressSync(undone)],
    ['gzip', Buffer.from(undone)],
    ['', gzipSync(undone)],
  ])('IN15 IN70 a form sent as "%s" is read', async (encoding, body) => {
    await start();
    const encoded = { ...headers, 'content-encoding': encoding };
    const answer = await server.send({ path: `/api/42/minidump/${QUERY}`, headers: encoded, body });
    expect([answer.status, [...server.saved.uploads.values()].join()]).toEqual([200, 'bytes']);
  });

  const frozen = { rateLimit: 0.1, clock: { ...systemClock, monotonic: () => 0 } };

  it('IN63 IN71 a dump beyond the budget is dropped and counted, its event is stored', async () => {
    await start({ hasRoom: false });
    const path = `/api/42/minidump/${QUERY}`;
    const answer = await server.send({ path, headers, body: form('upload_file_minidump') });
    expect([answer.status, server.events.length]).toEqual([200, 1]);
    expect(server.outcomes).toEqual(['discarded/attachment_budget/attachment', 'accepted/stored/error']);
  });

  it('IN7 IN71 a dump beyond the limit of attachments leaves its event', async () => {
    await start(frozen);
    const path = `/api/42/events/${EVENT_ID}/attachments/${QUERY}`;
    expect((await server.send({ path, headers, body: form('a') })).status).toBe(201);
    const dump = { path: `/api/42/minidump/${QUERY}`, headers, body: form('upload_file_minidump') };
    expect((await server.send(dump)).status).toBe(200);
    expect(server.events).toHaveLength(1);
    expect(server.outcomes).toContain('rate_limited/project_limit/attachment');
  });

  it('IN7 IN72 files beyond the limit are 429, beyond the budget counted', async () => {
    await start(frozen);
    const files = { path: `/api/42/events/${EVENT_ID}/attachments/${QUERY}`, headers, body: form('a', 'b') };
    const first = await server.send(files);
    expect([first.status, first.headers['x-sentry-rate-limits']]).toEqual([
      429,
      '10:attachment:project:project_limit',
    ]);
    expect(server.outcomes.toSorted()).toEqual([
      'accepted/stored/attachment',
      'rate_limited/project_limit/attachment',
    ]);
    await server.close();
    await start({ hasRoom: false });
    expect((await server.send(files)).status).toBe(201);
    expect(server.outcomes).toEqual([
      'discarded/attachment_budget/attachment',
      'discarded/attachment_budget/attachment',
    ]);
  });

  it('IN7 IN78 the dialog is limited like everything else', async () => {
    await start(frozen);
    const dsn = encodeURIComponent(`https://${TEST_KEY}@mesher.example/42`);
    const write = (comments: string) =>
      server.send({
        path: `/api/embed/error-page/?dsn=${dsn}&eventId=${EVENT_ID}`,
        body: `name=Ada&email=a%40b.test&comments=${comments}`,
      });
    expect((await write('once')).status).toBe(200);
    const second = await write('twice');
    expect([second.status, second.headers['x-sentry-rate-limits']]).toEqual([
      429,
      '10:feedback:project:project_limit',
    ]);
    expect(server.saved.feedback).toHaveLength(1);
  });
});

describe('lists', () => {
  it.each([
    [{ kind: 'unavailable', retryAfterS: 7 } as const, 503, '7'],
    [{ kind: 'stored', issueId: '1', isNew: true, isRegression: false } as const, 202, undefined],
  ])(
    'IN3 IN12 of which nothing could be taken are answered as one event: %j',
    async (verdict, status, wait) => {
      await start({ accept: async () => verdict });
      const answer = await server.send({ path: `/api/v1/events/bulk${QUERY}`, body: '[{"message":"a"},{}]' });
      expect([answer.status, answer.headers['retry-after']]).toEqual([status, wait]);
      expect(JSON.parse(answer.body)).toHaveProperty('results.1');
    },
  );

  it('IN12 an empty list is taken', async () => {
    await start();
    const answer = await server.send({ path: `/api/v1/events/bulk${QUERY}`, body: '[]' });
    expect([answer.status, answer.body]).toEqual([202, '{"results":[]}']);
  });
});

describe('quantities', () => {
  it.each([
    ['log', 'unsupported_item/log/log_item ×7'],
    ['trace_metric', 'unsupported_item/trace_metric/trace_metric ×7'],
    ['hat', 'unsupported_item/unknown/default'],
  ])('IN51 a %s item counts as many as it says it holds', async (type, outcome) => {
    await start();
    const body = `{}\n{"type":"${type}","item_count":7}\n{}\n`;
    expect((await server.send({ path: `/api/42/envelope/${QUERY}`, body })).status).toBe(200);
    expect(server.outcomes).toEqual([outcome]);
  });

  it('IN51 IN75 exceptions beyond 1,000 of an OTLP request are counted', async () => {
    await start();
    const events = Array.from({ length: 1002 }, (_, i) => ({
      name: 'exception',
      attributes: [{ key: 'exception.type', value: { stringValue: `E${i}` } }],
    }));
    const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [{ events }] }] }] });
    const headers = { 'content-type': 'application/json' };
    expect((await server.send({ path: `/v1/traces${QUERY}`, headers, body })).status).toBe(200);
    expect(server.outcomes).toContain('too_large/request/error ×2');
    expect(server.events).toHaveLength(1000);
  });

  it('IN51 IN73 reports of a list that are of no use are counted', async () => {
    await start();
    const csp = { type: 'csp-violation', body: { effectiveDirective: 'img-src', blockedURL: 'inline' } };
    const body = JSON.stringify([csp, { type: 'deprecation', body: {} }, 7]);
    const headers = { 'content-type': 'application/reports+json' };
    expect((await server.send({ path: `/api/42/security/${QUERY}`, headers, body })).status).toBe(200);
    expect(server.outcomes).toEqual(['invalid/unusable/security ×2', 'accepted/stored/security']);
  });
});
