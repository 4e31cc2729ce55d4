/** GR30, GR31: explaining and trying out grouping on stored events. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { event, exception } from '../test/support/event.ts';
import { newProject } from '../test/support/new-event.ts';
import { createTestWriter } from '../test/support/store.ts';
import { createTestDatabase, type TestDatabase } from '../test/support/test-database.ts';
import type { GroupingPorts } from './api/api-deps.ts';
import { digestPayload } from './digest.ts';
import type { SentryEvent } from './event.ts';
import { createGroupingPorts } from './grouping-ports.ts';
import { systemClock } from './lib/clock.ts';
import { createMetrics } from './metrics.ts';
import { createPipeline, type Pipeline } from './pipeline.ts';
import { createEventReader } from './store/events.ts';
import { createIssueReader } from './store/issues.ts';
import { createProjectStore } from './store/projects.ts';

let t: TestDatabase;
let pipeline: Pipeline;
let ports: GroupingPorts;
beforeAll(async () => {
  t = await createTestDatabase(inject('postgresUrl'));
  const projects = createProjectStore(t.db);
  const writer = createTestWriter(t.db);
  pipeline = createPipeline({
    digest: async (task) => digestPayload(task),
    settingsOf: async (id) => (await projects.getProject(id))?.settings ?? null,
    commit: (one) => writer.submit(one),
    metrics: createMetrics(),
  });
  ports = createGroupingPorts({
    projects,
    issues: createIssueReader({ db: t.db, clock: systemClock }),
    events: createEventReader(t.db),
    now: () => Date.now(),
    pause: async () => undefined,
  });
});
afterAll(() => t.drop());

async function send(projectId: number, parts: Partial<SentryEvent>): Promise<string> {
  const at = Date.now();
  const accepted = await pipeline.accept(
    event({ event_id: randomBytes(16).toString('hex'), received: at, timestamp: at, ...parts }),
    { projectId, keyId: 1 },
  );
  if (accepted.kind === 'dropped') return accepted.kind;
  const { verdict } = accepted;
  return verdict.kind === 'stored' ? verdict.issueId : verdict.kind;
}

const stack = () =>
  exception([
    { module: 'lib.http', function: 'call', in_app: true },
    { module: 'shop.cart', function: 'add' },
  ]);

describe('explain', () => {
  it('GR31 shows the tree, the rules that matched and the hashes as they were when the event came', async () => {
    const { id } = await newProject(t.db);
    await ports.save(id, { enhancements: 'module:lib.* -app\nmodule:shop.* +app' });
    const issue = await send(id, { exception: [stack()] });
    const explained = await ports.explain(issue);
    expect(explained?.rules).toEqual(['module:lib.* -app', 'module:shop.* +app']);
    expect(explained?.hashes.map((hash) => hash.latest)).toEqual([true, true]);
    expect(explained?.hashes.map(({ hash }) => hash)).toEqual(
      explained?.variants.flatMap(({ hash }) => hash ?? []).sort(),
    );
    expect(JSON.stringify(explained)).toContain('marked out of app by stack trace rule (module:lib.* -app)');

    // Without the rules the event is grouped by what its SDK said, not by what they made of it.
    await ports.save(id, { enhancements: '' });
    expect((await ports.explain(issue))?.hashes.map((hash) => hash.latest)).not.toEqual([true, true]);
    expect((await ports.explain(issue))?.rules).toEqual([]);
  });
  it('GR31 is null for an issue that does not exist', async () => {
    expect(await ports.explain('999999')).toBeNull();
    expect(await ports.explain('x')).toBeNull();
  });
});

describe('settings', () => {
  it('GR29 refuses rules that cannot be read, with line and column', async () => {
    const { id } = await newProject(t.db);
    await expect(ports.save(id, { enhancements: 'app:yes -app\n  hue:x +app' })).rejects.toMatchObject({
      code: 'bad_request',
      message: 'enhancements, line 2, column 3: unknown matcher "hue:x".',
    });
    await expect(ports.save(id, { fingerprint_rules: 'type:A' })).rejects.toThrow(
      'fingerprint_rules, line 1, column 7: no "->" after the matchers.',
    );
    expect(await ports.settings(id)).toMatchObject({ version: 'v2', enhancements: '', previous: null });
  });
  it('GR28 a change of version keeps the old one for 30 days, other changes keep it', async () => {
    const { id } = await newProject(t.db);
    const saved = await ports.save(id, { version: 'v1' });
    expect(saved).toMatchObject({ version: 'v1', previous: { version: 'v2' } });
    const days = (Date.parse(saved?.previous?.until ?? '') - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(30);
    expect(await ports.save(id, { version: 'v1', enhancements: 'app:yes +app' })).toMatchObject({
      previous: saved?.previous,
    });
  });
});

describe('preview', () => {
  it('GR30 says what would split and merge, and changes nothing', async () => {
    const { id } = await newProject(t.db);
    const order = (n: number) => ({ message: `order ${n} failed`, transaction: `/t${n}` });
    const orders = await send(id, order(1));
    await send(id, order(2));
    const a = await send(id, { message: 'cart empty' });
    const b = await send(id, { message: 'cart full' });
    const rules = 'message:"cart *" -> cart\nmessage:"order *" -> order, {{ transaction }}\nhue:x -> y';
    const preview = await ports.preview(id, { fingerprint_rules: rules });
    expect(preview).toMatchObject({
      events: 4,
      problems: [{ field: 'fingerprint_rules', line: 3, column: 1 }],
      split: [{ issue: { id: orders, events: 2 }, into: [{ events: 1 }, { events: 1 }] }],
    });
    expect(preview?.merge.map(({ issues }) => issues.map((issue) => issue.id).sort())).toEqual([
      [a, b].sort(),
    ]);
    expect(await send(id, order(3))).toBe(orders);
    expect(await ports.preview(id, {})).toMatchObject({ split: [], merge: [] });
  });
});
