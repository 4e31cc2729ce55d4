/** What the pipeline adds to digests: the project's rules on the way in, and what is known of the request. */
import { describe, expect, it } from 'vitest';
import { event } from '../test/support/event.ts';
import { digestPayload, type DigestTask } from './digest.ts';
import { createMetrics } from './metrics.ts';
import { createPipeline } from './pipeline.ts';
import type { NewEvent } from './store/new-event.ts';
import type { ProjectSettings } from './store/projects.ts';

const DROP_ALL: ProjectSettings = { sampleRate: 0 };
const PAYLOAD = Buffer.from('{"message":"m"}');
const SOURCE = { receivedMs: 0, clientIp: null, payloadBytes: PAYLOAD.length };

function world(settings: ProjectSettings) {
  const tasks: DigestTask[] = [];
  const rows: NewEvent[] = [];
  const pipeline = createPipeline({
    digest: async (task) => {
      tasks.push(task);
      return digestPayload(task);
    },
    settingsOf: async () => settings,
    commit: async (row) => {
      rows.push(row);
      return { kind: 'stored', issueId: '1', isNew: false, isRegression: false };
    },
    metrics: createMetrics(),
  });
  return { pipeline, tasks, rows };
}

describe('pipeline', () => {
  it('IN81 drops the same by bytes and by event, and asks nobody whether the payload is kept', async () => {
    const { pipeline, rows } = world(DROP_ALL);
    let asked = 0;
    const origin = { projectId: 1, keyId: 1, countOnly: () => ++asked > 0 };
    const outcome = { outcome: 'sampled', reason: 'sample_rate' };
    expect(await pipeline.accept(event(), origin)).toMatchObject({ kind: 'dropped', outcome });
    expect(await pipeline.acceptPayload(PAYLOAD, SOURCE, origin)).toMatchObject({ kind: 'dropped', outcome });
    expect([asked, rows]).toEqual([0, []]);
  });

  it('IN81 keeps events of its own', async () => {
    const { pipeline, rows } = world(DROP_ALL);
    expect(await pipeline.acceptOwn(event(), { projectId: 1, keyId: 1 })).toMatchObject({ kind: 'stored' });
    expect(rows).toHaveLength(1);
  });

  it('IN82 marks rows that are only counted, and says so', async () => {
    const { pipeline, rows } = world({});
    for (const countOnly of [true, false]) {
      const origin = { projectId: 1, keyId: 1, countOnly: () => countOnly };
      expect(await pipeline.accept(event(), origin)).toMatchObject({ kind: 'event', countOnly });
      expect(await pipeline.acceptPayload(PAYLOAD, SOURCE, origin)).toMatchObject({
        kind: 'event',
        countOnly,
      });
    }
    expect(rows.map((row) => row.countOnly === true)).toEqual([true, true, false, false]);
  });

  it('IN80 sends no rules along where the project has none', async () => {
    const { pipeline, tasks } = world({ filters: { messages: [] } });
    await pipeline.acceptPayload(PAYLOAD, SOURCE, { projectId: 1, keyId: 1 });
    expect(tasks.map((task) => task.rules)).toEqual([undefined]);
  });
});
