/** A project's own rules over REST, in force with the next event; counts stay exact while payloads are dropped. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/lib/clock.ts';
import type {
  EventSummary,
  Issue,
  OutcomeRow,
  Page,
  ProjectSettings,
  Volume,
} from '../../src/protocol/rest.ts';
import { startInProcessServer, type InProcessServer } from '../support/in-process-server.ts';
import { newEventId } from '../support/send-envelope.ts';
import { until } from '../support/server-process.ts';

const KEY = 'abcdef0123456789abcdef0123456789';
const NOW = Date.parse('2026-11-24T09:00:05Z');
let server: InProcessServer;

beforeAll(async () => {
  server = await startInProcessServer({ clock: { ...systemClock, now: () => NOW } });
  await server.makeProject({ id: 42, slug: 'rules', publicKey: KEY });
});
afterAll(() => server?.stop());

const patch = async (change: object) => {
  const answer = await server.fetch('/projects/42/settings', {
    method: 'PATCH',
    body: JSON.stringify(change),
  });
  return { status: answer.status, body: (await answer.json()) as ProjectSettings };
};
const send = (event: object) =>
  fetch(`${server.url}/api/v1/events?sentry_key=${KEY}`, { method: 'POST', body: JSON.stringify(event) });
/** Settings reach the caches through a notification of the database: not at once, but soon. */
const outcome = (reason: string, event: object) =>
  until(reason, async () => {
    await send({ ...event, event_id: newEventId() });
    const { items } = await server.get<Page<OutcomeRow>>('/projects/42/stats/outcomes');
    return items.some((row) => row.reason === reason);
  });

describe('settings', () => {
  it('IN80 IN81 are read, changed in part, refused when wrong, and obeyed', async () => {
    await server.sql.query(
      `update projects set settings = settings || '{"groupingVersion": "kept"}' where id = 42`,
    );
    const before = await server.get<ProjectSettings>('/projects/42/settings');
    expect(before).toMatchObject({ sample_rate: 1, spike_protection: false, rate_limit: null });
    const changed = await patch({ filters: { environments: ['dev*'] }, scrub: { keys: ['iban'] } });
    expect(changed.status).toBe(200);
    expect(changed.body.filters).toEqual({ ...before.filters, environments: ['dev*'] });
    expect((await patch({ sample_rate: 2 })).status).toBe(400);
    expect((await patch({ filters: { nonsense: true } })).status).toBe(400);
    const { rows } = await server.sql.query<{ version: string | null }>(
      `select settings ->> 'groupingVersion' as version from projects where id = 42`,
    );
    expect(rows[0]?.version).toBe('kept');
    await outcome('environment', { message: 'filtered', environment: 'dev-7' });
    await patch({ sample_rate: 0 });
    await outcome('sample_rate', { message: 'sampled' });
    await patch({ sample_rate: 1 });
  });

  it('IN83 scrubbing by the project’s words, and a preview of others on a stored event', async () => {
    const id = newEventId();
    await until('the event is kept', async () => {
      await send({ event_id: id, message: 'm', extra: { IBAN: 'DE02', pet: 'Rex' } });
      return (await server.fetch(`/projects/42/events/${id}`)).status === 200;
    });
    const answer = await server.fetch('/projects/42/settings/scrub-preview', {
      method: 'POST',
      body: JSON.stringify({ event_id: id, scrub: { keys: ['pet'] } }),
    });
    expect(await answer.json()).toMatchObject({
      paths: ['extra.pet'],
      event: { extra: { IBAN: '[Filtered]', pet: '[Filtered]' } },
    });
  });

  it('IN82 in a spike every count is exact while rows are dropped, and each issue keeps an event', async () => {
    await server.makeProject({ id: 43, slug: 'spike', publicKey: KEY.replaceAll('a', 'b') });
    const key = KEY.replaceAll('a', 'b');
    await server.fetch('/projects/43/settings', {
      method: 'PATCH',
      body: JSON.stringify({ spike_protection: true }),
    });
    const bulk = (message: string, count: number) =>
      fetch(`${server.url}/api/v1/events/bulk?sentry_key=${key}`, {
        method: 'POST',
        body: JSON.stringify(
          Array.from({ length: count }, (_, i) => ({ message, user: { id: String(i % 7) } })),
        ),
      });
    for (let i = 0; i < 2; i++) expect((await bulk('storm', 1000)).status).toBe(202);
    expect((await bulk('late issue', 10)).status).toBe(202);

    const { items } = await server.get<Page<Issue>>('/projects/43/issues');
    expect(items.map((issue) => [issue.title, issue.event_count, issue.user_count])).toEqual(
      expect.arrayContaining([
        ['storm', 2000, 7],
        ['late issue', 10, 7],
      ]),
    );
    const volume = await server.get<Volume>('/projects/43/stats/volume');
    expect(volume.total.reduce((sum, n) => sum + n, 0)).toBe(2010);
    const { rows } = await server.sql.query<{ n: string }>(
      'select count(*) as n from events where project_id = 43',
    );
    expect(rows[0]?.n).toBe('1201');
    for (const issue of items) {
      const events = await server.get<Page<EventSummary>>(`/issues/${issue.id}/events?limit=1`);
      expect(events.items).toHaveLength(1);
      expect((await server.fetch(`/projects/43/events/${issue.last_event_id ?? ''}`)).status).toBe(200);
    }
    await until('the outcomes', async () => {
      const counted = await server.get<Page<OutcomeRow>>('/projects/43/stats/outcomes');
      const of = (name: string) => counted.items.find((row) => row.outcome === name)?.quantity;
      return of('spike') === 809 && of('accepted') === 1201;
    });
  });
});
