/**
 * The command line beside a running server and without one. Rules: CL1 shapes of --json, CL2 failures are one line on
 * stderr and exit code 1, CL3 works beside the server, CL4 works without it, CL5 access ends at once.
 */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { peekEmbedded } from '../../src/store/embedded/embedded-postgres.ts';
import { runMesher, spawnMesher, type RunningCommand } from '../support/mesher-command.ts';
import {
  freePort,
  makeDataDir,
  redeemSetup,
  startServerProcess,
  until,
  type FirstRun,
  type ServerProcess,
} from '../support/server-process.ts';

interface ProjectMade {
  id: string;
  slug: string;
  dsn: string;
  public_key: string;
}

const jsonOf = (text: string): unknown => JSON.parse(text);

describe('without a server', () => {
  const dataDir = makeDataDir();
  let env: Record<string, string>;
  beforeAll(async () => {
    env = { MESHER_DATA_DIR: dataDir.path, MESHER_PORT: String(await freePort()), MESHER_LOG_LEVEL: 'warn' };
  });
  afterAll(() => dataDir.remove());

  it('CL2 names what it does not know, in one line', async () => {
    const cases: [string[], Record<string, string>, RegExp][] = [
      [['projcet'], {}, /^mesher: there is no command 'projcet'; try: start, project, .*\n$/],
      [['send', '--lvel', 'error'], {}, /^mesher send: .*'--lvel'.*\n$/],
      [
        ['config'],
        { MESHER_PROT: '1' },
        /^mesher config: MESHER_PROT is not a setting; did you mean MESHER_PORT\?\n$/,
      ],
      [['config'], { MESHER_PORT: 'eighty' }, /^mesher config: MESHER_PORT: .*\n$/],
      [['start', '--port', '1'], {}, /^mesher start: .*'--port'.*\n$/],
      [
        ['token', 'create', '--name', 'x', '--scopes', 'all'],
        {},
        /^mesher token: There is no scope 'all'; there are .*\n$/,
      ],
      [['demo', '--rate', 'fast'], {}, /^mesher demo: --rate must be a number above 0\.\n$/],
      [['send', '--dsn', 'nonsense'], {}, /^mesher send: 'nonsense' is not a DSN\. .*\n$/],
    ];
    for (const [args, extra, line] of cases) {
      const ended = await runMesher(args, { ...env, ...extra });
      expect(ended, args.join(' ')).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(line) });
      expect(ended.stderr.trimEnd().split('\n'), args.join(' ')).toHaveLength(1);
    }
  });

  it('CL4 help tells every command, and how each is used', async () => {
    const { code, stdout } = await runMesher(['--help'], env);
    expect(code).toBe(0);
    for (const name of [
      'start',
      'project',
      'user',
      'token',
      'tail',
      'send',
      'demo',
      'migrate',
      'doctor',
      'config',
    ])
      expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    expect((await runMesher(['tail', '--help'], env)).stdout).toContain('mesher tail [--project <slug>]');
  });

  it('CL1 config prints the settings in force and no secret', async () => {
    const secret = 'postgres://mesher:hunter2@db.example/mesher';
    const text = await runMesher(['config'], { ...env, DATABASE_URL: secret });
    expect(text).toMatchObject({ code: 0, stderr: '' });
    expect(text.stdout).toContain(`MESHER_DATA_DIR`);
    expect(text.stdout).toContain(`${dataDir.path}  (set)`);
    const { stdout } = await runMesher(['config', '--json'], { ...env, DATABASE_URL: secret });
    expect(text.stdout + stdout).not.toContain('hunter2');
    const rows = jsonOf(stdout) as { name: string; value: unknown; source: string }[];
    expect(rows.find((row) => row.name === 'DATABASE_URL')).toMatchObject({
      value: '********',
      source: 'environment',
    });
    expect(rows.find((row) => row.name === 'MESHER_RATE_LIMIT')).toMatchObject({
      value: 1000,
      source: 'default',
    });
  });

  it('CL4 migrates, creates a user and a project, and stops its database again', async () => {
    const first = await runMesher(['migrate'], env);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout).toMatch(/^applied 0001/);
    expect((await runMesher(['migrate'], env)).stdout).toBe('the schema is up to date\n');
    const tooEarly = await runMesher(['project', 'create', 'Shop'], env);
    expect(tooEarly).toMatchObject({ code: 1, stdout: '' });
    expect(tooEarly.stderr).toMatch(/^mesher project: There is no organization yet\. .*\n$/);

    const user = await runMesher(
      ['user', 'create', '--email', 'Ada@Example.com', '--password', 'correct horse battery', '--json'],
      env,
    );
    expect(user).toMatchObject({ code: 0, stderr: '' });
    // The first person owns the organization, whatever role was asked for.
    expect(jsonOf(user.stdout)).toEqual({ id: expect.any(String), email: 'ada@example.com', role: 'owner' });
    const made = await runMesher(['project', 'create', 'Shop', 'Front', '--json'], env);
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const project = jsonOf(made.stdout) as ProjectMade;
    expect(Object.keys(project)).toEqual(['id', 'slug', 'dsn', 'public_key']);
    expect(project.slug).toBe('shop-front');
    expect(project.dsn).toBe(
      `http://${project.public_key}@localhost:${env['MESHER_PORT'] ?? ''}/${project.id}`,
    );
    expect(peekEmbedded(dataDir.path)).toBeNull();
  });

  it('CL2 send and demo say that no server answers', async () => {
    for (const command of ['send', 'demo']) {
      const ended = await runMesher([command], env);
      expect(ended).toMatchObject({ code: 1, stdout: '' });
      expect(ended.stderr.trimEnd().split('\n').at(-1)).toBe(
        `mesher ${command}: Cannot reach http://localhost:${env['MESHER_PORT'] ?? ''}. Is the server running? Start it with npm start.`,
      );
    }
  });

  it('CL4 doctor finds a machine in order, and says what is not', async () => {
    const good = await runMesher(['doctor'], env);
    expect(good.stdout).toContain('ok    node: v');
    expect(good.stdout).toMatch(/ok {4}server: not running; port \d+ is free/);
    expect(good.stdout).toMatch(/ok {4}database: embedded PostgreSQL \d+, schema up to date/);
    expect(good.code).toBe(0);
    const bad = await runMesher(['doctor'], { ...env, DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' });
    expect(bad.code).toBe(1);
    expect(bad.stdout).toMatch(/FAIL {2}database: external: .*\n {6}Check/);
  });
});

