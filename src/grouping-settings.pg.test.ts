/** GR28, GR29: a project's version and rules, and the change from one version to the next, on a real database. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { event } from '../test/support/event.ts';
import { newProject } from '../test/support/new-event.ts';
import { createTestWriter, type TestWriter } from '../test/support/store.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/test-database.ts';
import { digestPayload } from './digest.ts';
import type { SentryEvent } from './event.ts';
import { createGroupingPorts } from './grouping-ports.ts';
import { systemClock } from './lib/clock.ts';
import { createMetrics } from './metrics.ts';
import { createPipeline, type Pipeline } from './pipeline.ts';
import { createEventReader } from './store/events.ts';
import { createIssueCommands } from './store/issue-commands.ts';
import { createIssueReader } from './store/issues.ts';
import { createProjectStore, type ProjectSettings, type ProjectStore } from './store/projects.ts';

const DAY_MS = 86_400_000;
/** Long before today, so that 30 days later is not the future. */
const START = Date.now() - 40 * DAY_MS;

let t: TestDatabase;
let writer: TestWriter;
let projects: ProjectStore;
let pipeline: Pipeline;
beforeAll(async () => {
  t = await createTestDatabase(inject('postgresUrl'));
  writer = createTestWriter(t.db);
  projects = createProjectStore(t.db);
  pipeline = createPipeline({
    digest: async (task) => digestPayload(task),
    settingsOf: async (id) => (await projects.getProject(id))?.settings ?? null,
    commit: (one) => writer.submit(one),
    metrics: createMetrics(),
  });
});
afterAll(() => t.drop());

async function projectWith(settings: ProjectSettings): Promise<number> {
  const { id } = await newProject(t.db);
  await projects.saveSettings(id, settings);
  return id;
}

/** Gives the issue, or the verdict where there is none. */
async function send(projectId: number, parts: Partial<SentryEvent>, day = 0): Promise<string> {
  const at = START + day * DAY_MS;
  const accepted = await pipeline.accept(
    event({ event_id: randomBytes(16).toString('hex'), received: at, timestamp: at, ...parts }),
    { projectId, keyId: 1 },
  );
  if (accepted.kind === 'dropped') return accepted.kind;
  const { verdict } = accepted;
  return verdict.kind === 'stored' ? verdict.issueId : verdict.kind;
}

const objectMissing = (id: string) => ({ message: `object ${id} missing` });
const FIRST = objectMissing('507f1f77bcf86cd799439011');
const SECOND = objectMissing('65a1b2c3d4e5f60718293a4b');
const UPGRADE: ProjectSettings = {
  groupingVersion: 'v2',
  previousGrouping: { version: 'v1', until: START + 31 * DAY_MS },
};

describe('a project\u2019s grouping', () => {
  it('GR29 is v2 for a new project and v1 for one older than the setting', async () => {
    const fresh = await newProject(t.db);
    expect(fresh.settings).toEqual({ groupingVersion: 'v2' });
    expect(await send(fresh.id, FIRST)).toBe(await send(fresh.id, SECOND));
    const old = await projectWith({ groupingVersion: null });
    expect(await send(old, FIRST)).not.toBe(await send(old, SECOND));
  });

  it('GR29 follows the project\u2019s rules', async () => {
    const id = await projectWith({ fingerprintRules: 'message:"object * missing" -> missing title="Gone"' });
    const issue = await send(id, FIRST);
    expect(await send(id, { message: 'object of desire missing' })).toBe(issue);
    expect(await send(id, { message: 'object present' })).not.toBe(issue);
    const [row] = await t.db.query<{ title: string }>('select title from issues where id = $1', [issue]);
    expect(row?.title).toBe('Gone');
  });

  it('GR29 refuses events while the settings cannot be read, and stores none by the wrong version', async () => {
    const broken = createPipeline({
      digest: async (task) => digestPayload(task),
      settingsOf: () => Promise.reject(new Error('down')),
      commit: () => Promise.reject(new Error('must not be reached')),
      metrics: createMetrics(),
    });
    expect(await broken.accept(event(), { projectId: 1, keyId: 1 })).toMatchObject({
      verdict: { kind: 'unavailable' },
    });
  });
});

