/**
 * IN1, IN2 on the whole server: what real SDKs sent is stored and read back over the REST API; bad and odd requests
 * are answered as expected over real HTTP, and the server lives on. The clock stands when the recordings were made.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import type { EventDetail, EventSummary, Page } from '../../src/protocol/rest.ts';
import { corpusDir } from '../support/corpus.ts';
import { failedChecks, watchRequests, type FaultFacts } from '../support/fault-checks.ts';
import { startInProcessServer, type InProcessServer } from '../support/in-process-server.ts';
import {
  differences,
  eventIdOf,
  loadRecordings,
  meets,
  sendRaw,
  sendRecording,
  sentEvents,
  withKey,
} from '../support/recordings.ts';

const KEY = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';
const NOW = Date.parse('2026-11-24T09:00:05Z');
const corpus = corpusDir();
if (corpus === null) process.stderr.write('SKIPPED: the corpus is not on this machine (MESHER_CORPUS)\n');

let server: InProcessServer;

beforeAll(async () => {
  if (corpus === null) return;
  server = await startInProcessServer({ clock: { ...systemClock, now: () => NOW } });
  // The project and the key of the recordings, so that not a byte of them has to change.
  await server.makeProject({ id: 42, slug: 'recorded', publicKey: KEY });
});
afterAll(() => server?.stop());

describe.skipIf(corpus === null)('recorded SDK traffic on the whole server', () => {
  const sdks = corpus === null ? [] : readdirSync(join(corpus, 'sdk'));
  it.each(sdks)(
    'IN1 every request of %s is answered 200 and its events are read back over REST',
    async (sdk) => {
      const wrong: string[] = [];
      let readBack = 0;
      for (const { name, recording, body } of loadRecordings(join(corpus ?? '', 'sdk', sdk))) {
        const answer = await sendRecording(server.port, withKey(recording, KEY), body);
        if (answer.status !== 200) wrong.push(`${name}: ${answer.status} ${answer.body}`);
        for (const sent of sentEvents(recording)) {
          const id = eventIdOf(sent) ?? (JSON.parse(answer.body) as { id: string }).id;
          const found = await server.fetch(`/projects/42/events/${id}`);
          if (found.status !== 200) {
            wrong.push(`${name}: event ${id} is not there: ${found.status}`);
            continue;
          }
          readBack += 1;
          wrong.push(...differences(name, sent, ((await found.json()) as EventDetail).event));
        }
      }
      expect(wrong).toEqual([]);
      expect(server.errors).toEqual([]);
      if (sdk !== 'otel') expect(readBack).toBeGreaterThan(0);
    },
  );
});

describe.skipIf(corpus === null)('bad and odd requests to the whole server', () => {
  it('IN2 answers every one as expected, never 500, stores what it must, and lives on', async () => {
    const wrong: string[] = [];
    const known = await storedIds();
    const asked = watchRequests();
    let checked = 0;
    for (const { name, recording, body } of loadRecordings(join(corpus ?? '', 'faults'))) {
      const statuses: number[] = [];
      let answer: FaultFacts['answer'] = { status: 0, body: '', headers: {} };
      const before = { cpu: process.cpuUsage(), rss: process.memoryUsage.rss() };
      asked.length = 0;
      for (let i = 0; i < (recording.repeat ?? 1); i++) {
        answer =
          recording.raw_tcp === true
            ? { ...(await sendRaw(server.port, body)), headers: {} }
            : await sendRecording(server.port, recording, body);
        statuses.push(answer.status);
      }
      const { user, system } = process.cpuUsage(before.cpu);
      const rssGrowth = process.memoryUsage.rss() - before.rss;
      const { status, stored } = recording.expect;
      const fresh = [...(await storedIds())].filter((id) => !known.has(id));
      for (const id of fresh) known.add(id);
      const good = statuses.every((s) => meets(s, status) && s !== 500);
      if (!good || (stored !== null && stored !== fresh.length))
        wrong.push(
          `${name}: ${statuses.join()} stored ${fresh.length}, not ${status.join()} stored ${stored}`,
        );
      const events: EventDetail[] = [];
      for (const id of fresh) events.push(await server.get<EventDetail>(`/projects/42/events/${id}`));
      for (const { event } of events)
        expect(JSON.stringify(event), name).not.toMatch(/\\u0000|\\ud[89a-f]|\{\{auto\}\}/i);
      const cpuMs = (user + system) / 1000;
      const facts = { server, recording, answer, stored: events, cpuMs, rssGrowth, asked, nowMs: NOW };
      for (const found of await failedChecks(facts)) wrong.push(`${name}: ${found}`);
      checked += recording.expect.checks?.length ?? 0;
    }
    expect(wrong).toEqual([]);
    expect(checked).toBeGreaterThan(50);
    expect(server.errors).toEqual([]);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  });
});

async function storedIds(): Promise<Set<string>> {
  const ids = new Set<string>();
  let next: string | null = null;
  do {
    const cursor: string = next === null ? '' : `&cursor=${encodeURIComponent(next)}`;
    const page: Page<EventSummary> = await server.get(`/projects/42/events?limit=100${cursor}`);
    for (const event of page.items) ids.add(event.id);
    next = page.next;
  } while (next !== null);
  return ids;
}
