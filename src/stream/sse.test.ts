/** The stream over plain HTTP. */
import { get as httpGet } from 'node:http';
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
    await eventually(() => world.stream.stats().sessions).toBe(0);
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
    // Known before the stream begins, so it is no stream that ends at once, to be opened again and again.
    const wrong = await get('/stream/projects/shop?level=eror', { accept: 'text/event-stream' }, signal);
    expect([wrong.status, await wrong.json()]).toMatchObject([
      400,
      { error: { code: 'invalid_filter', message: "filters.level: unknown level 'eror'" } },
    ]);
  });

  it('ST60 a reader that leaves is gone at once, not when the next entry is written', async () => {
    for (let i = 0; i < 5; i++) {
      await new Promise<void>((resolve, reject) => {
        const headers = { authorization: 'Bearer good', accept: 'text/event-stream' };
        const request = httpGet(`http://127.0.0.1:${world.port}/stream/projects/shop`, {
          agent: false,
          headers,
        });
        request.on('error', reject);
        request.on('response', () => {
          request.destroy();
          resolve();
        });
      });
      await eventually(async () =>
        (await world.metrics.connections.get()).values.map(({ value }) => value),
      ).toEqual([0]);
    }
  });
});
