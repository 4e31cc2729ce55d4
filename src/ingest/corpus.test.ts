/**
 * Recorded requests of real SDKs and hand-made bad ones, sent to the real handler over loopback. The events that
 * `accept` sees are compared with what the recorder decoded.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { corpusDir } from '../../test/support/corpus.ts';
import { startIngestServer, TEST_KEY, type IngestServer } from '../../test/support/ingest-server.ts';
import {
  differences,
  eventIdOf,
  loadRecordings,
  meets,
  sendRaw,
  sendRecording,
  sentEvents,
  withKey,
} from '../../test/support/recordings.ts';

const corpus = corpusDir();
if (corpus === null) process.stderr.write('SKIPPED: the corpus is not on this machine (MESHER_CORPUS)\n');

let server: IngestServer;

beforeAll(async () => {
  server = await startIngestServer();
});

afterAll(() => server.close());

describe.skipIf(corpus === null)('recorded SDK traffic', () => {
  const sdks = corpus === null ? [] : readdirSync(join(corpus, 'sdk'));
  it.each(sdks)('IN1 answers every request of %s and stores every event of it unchanged', async (sdk) => {
    const wrong: string[] = [];
    let sent = 0;
    for (const { name, recording, body } of loadRecordings(join(corpus ?? '', 'sdk', sdk))) {
      server.events.length = 0;
      const answer = await sendRecording(server.port, withKey(recording, TEST_KEY), body);
      if (answer.status !== 200) wrong.push(`${name}: ${answer.status} ${answer.body}`);
      for (const sentEvent of sentEvents(recording)) {
        sent += 1;
        const id = eventIdOf(sentEvent);
        const got = server.events.find((e) => id === undefined || e.event_id === id);
        if (got === undefined) wrong.push(`${name}: event ${id ?? ''} did not arrive: ${answer.body}`);
        else if (!answer.body.includes(got.event_id)) wrong.push(`${name}: answered ${answer.body}`);
        else wrong.push(...differences(name, sentEvent, got));
      }
    }
    expect(wrong).toEqual([]);
    expect(server.errors).toEqual([]);
    if (sdk !== 'otel') expect(sent).toBeGreaterThan(0);
  });
});

describe.skipIf(corpus === null)('bad and odd requests', () => {
  it('IN2 answers every one as expected, never 500, and lives on', async () => {
    const cases = corpus === null ? [] : loadRecordings(join(corpus, 'faults'));
    const wrong: string[] = [];
    for (const { name, recording, body } of cases) {
      server.events.length = 0;
      const statuses: number[] = [];
      for (let i = 0; i < (recording.repeat ?? 1); i++) {
        const answer =
          recording.raw_tcp === true
            ? await sendRaw(server.port, body)
            : await sendRecording(server.port, recording, body);
        statuses.push(answer.status);
        expect(answer.status, name).not.toBe(500);
      }
      const { status, stored } = recording.expect;
      const good =
        statuses.every((s) => meets(s, status)) && (stored === null || stored === server.events.length);
      if (!good)
        wrong.push(
          `${name}: ${statuses.join()} stored ${server.events.length}, expected ${status.join()} stored ${stored}`,
        );

      if (stored === 1 && recording.event_id !== undefined && server.events[0] !== undefined)
        expect(JSON.stringify(server.events[0]), name).not.toMatch(/\\u0000|\\ud[89a-f]/i);
    }
    process.stderr.write(`faults: ${cases.length - wrong.length} of ${cases.length} as expected\n`);
    expect(wrong).toEqual([]);
    expect(server.errors).toEqual([]);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  }, 120_000);
});
