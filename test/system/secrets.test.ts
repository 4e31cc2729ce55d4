/**
 * IN44: secrets planted everywhere in events, envelopes, reports and queries, sent to the whole server. Afterwards no
 * table, no attachment's description, no backup, no log line and no frame of the stream holds one of them.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EventDetail } from '../../src/protocol/rest.ts';
import { MAGIC } from '../../src/store/backup/backup-format.ts';
import { writeBackup } from '../../src/store/backup/write-backup.ts';
import { startInProcessServer, type InProcessServer } from '../support/in-process-server.ts';
import { envelopeOf, newEventId, postEnvelope } from '../support/send-envelope.ts';
import { until } from '../support/server-process.ts';

const KEY = 'abcdef0123456789abcdef0123456789';
const CARD = '4242 4242 4242 4242';
const PASSWORD = 'hunter2-correct-horse';
const TOKEN = 'tok-5f3e9a1c77d04b2e';
const BEARER = 'eyJhbGciOiJIUzI1NiJ9.c2VjcmV0';
const SECRETS = [CARD, CARD.replaceAll(' ', ''), PASSWORD, TOKEN, BEARER];
const GZIP = Buffer.from([0x1f, 0x8b, 0x08]);
const folder = mkdtempSync(join(tmpdir(), 'mesher-secrets-'));
let server: InProcessServer;
const frames: string[] = [];
let stream: WebSocket;

beforeAll(async () => {
  server = await startInProcessServer({});
  await server.makeProject({ id: 42, slug: 'secrets', publicKey: KEY });
  stream = new WebSocket(`${server.url.replace('http', 'ws')}/ws/projects/42`, {
    headers: { Cookie: server.cookie, Origin: server.url },
  });
  stream.on('message', (data: Buffer) => frames.push(data.toString()));
  await new Promise((resolve, reject) => stream.once('open', resolve).once('error', reject));
});
afterAll(async () => {
  stream.terminate();
  await server.stop();
  rmSync(folder, { recursive: true });
});

const TEXT = `password=${PASSWORD}&x=1 card ${CARD} Authorization: Bearer ${BEARER} https://ada:${PASSWORD}@db.test/`;
const DATA = {
  password: PASSWORD,
  user: { apiKey: TOKEN, note: TEXT, nested: [{ secret_token: TOKEN }] },
  [`text`]: `{"password": "${PASSWORD}"}`,
};
const FRAME = {
  function: 'f',
  filename: `https://x.test/a.js?token=${TOKEN}`,
  lineno: 1,
  vars: DATA,
  context_line: 'f()',
};

function everywhere(id: string, more: object = {}): object {
  return {
    event_id: id,
    message: TEXT,
    logentry: { message: TEXT, params: [TEXT, { password: PASSWORD }] },
    transaction: `GET /login?password=${PASSWORD}`,
    culprit: `login?token=${TOKEN}`,
    logger: `l?token=${TOKEN}`,
    server_name: `web?password=${PASSWORD}`,
    release: `r?token=${TOKEN}`,
    dist: `d?token=${TOKEN}`,
    environment: `live/password=${PASSWORD}`,
    fingerprint: [TEXT],
    tags: { password: PASSWORD, where: TEXT.slice(0, 150), bearer: `Bearer ${BEARER}` },
    extra: DATA,
    contexts: { login: DATA, [`password`]: { x: PASSWORD } },
    user: { id: CARD, email: 'ada@example.com', data: DATA, password: PASSWORD, token: TOKEN },
    modules: { a: `1?token=${TOKEN}` },
    request: {
      url: `https://ada:${PASSWORD}@shop.test/pay?token=${TOKEN}#password=${PASSWORD}`,
      fragment: `access_token=${TOKEN}&session_id=${PASSWORD}`,
      query_string: `token=${TOKEN}&q=${encodeURIComponent(CARD)}`,
      cookies: `session=${TOKEN}; theme=dark`,
      headers: {
        Authorization: `Bearer ${BEARER}`,
        Cookie: `sid=${TOKEN}`,
        'X-Api-Key': TOKEN,
        Referer: TEXT,
      },
      data: JSON.stringify(DATA),
      env: { DB_PASSWORD: PASSWORD, PATH: '/bin' },
    },
    breadcrumbs: [
      {
        message: TEXT,
        category: `c?token=${TOKEN}`,
        data: { ...DATA, url: `https://x.test/?token=${TOKEN}` },
      },
    ],
    exception: {
      values: [
        {
          type: `LoginError?token=${TOKEN}`,
          value: TEXT,
          module: `m?token=${TOKEN}`,
          mechanism: { type: 'x', data: DATA, description: TEXT },
          stacktrace: { frames: [FRAME] },
        },
      ],
    },
    threads: { values: [{ name: `t?token=${TOKEN}`, stacktrace: { frames: [FRAME] } }] },
    sdk: { name: 'x', version: '1', packages: [{ name: `p?token=${TOKEN}`, version: TEXT }] },
    debug_meta: { note: TEXT },
    ...more,
  };
}

it('IN44 no planted secret is found in any table, backup, answer, log line or frame', async () => {
  const to = { url: server.url, projectId: 42, publicKey: KEY };
  const ids = [newEventId(), newEventId(), newEventId()];
  const [first = '', second = '', third = ''] = ids;
  const envelope = envelopeOf({ event_id: first }, [
    { header: { type: 'event' }, payload: everywhere(first) },
    { header: { type: 'attachment', filename: `dump-password=${PASSWORD}` }, payload: 'x' },
    {
      header: { type: 'user_report' },
      payload: { event_id: first, name: 'Ada', email: 'a@b.test', comments: TEXT },
    },
    {
      header: { type: 'check_in' },
      payload: { monitor_slug: 'm', status: 'ok', monitor_config: { api_token: TOKEN, note: TEXT } },
    },
  ]);
  expect((await postEnvelope(to, envelope)).status).toBe(200);
  const feedback = { contexts: { feedback: { message: TEXT, url: `https://x.test/?token=${TOKEN}` } } };
  const own = envelopeOf({ event_id: newEventId() }, [{ header: { type: 'feedback' }, payload: feedback }]);
  expect((await postEnvelope(to, own)).status).toBe(200);
  const noException = { exception: undefined, threads: undefined };
  const stored = await fetch(`${server.url}/api/42/store/?sentry_key=${KEY}`, {
    method: 'POST',
    body: JSON.stringify(everywhere(second, { ...noException, request: { ...DATA, data: DATA } })),
  });
  expect(stored.status).toBe(200);
  const legacy = { ...noException, logentry: undefined, message: { formatted: TEXT, params: DATA } };
  expect(
    (
      await postEnvelope(
        to,
        envelopeOf({}, [{ header: { type: 'event' }, payload: everywhere(third, legacy) }]),
      )
    ).status,
  ).toBe(200);
  const csp = {
    'csp-report': {
      'document-uri': `https://x.test/?token=${TOKEN}`,
      'script-sample': TEXT,
      'blocked-uri': `https://y.test/?password=${PASSWORD}`,
    },
  };
  await fetch(`${server.url}/api/42/security/?sentry_key=${KEY}`, {
    method: 'POST',
    headers: { 'content-type': 'application/csp-report' },
    body: JSON.stringify(csp),
  });

  const found: string[] = [];
  const look = (where: string, text: string): void => {
    for (const secret of SECRETS) {
      const at = text.indexOf(secret);
      if (at >= 0) found.push(`${where}: …${text.slice(Math.max(0, at - 60), at + 40)}`);
    }
  };
  const tables = await server.sql.query<{ name: string }>(
    `select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace
     and c.relkind in ('r', 'p') and not c.relispartition`,
  );
  // Accounts have secrets of their own, none of which was planted.
  expect(tables.rows.length).toBeGreaterThan(20);
  let payloads = 0;
  for (const { name } of tables.rows) {
    const { rows } = await server.sql.query<{ [column: string]: unknown }>(`select * from "${name}"`);
    for (const row of rows) {
      look(name, JSON.stringify(row));
      if (!Buffer.isBuffer(row['payload'])) continue;
      payloads += 1;
      look(
        `${name}.payload`,
        (row['encoding'] === 1 ? gunzipSync(row['payload']) : row['payload']).toString(),
      );
    }
  }
  expect(payloads).toBe(4);
  const file = join(folder, 'all.mesher');
  await writeBackup({ url: server.databaseUrl, file, version: '1' });
  const backup = gunzipSync(readFileSync(file).subarray(MAGIC.length));
  // What is looked for would be seen: the event's ids are there, and its payload unpacks.
  expect(backup.includes(Buffer.from(first, 'hex'))).toBe(true);
  look('backup', backup.toString('latin1'));
  let packed = 0;
  for (let at = backup.indexOf(GZIP); at >= 0; at = backup.indexOf(GZIP, at + 1)) {
    // The field's length stands before it.
    look('backup payload', gunzipSync(backup.subarray(at, at + backup.readUInt32BE(at - 4))).toString());
    packed++;
  }
  const { rows: gzipped } = await server.sql.query('select from events where encoding = 1');
  expect(packed).toBe(gzipped.length);
  for (const id of ids)
    look('REST', JSON.stringify(await server.get<EventDetail>(`/projects/42/events/${id}`)));
  await until('frames of all events', () => ids.every((id) => frames.some((frame) => frame.includes(id))));
  for (const frame of frames) look('stream', frame);
  for (const line of server.errors) look('server log', line);
  expect(found).toEqual([]);
});
