/** API33: an export is whole, and is read no faster than it is taken, over real HTTP. */
import { getRequestListener } from '@hono/node-server';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newEvent, newProject } from '../../test/support/new-event.ts';
import { createTestWriter } from '../../test/support/store.ts';
import { createTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { systemClock } from '../lib/clock.ts';
import { compareText } from './compare-text.ts';
import type { Database } from './database.ts';
import { createExporter } from './export.ts';
import { createIssueReader } from './issues.ts';

let t: TestDatabase;
beforeAll(async () => {
  t = await createTestDatabase(inject('postgresUrl'));
});
afterAll(() => t.drop());

interface Line {
  type: 'issue' | 'event';
  issue?: { id: string; event_count: number };
  event?: { id: string; issue_id: string; received: string };
  payload?: { event_id: string };
}

const exporterOf = (db: Database) =>
  createExporter({ db, issues: createIssueReader({ db, clock: systemClock }) });

async function filled(
  events: number,
  bytes = 10,
): Promise<{ projectId: number; ids: string[]; issueId: string }> {
  const { id: projectId } = await newProject(t.db);
  const writer = createTestWriter(t.db);
  const extra = { text: 'x'.repeat(bytes) };
  const all = Array.from({ length: events }, (_, i) => {
    const event = newEvent(projectId, `e${i % 3}`, { receivedAt: Date.now() - Math.floor(i / 2) });
    return { ...event, payload: Buffer.from(JSON.stringify({ event_id: event.eventId, extra })) };
  });
  const verdicts = await Promise.all(all.map((event) => writer.submit(event)));
  const [first] = verdicts;
  if (first?.kind !== 'stored') throw new Error('not stored');
  return { projectId, ids: all.map((event) => event.eventId), issueId: first.issueId };
}

async function parsed(lines: AsyncIterable<string>): Promise<Line[]> {
  const all: Line[] = [];
  for await (const line of lines) {
    expect(line.indexOf('\n')).toBe(line.length - 1);
    all.push(JSON.parse(line) as Line);
  }
  return all;
}

describe('export', () => {
  it('API33 a project: its issues, then every event once with its payload, newest first', async () => {
    const { projectId, ids } = await filled(137);
    await filled(5);
    const lines = await parsed(exporterOf(t.db).project(projectId));
    expect(lines.slice(0, 3).map((line) => line.type)).toEqual(['issue', 'issue', 'issue']);
    const events = lines.slice(3);
    expect(events.every((line) => line.type === 'event')).toBe(true);
    expect(events).toHaveLength(ids.length);
    expect(new Set(events.map((line) => line.event?.id))).toEqual(new Set(ids));
    expect(events.map((line) => line.payload?.event_id)).toEqual(events.map((line) => line.event?.id));
    const times = events.map((line) => line.event?.received ?? '');
    expect(times).toEqual(times.toSorted(compareText).toReversed());
  });

  it('API33 an issue: only its own; one that is not there is nothing', async () => {
    const { issueId } = await filled(30);
    const lines = await parsed(exporterOf(t.db).issue(issueId));
    expect(lines).toHaveLength(1 + 10);
    expect(lines[0]).toMatchObject({ type: 'issue', issue: { id: issueId, event_count: 10 } });
    expect(lines.slice(1).every((line) => line.event?.issue_id === issueId)).toBe(true);
    expect(await parsed(exporterOf(t.db).issue('999999999'))).toEqual([]);
  });

  it('API33 a client that does not read, or goes, stops the reading', async () => {
    const { projectId } = await filled(1_500, 20_000);
    let pages = 0;
    const counted: Database = {
      ...t.db,
      query: (statement, params) => {
        pages++;
        return t.db.query(statement, params);
      },
    };
    let ended = (): void => undefined;
    const done = new Promise<void>((resolve) => (ended = resolve));
    async function* lines() {
      try {
        yield* exporterOf(counted).project(projectId);
      } finally {
        ended();
      }
    }
    const listener = getRequestListener(
      () => new Response(ReadableStream.from(lines()).pipeThrough(new TextEncoderStream())),
      { overrideGlobalObjects: false },
    );
    const server = createServer((incoming, outgoing) => void listener(incoming, outgoing));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const request = get({ host: '127.0.0.1', port });
    const answer = await new Promise<IncomingMessage>((resolve) => request.once('response', resolve));
    await once(answer, 'readable');
    // Not read further: what is on its way fills the sockets' buffers, and then nothing more is asked for.
    let before = -1;
    while (before !== pages) {
      before = pages;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    expect(pages).toBeGreaterThan(1);
    expect(pages).toBeLessThan(50);
    request.destroy();
    await done;
    expect(pages).toBeLessThan(50);
    await new Promise((resolve) => server.close(resolve));
  });
});
