/**
 * Grouping against the whole server: many clients that meet one new error at once make one issue, told once; and the
 * way from a rule over its preview to the issue it makes.
 */
import { Agent, request as httpRequest } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { GroupingPreview, Issue, IssueGrouping, Page } from '../../src/protocol/rest.ts';
import { richError, sendEvent } from '../support/send-event.ts';
import {
  getJson,
  makeDataDir,
  redeemSetup,
  sendJson,
  startServerProcess,
  until,
  type FirstRun,
  type ServerProcess,
} from '../support/server-process.ts';

const CLIENTS = 100;
const EVENTS_EACH = 3;

const dataDir = makeDataDir();
let server: ServerProcess;
let first: FirstRun;
beforeAll(async () => {
  server = await startServerProcess({ dataDir: dataDir.path, env: { MESHER_RATE_LIMIT: '0' } });
  first = await redeemSetup(server);
});
afterAll(async () => {
  await server.end('SIGTERM');
  dataDir.remove();
});

const project = () => `/projects/${first.projectId}`;
const issuesOf = async (query: string): Promise<Issue[]> =>
  (await getJson<Page<Issue>>(server, first.cookie, `${project()}/issues?query=${encodeURIComponent(query)}`))
    .items;

/** On a connection of its own. */
function postOn(agent: Agent, event: object): Promise<number> {
  return new Promise((resolve, reject) => {
    const url = new URL(`${server.url}/api/${first.projectId}/store/?sentry_key=${first.publicKey}`);
    const outgoing = httpRequest(url, { agent, method: 'POST' }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode ?? 0));
    });
    outgoing.on('error', reject);
    outgoing.end(JSON.stringify(event));
  });
}

it('GR32 a hundred clients meet a new error at once: one issue, streamed as new once', async () => {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/stream/projects/${first.projectId}`, {
    headers: { Origin: server.url, Cookie: first.cookie },
  });
  const actions: string[] = [];
  let events = 0;
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as { type: string; action?: string };
    if (message.type === 'issue') actions.push(message.action ?? '');
    if (message.type === 'event') events++;
  });
  await new Promise((resolve) => socket.once('open', resolve));
  socket.send(JSON.stringify({ type: 'subscribe', project_id: first.projectId, filters: {} }));
  await new Promise((resolve) => socket.once('message', resolve));

  const agents = Array.from({ length: CLIENTS }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
  const statuses = await Promise.all(
    agents.flatMap((agent, client) =>
      Array.from({ length: EVENTS_EACH }, (_, i) =>
        postOn(agent, {
          platform: 'node',
          // The id differs, the error does not.
          message: `stampede ${client * 10 + i}`,
          user: { id: String(client) },
        }),
      ),
    ),
  );
  for (const agent of agents) agent.destroy();
  expect(new Set(statuses)).toEqual(new Set([200]));

  const found = await issuesOf('stampede');
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ event_count: CLIENTS * EVENTS_EACH, user_count: CLIENTS });
  await until('all events on the stream', () => (events >= CLIENTS * EVENTS_EACH ? true : undefined));
  expect(actions).toEqual(['new']);
  socket.close();
});

it('GR30 GR31 a rule is tried out, set, explained, and undone by unmerge', async () => {
  for (const type of ['CardError', 'BankError'])
    await sendEvent(server, first, richError(type, 'declined', { message: 'payment' }));
  const before = await issuesOf('declined');
  expect(before).toHaveLength(2);

  const rules = { fingerprint_rules: 'value:"declined*" -> payments title="Payment: {{ type }}"' };
  const preview = await sendJson<GroupingPreview>(
    server,
    first.cookie,
    `${project()}/grouping/preview`,
    rules,
  );
  expect(preview.merge.map(({ issues }) => issues.length)).toEqual([2]);

  const [card, bank] = before.map((issue) => issue.id).sort();
  await sendJson(server, first.cookie, `/issues/${card ?? ''}/merge`, { ids: [bank] });
  expect(await issuesOf('declined')).toMatchObject([{ id: card, event_count: 2 }]);
  const grouping = await getJson<IssueGrouping>(server, first.cookie, `/issues/${card ?? ''}/grouping`);
  expect(grouping.version).toBe('v2');
  const latest = grouping.hashes.filter((hash) => hash.latest).map(({ hash }) => hash);
  expect(latest.length).toBeLessThan(grouping.hashes.length);
  await sendJson(server, first.cookie, `/issues/${card ?? ''}/unmerge`, { hashes: latest });
  expect((await issuesOf('declined')).map((issue) => issue.event_count)).toEqual([1, 1]);

  await sendJson(server, first.cookie, `${project()}/grouping`, rules, 'PUT');
  await until('the rule to be heard of', async () => {
    for (const type of ['CardError', 'BankError'])
      await sendEvent(server, first, richError(type, 'declined', { message: 'payment' }));
    const [one, two] = await issuesOf('"Payment: "');
    return one !== undefined && two === undefined && one.event_count >= 2;
  });
});
