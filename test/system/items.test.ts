/**
 * What SDKs send beside events, through the whole server and read back over REST: attachments with their event,
 * feedback, sessions, check-ins.
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Attachment, CheckIn, Feedback, Monitor, Page, ReleaseHealth } from '../../src/protocol/rest.ts';
import { startInProcessServer, type InProcessServer } from '../support/in-process-server.ts';
import { envelopeOf, newEventId, postEnvelope, type TestItem } from '../support/send-envelope.ts';
import { until } from '../support/server-process.ts';

const KEY = 'abcdef0123456789abcdef0123456789';
const PROJECT = 42;
let server: InProcessServer;

beforeAll(async () => {
  server = await startInProcessServer({ env: { MESHER_ATTACHMENT_BUDGET_MB: '50' } });
  await server.makeProject({ id: PROJECT, slug: 'items', publicKey: KEY });
});
afterAll(() => server?.stop());

const send = (header: object, items: readonly TestItem[]) =>
  postEnvelope({ url: server.url, projectId: PROJECT, publicKey: KEY }, envelopeOf(header, items));
const event = (message: string): TestItem => ({ header: { type: 'event' }, payload: { message } });
const file = (name: unknown, payload: Buffer | string, more: object = {}): TestItem => ({
  header: { type: 'attachment', filename: name, ...more },
  payload,
});
const attachmentsOf = async (eventId: string) =>
  (await server.get<Page<Attachment>>(`/projects/${PROJECT}/events/${eventId}/attachments`)).items;

describe('attachments', () => {
  it('IN60 are there with their event, byte for byte, and only to be downloaded', async () => {
    const id = newEventId();
    const bytes = randomBytes(700_000);
    const answer = await send({ event_id: id }, [
      event('with files'),
      file('log.txt', 'hello', { content_type: 'text/html' }),
      file('core.bin', bytes),
      file('empty', ''),
    ]);
    expect(answer.status).toBe(200);
    const list = await attachmentsOf(id);
    expect(list.map(({ name, size, content_type }) => [name, size, content_type])).toEqual([
      ['core.bin', 700_000, 'application/octet-stream'],
      ['empty', 0, 'application/octet-stream'],
      ['log.txt', 5, 'text/html'],
    ]);
    for (const [name, expected] of [
      ['core.bin', bytes],
      ['log.txt', Buffer.from('hello')],
      ['empty', Buffer.alloc(0)],
    ] as const) {
      const found = list.find((one) => one.name === name);
      const download = await server.fetch(`/projects/${PROJECT}/events/${id}/attachments/${found?.id ?? ''}`);
      expect(Buffer.from(await download.arrayBuffer()).equals(expected)).toBe(true);
      expect(download.headers.get('content-disposition')).toMatch(/^attachment; filename="/);
      expect(download.headers.get('x-content-type-options')).toBe('nosniff');
      expect(download.headers.get('content-security-policy')).toContain('sandbox');
    }
  });

  it('IN61 a large one goes to the database in chunks of 256 KiB while it arrives', async () => {
    const id = newEventId();
    const bytes = randomBytes(30 * 1024 * 1024);
    const body = envelopeOf({ event_id: id }, [file('dump', bytes), event('large file')]);
    const answer = await postEnvelope({ url: server.url, projectId: PROJECT, publicKey: KEY }, body);
    expect(answer.status).toBe(200);
    const [found] = await attachmentsOf(id);
    const download = await server.fetch(`/projects/${PROJECT}/events/${id}/attachments/${found?.id ?? ''}`);
    expect(Buffer.from(await download.arrayBuffer()).equals(bytes)).toBe(true);
    const { rows } = await server.sql.query<{ chunks: string; longest: number }>(
      'select count(*) as chunks, max(octet_length(bytes)) as longest from attachment_chunks where attachment_id = $1',
      [found?.id],
    );
    expect(rows[0]).toEqual({ chunks: '120', longest: 256 * 1024 });
  });

  it('IN62 leave nothing when the envelope is refused, the event is a duplicate, or the issue is removed', async () => {
    const count = async () =>
      (await server.sql.query<{ n: string }>('select count(*) as n from attachment_chunks')).rows[0]?.n;
    const before = await count();
    const large = randomBytes(5_000_000);
    const broken = envelopeOf({ event_id: newEventId() }, [file('a', large), event('broken')]);
    const refused = await postEnvelope(
      { url: server.url, projectId: PROJECT, publicKey: KEY },
      Buffer.concat([broken, Buffer.from('not a header\n')]),
    );
    expect(refused.status).toBe(400);
    expect(await count()).toBe(before);

    const id = newEventId();
    expect((await send({ event_id: id }, [event('once'), file('a', large)])).status).toBe(200);
    const once = await count();
    expect((await send({ event_id: id }, [event('once'), file('a', large)])).status).toBe(200);
    expect(await count()).toBe(once);
    expect(await attachmentsOf(id)).toHaveLength(1);

    const { issue_id } = await server.get<{ issue_id: string }>(`/projects/${PROJECT}/events/${id}`);
    const removed = await server.fetch(`/issues/${issue_id}`, { method: 'DELETE' });
    expect([removed.status, ...server.errors]).toEqual([200]);
    expect(await count()).toBe(before);
  });

  it('IN63 a project has a budget of its own, shown beside what it takes', async () => {
    const own = { projectId: 43, publicKey: KEY.replaceAll('a', 'b') };
    await server.makeProject({ id: own.projectId, slug: 'bounded', publicKey: own.publicKey });
    const patched = await server.fetch('/projects/43/settings', {
      method: 'PATCH',
      body: JSON.stringify({ attachment_budget_bytes: 100_000 }),
    });
    expect(await patched.json()).toMatchObject({ attachment_budget_bytes: 100_000 });
    expect(await server.get('/projects/43/storage')).toMatchObject({ attachment_budget_bytes: 100_000 });
    const keptOf = async (size: number) => {
      const id = newEventId();
      const body = envelopeOf({ event_id: id }, [file('f', randomBytes(size)), event('bounded')]);
      expect((await postEnvelope({ url: server.url, ...own }, body)).status).toBe(200);
      return (await server.get<Page<Attachment>>(`/projects/43/events/${id}/attachments`)).items.length;
    };
    expect(await keptOf(99_999)).toBe(1);
    expect(await keptOf(10)).toBe(1);
    expect(await keptOf(1)).toBe(0);
    // Larger than what is read at once: refused while it arrives.
    expect(await keptOf(5_000_000)).toBe(0);
    const id = newEventId();
    expect((await send({ event_id: id }, [event('other project'), file('f', 'x')])).status).toBe(200);
    expect(await attachmentsOf(id)).toHaveLength(1);
    await server.fetch('/projects/43/settings', {
      method: 'PATCH',
      body: JSON.stringify({ attachment_budget_bytes: null }),
    });
    await until('there is room again', async () => (await keptOf(1)) === 1);
  });

  it('IN63 beyond the budget are dropped and counted, the event is stored without', async () => {
    const big = randomBytes(20 * 1024 * 1024);
    expect((await send({ event_id: newEventId() }, [file('fill', big), event('fills')])).status).toBe(200);
    const id = newEventId();
    expect((await send({ event_id: id }, [event('no room'), file('late', 'x')])).status).toBe(200);
    await server.get(`/projects/${PROJECT}/events/${id}`);
    expect(await attachmentsOf(id)).toEqual([]);
    await until('the outcome', async () =>
      (
        await server.get<Page<{ outcome: string; reason: string; category: string }>>(
          `/projects/${PROJECT}/stats/outcomes`,
        )
      ).items.some((row) => row.reason === 'attachment_budget' && row.category === 'attachment'),
    );
  });
});

describe('reports', () => {
  it('IN65 feedback and user reports are stored once and read by event', async () => {
    const about = newEventId();
    const report = { event_id: about, name: 'Ada', email: 'ada@example.com', comments: 'It broke.' };
    for (let i = 0; i < 2; i++)
      expect((await send({}, [{ header: { type: 'user_report' }, payload: report }])).status).toBe(200);
    const own = newEventId();
    const contexts = {
      feedback: { message: 'The cart', contact_email: 'bob@example.com', associated_event_id: about },
    };
    const payload = { type: 'feedback', event_id: own, environment: 'staging', contexts };
    expect((await send({ event_id: own }, [{ header: { type: 'feedback' }, payload }])).status).toBe(200);
    const { items } = await server.get<Page<Feedback>>(`/projects/${PROJECT}/feedback?event=${about}`);
    expect(items.map((row) => `${row.source}: ${row.message} ${row.email ?? ''}`).toSorted()).toEqual([
      'feedback: The cart bob@example.com',
      'user_report: It broke. ada@example.com',
    ]);
  });

  it('IN66 sessions are counted once each by release, whatever is sent about them', async () => {
    const started = new Date().toISOString();
    const attrs = { release: 'shop@2.0', environment: 'production' };
    const session = (sid: string, more: object): TestItem => ({
      header: { type: 'session' },
      payload: { sid, started, status: 'ok', errors: 0, attrs, ...more },
    });
    await send({}, [session('a', { init: true }), session('b', { init: true })]);
    await send({}, [session('a', { errors: 1 })]);
    await send({}, [session('a', { errors: 1, status: 'exited' }), session('b', { status: 'crashed' })]);
    await send({}, [
      {
        header: { type: 'sessions' },
        payload: { aggregates: [{ started, exited: 5, crashed: 1, errored: 2 }], attrs },
      },
    ]);
    const health = await until('the counts', async () => {
      const { items } = await server.get<Page<ReleaseHealth>>(`/projects/${PROJECT}/releases`);
      return items.find((row) => row.release === 'shop@2.0' && row.sessions === 10);
    });
    expect(health).toMatchObject({ environment: 'production', sessions: 10, errored: 3, crashed: 2 });
    expect(health.crash_free).toBeCloseTo(0.8);
  });

  it('IN67 a check-in makes its monitor, its end closes it, and a late start does not reopen it', async () => {
    const id = newEventId();
    const checkIn = (status: string, more: object = {}): TestItem => ({
      header: { type: 'check_in' },
      payload: { check_in_id: id, monitor_slug: 'Nightly Backup', status, ...more },
    });
    const config = { schedule: { type: 'crontab', value: '0 3 * * *' } };
    expect((await send({}, [checkIn('in_progress', { monitor_config: config })])).status).toBe(200);
    expect((await send({}, [checkIn('error', { duration: 1.5 })])).status).toBe(200);
    expect((await send({}, [checkIn('in_progress')])).status).toBe(200);
    const { items } = await server.get<Page<Monitor>>(`/projects/${PROJECT}/monitors`);
    expect(items).toMatchObject([{ slug: 'nightly-backup', config, last_status: 'error' }]);
    const list = await server.get<Page<CheckIn>>(`/projects/${PROJECT}/monitors/nightly-backup/check-ins`);
    expect(list.items).toMatchObject([{ id, status: 'error', duration_ms: 1500 }]);
  });
});