describe('a change of version', () => {
  it('GR28 splits no issue: by the old hash the event comes to its issue, which then owns the new one', async () => {
    const id = await projectWith({ groupingVersion: 'v1' });
    const issue = await send(id, FIRST);
    await projects.saveSettings(id, UPGRADE);
    expect(await send(id, FIRST, 1)).toBe(issue);
    // After the transition the new hash alone leads there.
    expect(await send(id, FIRST, 32)).toBe(issue);
    expect(await send(id, SECOND, 33)).toBe(issue);
  });

  it('GR28 thirty days side by side: whatever day an older error comes back, it is its issue; what is new is v2 alone', async () => {
    const id = await projectWith({ groupingVersion: 'v1' });
    let day = 0;
    const ports = createGroupingPorts({
      projects,
      issues: createIssueReader({ db: t.db, clock: systemClock }),
      events: createEventReader(t.db),
      now: () => START + day * DAY_MS,
      pause: async () => undefined,
    });
    // v1 keeps the id of the object, v2 does not: every hash changes.
    const error = (n: number, object = '507f1f77bcf86cd799439011') => ({
      message: `${'abcdefgh'.charAt(n % 8)}${'ijkl'.charAt(n >> 3)} lost object ${object}`,
    });
    const issues: string[] = [];
    for (let n = 0; n < 32; n++) issues.push(await send(id, error(n)));
    expect(new Set(issues).size).toBe(32);
    await ports.save(id, { version: 'v2' });
    // Error n is silent until day n; then it comes every seventh day.
    for (day = 1; day < 60; day++) {
      for (let n = 1; n < 30; n++)
        if (day >= n && (day - n) % 7 === 0)
          expect([day, n, await send(id, error(n), day)]).toEqual([day, n, issues[n]]);
      if (day % 10 !== 5) continue;
      const [fresh, again] = [day, day + 1].map((object) => ({
        message: `new on day ${'xyzuvw'.charAt(day / 10)} of object ${String(object).padStart(24, 'abc')}`,
      }));
      const made = await send(id, fresh ?? {}, day);
      expect(issues).not.toContain(made);
      expect(await send(id, again ?? {}, day)).toBe(made);
    }
    // Too late: nothing led from its old hash to the new one.
    expect(await send(id, error(31), 60)).not.toBe(issues[31]);
    expect(await send(id, error(7, '65a1b2c3d4e5f60718293a4b'), 60)).toBe(issues[7]);
  }, 60_000);

  it('GR28 an event of two older issues comes to that of its own old hash', async () => {
    const id = await projectWith({ groupingVersion: 'v1' });
    const first = await send(id, FIRST);
    const second = await send(id, SECOND);
    expect(first).not.toBe(second);
    await projects.saveSettings(id, UPGRADE);
    expect(await send(id, SECOND, 1)).toBe(second);
    // The new hash has an owner now; it goes before the old ones.
    expect(await send(id, FIRST, 2)).toBe(second);
  });

  it('GR28 old hashes are given to no issue: what is new is grouped as the new version does', async () => {
    const id = await projectWith(UPGRADE);
    const custom = (...fingerprint: string[]) => send(id, { message: 'x', fingerprint }, 1);
    // v1 joins the values: one hash for both.
    expect(await custom('ab', 'c')).not.toBe(await custom('a', 'bc'));
  });

  it('GR28 without a transition, and after its end, the old hash finds nothing', async () => {
    const id = await projectWith({ groupingVersion: 'v1' });
    const issue = await send(id, FIRST);
    await projects.saveSettings(id, UPGRADE);
    expect(await send(id, FIRST, 32)).not.toBe(issue);
  });

  it('GR28 what was discarded stays away with its new hash too', async () => {
    const id = await projectWith({ groupingVersion: 'v1' });
    const issue = await send(id, FIRST);
    const commands = createIssueCommands({ db: t.db, clock: systemClock, onCommitted: () => undefined });
    await commands.discard([issue], null);
    await projects.saveSettings(id, UPGRADE);
    expect(await send(id, FIRST, 1)).toBe('discarded');
    expect(await send(id, FIRST, 32)).toBe('discarded');
  });
});
