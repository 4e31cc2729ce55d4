/** Starting and stopping the whole program, as people, service managers and accidents do. */
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connectStream } from '../../src/client/stream-client.ts';
import {
  createExternalPostgres,
  externalPostgresBin,
  type ExternalPostgres,
} from '../support/external-postgres.ts';
import { runMesher, spawnMesher } from '../support/mesher-command.ts';
import { postEvent, sendEvent } from '../support/send-event.ts';
import {
  freePort,
  getJson,
  makeDataDir,
  redeemSetup,
  startServerProcess,
  until,
  type FirstRun,
  type ServerProcess,
} from '../support/server-process.ts';
import type { EventSummary, Page } from '../../src/protocol/rest.ts';

let cleanUp: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const step of cleanUp.toReversed()) await step();
  cleanUp = [];
});

function tempDataDir(): string {
  const dir = makeDataDir();
  cleanUp.push(() => dir.remove());
  return dir.path;
}

async function start(options: Parameters<typeof startServerProcess>[0]): Promise<ServerProcess> {
  const server = await startServerProcess(options);
  cleanUp.push(() => server.end('SIGKILL'));
  return server;
}

/** Processes whose command line names the folder: PostgreSQL's postmaster does. */
function processesOn(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder);
      } catch {
        return false; // It ended meanwhile.
      }
    });
}

const eventsOf = async (server: ServerProcess, first: FirstRun): Promise<string[]> =>
  (
    await getJson<Page<EventSummary>>(server, first.cookie, `/projects/${first.projectId}/events?limit=100`)
  ).items.map((event) => event.id);

