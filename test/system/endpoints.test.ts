/** The endpoints besides envelopes and events, on the whole server and read back over REST. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type {
  Attachment,
  CheckIn,
  EventDetail,
  EventSummary,
  Feedback,
  Page,
} from '../../src/protocol/rest.ts';
import { corpusDir } from '../support/corpus.ts';
import { startInProcessServer, type InProcessServer } from '../support/in-process-server.ts';
import { newEventId } from '../support/send-envelope.ts';

const KEY = 'abcdef0123456789abcdef0123456789';
const AUTH = { 'x-sentry-auth': `Sentry sentry_key=${KEY}` };
let server: InProcessServer;

beforeAll(async () => {
  server = await startInProcessServer({});
  await server.makeProject({ id: 42, slug: 'endpoints', publicKey: KEY });
});
afterAll(() => server?.stop());

const eventsOf = async () => (await server.get<Page<EventSummary>>('/projects/42/events?limit=100')).items;
const eventOf = async (id: string) => (await server.get<EventDetail>(`/projects/42/events/${id}`)).event;

describe('minidumps', () => {
  it('IN71 are an event with the dump attached; the answer is its dashed id', async () => {
    const form = new FormData();
    form.set('sentry', JSON.stringify({ release: 'game@1.0', tags: { gpu: 'none' } }));
    form.set('sentry[environment]', 'staging');
    form.set('build', 'nightly');
    form.set('upload_file_minidump', new Blob(['MDMP', new Uint8Array(600_000)]), '../crash.dmp');
    const answer = await fetch(`${server.url}/api/42/minidump/?sentry_key=${KEY}`, {
      method: 'POST',
      body: form,
    });
    const text = await answer.text();
    expect([answer.status, text]).toEqual([
      200,
      expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    ]);
    const id = text.replaceAll('-', '');
    expect(await eventOf(id)).toMatchObject({
      level: 'fatal',
      platform: 'native',
      release: 'game@1.0',
      environment: 'staging',
      tags: [['gpu', 'none']],
      extra: { build: 'nightly' },
    });
    const { items } = await server.get<Page<Attachment>>(`/projects/42/events/${id}/attachments`);
    expect(items).toMatchObject([{ name: 'crash.dmp', kind: 'event.minidump', size: 600_004 }]);
  });

  it('IN71 without a dump it is 400 and leaves nothing, without a form 415', async () => {
    const form = new FormData();
    form.set('other', new Blob(['x']), 'x.bin');
    const post = (body: FormData | string) =>
      fetch(`${server.url}/api/42/minidump/?sentry_key=${KEY}`, { method: 'POST', body });
    expect((await post(form)).status).toBe(400);
    expect((await post('MDMP')).status).toBe(415);
    const { rows } = await server.sql.query('select id from attachment_uploads');
    expect(rows).toEqual([]);
  });
});

describe('other endpoints', () => {
  it.each(['/ingest', '/ingest/'])('IN13 the socket is served at %s', async (path) => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}${path}?sentry_key=${KEY}`);
    const answer = new Promise<string>((resolve, reject) => {
      socket.on('message', (data: Buffer) => resolve(data.toString())).on('error', reject);
    });
    socket.on('open', () => socket.send('{"message":"over a socket"}'));
    expect(JSON.parse(await answer)).toMatchObject({ status: 'accepted' });
    socket.terminate();
  });

  it('IN72 files for an event by its id', async () => {
    const id = newEventId();
    const form = new FormData();
    form.set('a', new Blob(['one']), 'one.txt');
    form.set('b', new Blob(['two']), 'two.txt');
    const answer = await fetch(`${server.url}/api/42/events/${id}/attachments/`, {
      method: 'POST',
      headers: AUTH,
      body: form,
    });
    expect(answer.status).toBe(201);
    const { items } = await server.get<Page<Attachment>>(`/projects/42/events/${id}/attachments`);
    expect(items.map((item) => item.name)).toEqual(['one.txt', 'two.txt']);
  });

  it.each([
    [
      'csp-report',
      'application/csp-report',
      { 'csp-report': { 'effective-directive': 'script-src', 'blocked-uri': 'http://evil.test/x.js' } },
      { type: 'csp', message: "Blocked 'script-src' from 'evil.test'" },
    ],
    [
      'security',
      'application/reports+json',
      [{ type: 'csp-violation', body: { effectiveDirective: 'img-src', blockedURL: 'inline' } }],
      { type: 'csp', message: "Blocked 'img-src' from 'inline'" },
    ],
    [
      'security',
      'application/expect-ct-report+json',
      { 'expect-ct-report': { hostname: 'shop.test' } },
      { type: 'expectct', message: "Expect-CT failed for 'shop.test'" },
    ],
    [
      'security',
      'application/json',
      { 'known-pins': ['x'], hostname: 'pin.test' },
      { type: 'hpkp', message: "Public key pinning failed for 'pin.test'" },
    ],
    [
      'nel',
      'application/reports+json',
      [{ type: 'network-error', url: 'https://cdn.test/a', body: { type: 'dns.failed', phase: 'dns' } }],
      { type: 'nel', message: 'dns.failed while asking cdn.test' },
    ],
  ])('IN73 reports of browsers are events: %s as %s', async (path, type, body, expected) => {
    const query = `sentry_key=${KEY}&sentry_release=web@2&sentry_environment=live`;
    const answer = await fetch(`${server.url}/api/42/${path}/?${query}`, {
      method: 'POST',
      headers: { 'content-type': type, 'user-agent': 'Browser/1' },
      body: JSON.stringify(body),
    });
    expect(answer.status).toBe(200);
    const { id } = (await answer.json()) as { id: string };
    const event = await eventOf(id);
    expect(event).toMatchObject({ ...expected, release: 'web@2', environment: 'live' });
    expect(event.request?.headers).toContainEqual(['User-Agent', 'Browser/1']);
  });

  it('IN73 another content type is 415', async () => {
    const answer = await fetch(`${server.url}/api/42/security/?sentry_key=${KEY}`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{}',
    });
    expect(answer.status).toBe(415);
  });

  it('IN74 a check-in by curl: GET only of a monitor that is known, POST may make it', async () => {
    const url = `${server.url}/api/42/cron/backup/${KEY}/?status=in_progress`;
    expect((await fetch(url)).status).toBe(404);
    const made = await fetch(`${server.url}/api/42/cron/backup/${KEY}/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ status: 'ok', monitor_config: { schedule: { type: 'interval', value: 1 } } }),
    });
    expect(made.status).toBe(202);
    expect((await fetch(url)).status).toBe(202);
    expect((await fetch(`${server.url}/api/42/cron/backup/${KEY}?status=ok&duration=2`)).status).toBe(202);
    const { items } = await server.get<Page<CheckIn>>('/projects/42/monitors/backup/check-ins');
    expect(items.map((item) => [item.status, item.duration_ms])).toEqual([
      ['ok', 2000],
      ['ok', null],
    ]);
    expect((await fetch(`${server.url}/api/42/cron/backup/${'0'.repeat(32)}/?status=ok`)).status).toBe(403);
  });

  it('IN78 the dialog: no value can leave the script, what is written is feedback', async () => {
    const id = newEventId();
    const dsn = encodeURIComponent(`${server.url.replace('://', `://${KEY}@`)}/42`);
    const evil = encodeURIComponent('</script><script>alert(1)</script>\u2028');
    const url = `${server.url}/api/embed/error-page/?dsn=${dsn}&eventId=${id}`;
    const script = await fetch(`${url}&title=${evil}&name=${evil}`);
    const text = await script.text();
    expect(script.headers.get('content-type')).toContain('javascript');
    expect(text).not.toContain('</script');
    expect(text).not.toContain('\u2028');
    expect(text).toContain('\\u003c/script\\u003e');
    expect(() => new Script(text)).not.toThrow();
    const sent = await fetch(url, {
      method: 'POST',
      body: new URLSearchParams({ name: 'Ada', email: 'a@b.test', comments: 'I clicked.' }),
    });
    expect(sent.status).toBe(200);
    const { items } = await server.get<Page<Feedback>>(`/projects/42/feedback?event=${id}`);
    expect(items).toMatchObject([{ source: 'dialog', message: 'I clicked.', email: 'a@b.test' }]);
    const other = dsn.replace(KEY, '0'.repeat(32));
    expect((await fetch(`${server.url}/api/embed/error-page/?dsn=${other}&eventId=${id}`)).status).toBe(403);
  });

  const corpus = corpusDir();
  if (corpus === null) process.stderr.write('SKIPPED: the corpus is not on this machine (MESHER_CORPUS)\n');
  it.skipIf(corpus === null)(
    'IN75 exceptions of OpenTelemetry are events once, JSON or protobuf',
    async () => {
      const send = (name: string, path: string, headers: Record<string, string>) =>
        fetch(`${server.url}${path}`, {
          method: 'POST',
          headers: { ...AUTH, ...headers },
          body: readFileSync(join(corpus ?? '', 'sdk/otel', `${name}.req`)),
        });
      const before = (await eventsOf()).length;
      const json = { 'content-type': 'application/json' };
      const protobuf = { 'content-type': 'application/x-protobuf' };
      for (let i = 0; i < 2; i++) {
        expect((await send('logs-json', '/v1/logs', json)).status).toBe(200);
        expect((await send('logs-protobuf', '/v1/logs', protobuf)).status).toBe(200);
        const gzip = { ...json, 'content-encoding': 'gzip' };
        expect((await send('traces-json-gzip', '/v1/traces', gzip)).status).toBe(200);
        const traces = '/api/42/integration/otlp/v1/traces';
        expect((await send('traces-sentry-otlp-protobuf', traces, protobuf)).status).toBe(200);
      }
      const made = (await eventsOf()).slice(0, -before);
      expect(made.length).toBeGreaterThanOrEqual(4);
      const cart = made.find((event) => event.title.startsWith('CartError: cart 99'));
      const event = await eventOf(cart?.id ?? '');
      expect(event).toMatchObject({
        platform: 'node',
        release: 'mesher-otel@1.2.3',
        environment: 'production',
        server_name: 'otel-1',
      });
      expect(event.exception?.[0]?.stacktrace?.frames.at(-1)).toMatchObject({ function: 'Object.checkout' });
    },
  );
});