describe('beside a running server', () => {
  const dataDir = makeDataDir();
  let server: ServerProcess;
  let first: FirstRun;
  let env: Record<string, string>;
  let project: ProjectMade;
  let db: pg.Client;

  beforeAll(async () => {
    server = await startServerProcess({ dataDir: dataDir.path });
    first = await redeemSetup(server);
    env = { MESHER_DATA_DIR: dataDir.path, MESHER_PORT: String(server.port) };
    db = new pg.Client({ connectionString: peekEmbedded(dataDir.path) ?? '' });
    await db.connect();
  });
  afterAll(async () => {
    await db?.end();
    await server.end('SIGTERM');
    dataDir.remove();
  });

  const json = async <T>(...args: string[]): Promise<T> => {
    const ended = await runMesher([...args, '--json'], env);
    expect(ended, args.join(' ')).toMatchObject({ code: 0, stderr: '' });
    return jsonOf(ended.stdout) as T;
  };

  it('CL1 project, user and token have exactly their shapes', async () => {
    project = await json<ProjectMade>('project', 'create', 'Shop');
    expect(project).toEqual({
      id: expect.stringMatching(/^\d+$/),
      slug: 'shop',
      dsn: `http://${project.public_key}@localhost:${server.port}/${project.id}`,
      public_key: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(
      await json(
        'user',
        'create',
        '--email',
        'bo@example.com',
        '--password',
        'correct horse battery',
        '--role',
        'admin',
      ),
    ).toEqual({ id: expect.any(String), email: 'bo@example.com', role: 'admin' });
    expect(await json('token', 'create', '--name', 'ci', '--scopes', 'event:read,stream:read')).toEqual({
      token: expect.stringMatching(/^\S{32,}$/),
    });
    const twice = await runMesher(
      ['user', 'create', '--email', 'BO@example.com', '--password', 'another password'],
      env,
    );
    expect(twice).toEqual({
      code: 1,
      stdout: '',
      stderr: 'mesher user: There is an account with the e-mail bo@example.com.\n',
    });
  });

  it('CL3 the new key takes events at once, and send reports the id that the API knows', async () => {
    const { id } = await json<{ id: string }>(
      'send',
      'hello',
      'there',
      '--project',
      'shop',
      '--level',
      'warning',
    );
    const { token } = await json<{ token: string }>(
      'token',
      'create',
      '--name',
      'reader',
      '--scopes',
      'event:read',
    );
    const answer = await fetch(`${server.url}/api/v1/projects/shop/events/${id}`, {
      headers: { Authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ event: { message: 'hello there', level: 'warning' } });
  });

  it('CL3 demo sends what it was told to and reports it', async () => {
    const ended = await runMesher(['demo', '--project', 'shop', '--rate', '200', '--count', '25'], env);
    expect(ended.code).toBe(0);
    expect(ended.stderr).toContain('25 stored, 0 told to wait, 0 refused');
  });

  const tailing = async (...args: string[]): Promise<RunningCommand> => {
    const tail = spawnMesher(['tail', '--project', 'shop', ...args], env);
    const isOpen = () => tail.stdout().includes('"live":true') || tail.stderr().includes('[live]');
    await until(`the stream of tail ${args.join(' ')}`, isOpen);
    return tail;
  };

  it('CL1 tail --json prints one message a line and ends with Ctrl-C', async () => {
    const tail = await tailing('--json');
    const { id } = await json<{ id: string }>('send', 'for the tail', '--project', 'shop');
    await until('the event', () => tail.stdout().includes(id));
    const { code, stdout, stderr } = await tail.end('SIGINT');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const messages = stdout
      .trimEnd()
      .split('\n')
      .map((line) => jsonOf(line) as { type: string; data?: { id?: string; title?: string } });
    expect(messages[0]?.type).toBe('hello');
    expect(messages.find((message) => message.type === 'event')?.data).toMatchObject({
      id,
      title: 'for the tail',
    });
  });

  it('CL3 tail filters by terms, at the server', async () => {
    const tail = await tailing('level:fatal', 'environment:production');
    const send = (message: string, level: string, environment: string) =>
      json('send', message, '--project', 'shop', '--level', level, '--environment', environment);
    await send('wrong level', 'error', 'production');
    await send('wrong environment', 'fatal', 'staging');
    await send('the right one', 'fatal', 'production');
    await until('the event that matches', () => /fatal .*the right one/.test(tail.stdout()));
    const { code, stdout } = await tail.end('SIGTERM');
    expect(code).toBe(0);
    expect(stdout).not.toMatch(/\d\d:\d\d:\d\d .*wrong/);

    const wrong = await runMesher(['tail', '--project', 'shop', 'level:eror'], env);
    expect(wrong).toMatchObject({ code: 1, stdout: expect.stringContaining('eror') });
    const nowhere = await runMesher(['tail', '--project', 'nowhere'], env);
    expect(nowhere).toEqual({ code: 1, stdout: '', stderr: "mesher tail: There is no project 'nowhere'.\n" });
  });

  const listen = async (token: string, path = '/stream/projects/shop') => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}${path}`, ['mesher.v1'], {
      headers: { Authorization: `Bearer ${token}` },
    });
    const texts: string[] = [];
    socket.on('message', (data) => texts.push((data as Buffer).toString()));
    const closed = new Promise<{ code: number; at: number }>((resolve) =>
      socket.once('close', (code) => resolve({ code, at: performance.now() })),
    );
    const status = await new Promise<number>((resolve, reject) => {
      socket.once('open', () => resolve(101));
      socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
      socket.once('error', reject);
    });
    return { status, socket, texts, closed };
  };

  const newToken = async (name: string) =>
    (await json<{ token: string }>('token', 'create', '--name', name, '--scopes', 'stream:read,event:read'))
      .token;

  it('CL5 a token from the command line opens the stream, revoked over REST it closes within a second', async () => {
    const token = await newToken('revoke over REST');
    const viewer = await listen(token);
    expect(viewer.status).toBe(101);
    await until('subscribed', () => viewer.texts.some((text) => text.includes('"live":true')));
    const tokens = (await (
      await fetch(`${server.url}/api/v1/tokens`, { headers: { Cookie: first.cookie } })
    ).json()) as { items: { id: string; name: string }[] };
    const id = tokens.items.find((item) => item.name === 'revoke over REST')?.id ?? '';
    const at = performance.now();
    const answer = await fetch(`${server.url}/api/v1/tokens/${id}`, {
      method: 'DELETE',
      headers: { Cookie: first.cookie, Origin: server.url, 'Content-Type': 'application/json' },
    });
    expect(answer.status).toBe(204);
    const closed = await viewer.closed;
    expect(closed.code).toBeGreaterThanOrEqual(4000);
    expect(closed.at - at).toBeLessThan(1000);
    expect((await listen(token)).status).toBe(401);
  });

  it('CL5 deleted with plain SQL it closes within a second too', async () => {
    const token = await newToken('revoke with SQL');
    const viewer = await listen(token);
    await until('subscribed', () => viewer.texts.some((text) => text.includes('"live":true')));
    const at = performance.now();
    await db.query(`delete from apikey where name = 'revoke with SQL'`);
    expect((await viewer.closed).at - at).toBeLessThan(1000);
    expect((await listen(token)).status).toBe(401);
  });

  it('CL5 a member of another organization sees nothing of this one', async () => {
    await db.query(
      `insert into organization (id, name, slug, "createdAt") values ('rivals', 'Rivals', 'rivals', now())`,
    );
    await json(
      'user',
      'create',
      '--email',
      'eve@example.com',
      '--password',
      'correct horse battery',
      '--org',
      'rivals',
    );
    const { token } = await json<{ token: string }>(
      'token',
      'create',
      '--name',
      'eve',
      '--scopes',
      'stream:read,event:read,project:read,issue:write',
      '--user',
      'eve@example.com',
    );
    const headers = { Authorization: `Bearer ${token}` };
    for (const path of [
      '/projects/shop',
      '/projects/shop/issues',
      '/projects/shop/events',
      '/projects/shop/keys',
      '/issues/1',
      '/issues/1/events',
    ])
      expect((await fetch(`${server.url}/api/v1${path}`, { headers })).status, path).toBe(404);
    const patch = await fetch(`${server.url}/api/v1/issues/1/resolve`, {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: '{}',
    });
    expect(patch.status).toBe(404);
    expect((await listen(token)).status).toBe(404);

    // Without a project in the path the socket opens; the subscription is refused and nothing arrives.
    const eve = await listen(token, '/stream');
    expect(eve.status).toBe(101);
    eve.socket.send(JSON.stringify({ type: 'subscribe', id: 1, project_id: 'shop' }));
    await until('the refusal', () => eve.texts.some((text) => text.includes('"type":"error"')));
    await json('send', 'not for eve', '--project', 'shop');
    eve.socket.send(JSON.stringify({ type: 'ping', t: 1 }));
    await until('the answer to the ping', () => eve.texts.some((text) => text.includes('"pong"')));
    expect(eve.texts.join('\n')).not.toContain('not for eve');
    expect(JSON.parse(eve.texts.find((text) => text.includes('"error"')) ?? '{}')).toMatchObject({
      status: 404,
    });
    eve.socket.close();
  });

  it('CL5 who is removed from the organization loses the open stream', async () => {
    const { token } = await json<{ token: string }>(
      'token',
      'create',
      '--name',
      'bo',
      '--scopes',
      'stream:read',
      '--user',
      'bo@example.com',
    );
    const bo = await listen(token);
    expect(bo.status).toBe(101);
    await until('subscribed', () => bo.texts.some((text) => text.includes('"live":true')));
    const members = await db.query<{ id: string }>(`select id from "user" where email = 'bo@example.com'`);
    const organization = await db.query<{ slug: string }>(
      `select slug from organization where id <> 'rivals'`,
    );
    const at = performance.now();
    const answer = await fetch(
      `${server.url}/api/v1/organizations/${organization.rows[0]?.slug ?? ''}/members/${members.rows[0]?.id ?? ''}`,
      {
        method: 'DELETE',
        headers: { Cookie: first.cookie, Origin: server.url, 'Content-Type': 'application/json' },
      },
    );
    expect(answer.status).toBe(204);
    await until(
      'the end of the subscription',
      () =>
        bo.texts.some((text) => text.includes('"unsubscribed"')) || bo.socket.readyState === WebSocket.CLOSED,
      5000,
    );
    expect(performance.now() - at).toBeLessThan(1000);
  });

  it('CL3 doctor sees the server', async () => {
    const { code, stdout } = await runMesher(['doctor'], env);
    expect(stdout).toMatch(/ok {4}server: http:\/\/localhost:\d+ is ok/);
    expect(code).toBe(0);
  });
});