describe('start and stop', () => {
  it('OP1 the first start tells how to get in, SIGTERM ends it and its database, the second start is quiet', async () => {
    const dataDir = tempDataDir();
    let server = await start({ dataDir });
    await until('the banner', () => server.output().includes('Ctrl-C stops it'));
    expect(server.output()).toMatch(/http:\/\/localhost:\d+\/setup\/[\w-]{22,}/);
    expect(server.output()).toMatch(/Sentry\.init\({ dsn: 'http:\/\/[0-9a-f]{32}@localhost:\d+\/1' }\)/);
    // Nobody set it up yet: another start prints another link, and the old one is void.
    const oldLink = /\/setup\/([\w-]+)/.exec(server.output())?.[1] ?? '';
    expect(processesOn(dataDir)).not.toEqual([]);
    expect(await server.end('SIGTERM')).toBe(0);
    expect(processesOn(dataDir)).toEqual([]);

    server = await start({ dataDir });
    await until('the banner', () => server.output().includes('Ctrl-C stops it'));
    expect((await fetch(`${server.url}/api/v1/setup/${oldLink}`)).status).toBe(404);
    const first = await redeemSetup(server);
    const id = await sendEvent(server, first, { message: 'kept' });
    // Ctrl-C, with a stream open.
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/stream/projects/1`, {
      headers: { Cookie: first.cookie, Origin: server.url },
    });
    await new Promise((resolve) => socket.once('open', resolve));
    expect(await server.end('SIGINT')).toBe(0);
    expect(processesOn(dataDir)).toEqual([]);

    server = await start({ dataDir });
    await until('the banner', () => server.output().includes('Ctrl-C stops it'));
    expect(server.output()).not.toContain('/setup/');
    expect(server.output()).not.toContain('dsn:');
    const seconds = Number(/is ready at \S+ +\((\d+\.\d) s\)/.exec(server.output())?.[1]);
    // Two seconds are promised for a machine that does nothing else.
    expect(seconds).toBeLessThan(5);
    expect(await eventsOf(server, first)).toEqual([id]);
    expect(await server.end('SIGTERM')).toBe(0);
  });

  it('OP3 killed without warning, it starts again without a hand', async () => {
    const dataDir = tempDataDir();
    let server = await start({ dataDir });
    const first = await redeemSetup(server);
    const id = await sendEvent(server, first, { message: 'answered, so it is kept' });
    expect(await server.end('SIGKILL')).toBeNull();
    server = await start({ dataDir });
    expect(await eventsOf(server, first)).toEqual([id]);
    expect(await server.end('SIGTERM')).toBe(0);
    expect(processesOn(dataDir)).toEqual([]);
  });

  it('OP2 works in a data dir whose path has 200 characters', async () => {
    const home = tempDataDir();
    const dataDir = join(home, 'a'.repeat(100), 'b'.repeat(200 - home.length - 102));
    expect(dataDir).toHaveLength(200);
    mkdirSync(dataDir, { recursive: true });
    chmodSync(join(home, 'a'.repeat(100)), 0o711);
    chmodSync(dataDir, 0o711);
    const server = await start({ dataDir });
    const first = await redeemSetup(server);
    await sendEvent(server, first, { message: 'deep down' });
    expect(await server.end('SIGTERM')).toBe(0);
    expect(processesOn(dataDir)).toEqual([]);
  });

  it('OP9 a port in use is one clear line with a hint, and leaves nothing running', async () => {
    const dataDir = tempDataDir();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    cleanUp.push(() => void other.close());
    const address = other.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const ended = await runMesher(['start'], { MESHER_DATA_DIR: dataDir, MESHER_PORT: String(port) });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(new RegExp(`^mesher start: Port ${port} is in use.*MESHER_PORT.*\n$`));
    expect(ended.stdout).not.toMatch(/setup|EADDRINUSE/);
    expect(processesOn(dataDir)).toEqual([]);
  });

  it('OP5 a data dir in use is one clear line too, and the first server goes on', async () => {
    const dataDir = tempDataDir();
    const server = await start({ dataDir });
    const ended = await runMesher(['start'], {
      MESHER_DATA_DIR: dataDir,
      MESHER_PORT: String(await freePort()),
    });
    expect(ended.code).toBe(1);
    expect(ended.stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(ended.stderr).toMatch(/^mesher start: Another Mesher process .* Stop it first/);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    expect(await server.end('SIGTERM')).toBe(0);
  });

  it('OP18 with MESHER_ADMIN_EMAIL and MESHER_ADMIN_PASSWORD nobody has to open a link', async () => {
    const account = { email: 'ops@example.com', password: 'correct horse battery' };
    const env = { MESHER_ADMIN_EMAIL: account.email, MESHER_ADMIN_PASSWORD: account.password };
    const dataDir = tempDataDir();
    let server = await start({ dataDir, env });
    const signIn = () =>
      fetch(`${server.url}/api/auth/sign-in/email`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Origin: server.url },
        body: JSON.stringify(account),
      });
    expect((await signIn()).status).toBe(200);
    expect(server.output()).not.toContain('/setup/');
    expect(server.output()).not.toContain(account.password);
    await server.end('SIGTERM');
    // The settings stay in the unit file: later starts do not mind.
    server = await start({ dataDir, env });
    expect((await signIn()).status).toBe(200);
    expect(await server.end('SIGTERM')).toBe(0);
    const half = await runMesher(['start'], {
      MESHER_DATA_DIR: tempDataDir(),
      MESHER_PORT: String(await freePort()),
      MESHER_ADMIN_EMAIL: account.email,
    });
    expect(half.code).toBe(1);
    expect(half.stderr).toBe(
      'mesher start: MESHER_ADMIN_EMAIL and MESHER_ADMIN_PASSWORD belong together. Set both, or neither.\n',
    );
  });

  it('OP1 SIGTERM while it starts ends it as well', async () => {
    const dataDir = tempDataDir();
    const starting = spawnMesher(['start'], {
      MESHER_DATA_DIR: dataDir,
      MESHER_PORT: String(await freePort()),
    });
    await until('PostgreSQL', () => processesOn(dataDir).length > 0);
    expect((await starting.end('SIGTERM')).code).toBe(0);
    expect(processesOn(dataDir)).toEqual([]);
  });
});

const bin = externalPostgresBin();

describe.skipIf(bin === null)('external PostgreSQL', () => {
  async function external(): Promise<ExternalPostgres> {
    const postgres = await createExternalPostgres(bin ?? '');
    cleanUp.push(() => postgres.remove());
    return postgres;
  }

  it('OP9 an unreachable or wrong DATABASE_URL is one clear line without the password', async () => {
    const ended = await runMesher(['start'], {
      MESHER_DATA_DIR: tempDataDir(),
      MESHER_PORT: String(await freePort()),
      DATABASE_URL: `postgres://mesher:hunter2@127.0.0.1:${await freePort()}/none`,
    });
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(
      /^mesher start: Cannot reach the database of DATABASE_URL: .* Check that it runs .*\n$/,
    );
    expect(ended.stderr + ended.stdout).not.toContain('hunter2');
  });

  it('OP19 ingestion and stream work on it; its restart under load loses nothing', async () => {
    const postgres = await external();
    await postgres.start();
    const dataDir = tempDataDir();
    const server = await start({
      dataDir,
      env: { DATABASE_URL: postgres.url, MESHER_RATE_LIMIT: '0', MESHER_LOG_LEVEL: 'error' },
    });
    const first = await redeemSetup(server);
    const streamed = new Set<string>();
    // An outage of more than 5 s closes the streams; a client resumes.
    const stream = connectStream({
      url: server.url,
      projectId: '1',
      scope: 'events',
      buffer: 5000,
      webSocket: (url, protocols) =>
        new WebSocket(url, protocols, { headers: { Cookie: first.cookie, Origin: server.url } }),
      onMessage: (message) => {
        if (message.type === 'event') streamed.add(message.data?.id ?? '');
      },
    });
    cleanUp.push(() => stream.close());
    await until('the stream', () => stream.state === 'live');

    const answered: string[] = [];
    const statuses = new Map<number, number>();
    const stop = new AbortController();
    const load = async () => {
      while (!stop.signal.aborted) {
        const id = randomUUID().replaceAll('-', '');
        const answer = await postEvent(server, first, { event_id: id, message: 'under load' });
        await answer.arrayBuffer();
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        if (answer.status === 200) answered.push(id);
        else await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    const senders = Array.from({ length: 8 }, load);
    await until('events', () => answered.length > 200);
    await postgres.end('SIGQUIT');
    await until('503', () => (statuses.get(503) ?? 0) > 0);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    await until('not ready', async () => (await fetch(`${server.url}/readyz`)).status === 503);
    const before = answered.length;
    await postgres.start();
    await until('events again', () => answered.length > before + 200);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    stop.abort();
    await Promise.all(senders);
    expect(new Set(statuses.keys())).toEqual(new Set([200, 503]));

    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    const stored = await client.query<{ id: string }>(
      `select replace(event_id::text, '-', '') as id from events`,
    );
    await client.end();
    const ids = stored.rows.map((row) => row.id);
    const kept = new Set(ids);
    expect(answered.filter((id) => !kept.has(id))).toEqual([]);
    expect(ids).toHaveLength(kept.size);
    await until('every stored event on the stream', () => ids.every((id) => streamed.has(id)));
    stream.close();
    expect(await server.end('SIGTERM')).toBe(0);
    // Its own database was not started.
    expect(readdirSync(dataDir).filter((name) => name.startsWith('p'))).toEqual([]);
  });
});
