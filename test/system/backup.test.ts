/**
 * `mesher backup` and `mesher restore` as a user runs them: beside a server under load, killed in the middle, into a new
 * data directory. Rules DB45 to DB49 of docs/storage.md.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import type { EventDetail, EventSummary, Page } from '../../src/protocol/rest.ts';
import { runMesher, spawnMesher } from '../support/mesher-command.ts';
import { sendEvent } from '../support/send-event.ts';
import {
  freePort,
  getJson,
  makeDataDir,
  redeemSetup,
  startServerProcess,
  until,
  type ServerProcess,
} from '../support/server-process.ts';

const account = { email: 'admin@example.com', password: 'correct horse battery' };
const from = makeDataDir();
const to = makeDataDir();
const files = makeDataDir();
let server: ServerProcess | null = null;
afterAll(async () => {
  await server?.end('SIGTERM');
  for (const dir of [from, to, files]) dir.remove();
});

async function signIn(url: string): Promise<string> {
  const answer = await fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: url },
    body: JSON.stringify(account),
  });
  expect(answer.status).toBe(200);
  return answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
}

it('DB46 DB49 from a server under load into a new data directory; a killed one leaves no file', async () => {
  const env = { MESHER_DATA_DIR: from.path, MESHER_PORT: String(await freePort()) };
  const file = join(files.path, 'all.mesher');
  const nothing = await runMesher(['backup', file], { ...env, MESHER_DATA_DIR: to.path });
  expect(nothing).toMatchObject({ code: 1, stderr: expect.stringMatching(/nothing to back up/) });

  const source = await startServerProcess({ dataDir: from.path });
  server = source;
  const first = await redeemSetup(source, account);
  const before: string[] = [];
  for (let i = 0; i < 50; i++) before.push(await sendEvent(source, first, { message: `Before ${i % 5}` }));
  let going = true;
  const load = (async () => {
    while (going) await sendEvent(source, first, { message: 'During', extra: { fill: 'x'.repeat(20_000) } });
  })();

  const killed = join(files.path, 'killed.mesher');
  const doomed = spawnMesher(['backup', killed], env);
  await until('a draft of the backup', () =>
    readdirSync(files.path).some((name) => name.endsWith('.partial')),
  );
  await doomed.end('SIGKILL');
  expect(existsSync(killed)).toBe(false);

  const made = await runMesher(['backup', file, '--json'], env);
  expect(made).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(made.stdout)).toMatchObject({
    file,
    tables: expect.any(Number),
    rows: expect.any(Number),
  });
  going = false;
  await load;
  const beside = await runMesher(['restore', file, '--force', '--yes'], env);
  expect(beside).toMatchObject({ code: 1, stderr: expect.stringMatching(/server runs on .* Stop it first/) });
  expect(await source.end('SIGTERM')).toBe(0);
  const unasked = await runMesher(['restore', file, '--force'], env);
  expect(unasked).toMatchObject({ code: 1, stderr: expect.stringMatching(/--yes/) });

  const there = { ...env, MESHER_DATA_DIR: to.path };
  const restored = await runMesher(['restore', file], there);
  expect(restored).toMatchObject({
    code: 0,
    stderr: '',
    stdout: expect.stringMatching(/^restored \d+ rows/),
  });
  expect(await runMesher(['restore', file], there)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/not empty/),
  });

  const target = await startServerProcess({ dataDir: to.path });
  server = target;
  // Nobody is signed in any more, but everybody can sign in.
  const old = await fetch(`${target.url}/api/v1/me`, { headers: { Cookie: first.cookie } });
  expect(old.status).toBe(401);
  const cookie = await signIn(target.url);
  for (const id of before)
    expect(
      await getJson<EventDetail>(target, cookie, `/projects/${first.projectId}/events/${id}`),
    ).toMatchObject({ id });
  const after = await sendEvent(target, first, { message: 'Before 1' });
  const page = await getJson<Page<EventSummary>>(
    target,
    cookie,
    `/projects/${first.projectId}/events?limit=1`,
  );
  expect(page.items).toMatchObject([{ id: after }]);
});
