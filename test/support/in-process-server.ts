/**
 * The whole server in the test's process, at a clock of the test, on a database of a PostgreSQL of its own: every
 * stage is the real one. Signed in as the first admin. `sql` looks behind the API.
 */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { pino } from 'pino';
import { readConfig } from '../../src/config.ts';
import type { Clock } from '../../src/lib/clock.ts';
import { startServer } from '../../src/server.ts';
import { startTestPostgres } from './postgres.ts';
import { freePort, makeDataDir } from './server-process.ts';

export interface InProcessServer {
  port: number;
  url: string;
  cookie: string;
  /** `error` lines of the log. */
  errors: string[];
  sql: pg.Pool;
  databaseUrl: string;
  get<T>(path: string): Promise<T>;
  /** The answer of any method, whatever its status. */
  fetch(path: string, init?: AskInit): Promise<Response>;
  /** A project with this id and this DSN key. */
  makeProject(o: { id: number; slug: string; publicKey: string }): Promise<void>;
  stop(): Promise<void>;
}

interface AskInit {
  method?: string;
  body?: string;
  headers?: Record<string, string>;
}

const ADMIN = { email: 'admin@example.com', password: 'correct horse battery' };

export async function startInProcessServer(o: {
  clock?: Clock;
  env?: Record<string, string>;
}): Promise<InProcessServer> {
  const postgres = await startTestPostgres();
  const admin = new pg.Client({ connectionString: postgres.url });
  await admin.connect();
  const database = `system_${randomBytes(4).toString('hex')}`;
  await admin.query(`create database ${database}`);
  await admin.end();
  const databaseUrl = new URL(postgres.url);
  databaseUrl.pathname = `/${database}`;

  const dataDir = makeDataDir();
  const port = await freePort();
  const config = readConfig({
    DATABASE_URL: databaseUrl.href,
    MESHER_DATA_DIR: dataDir.path,
    MESHER_PORT: String(port),
    MESHER_RATE_LIMIT: '0',
    MESHER_ADMIN_EMAIL: ADMIN.email,
    MESHER_ADMIN_PASSWORD: ADMIN.password,
    ...o.env,
  });
  if (config.kind === 'invalid') throw new Error(config.problems.join('\n'));
  const errors: string[] = [];
  const log = pino({ level: 'error' }, { write: (line: string) => errors.push(line) });
  const running = await startServer(config.config, log, new AbortController().signal, o.clock);
  if (running === null) throw new Error('the server was stopped while it started');
  const { url } = running.facts;
  const sql = new pg.Pool({ connectionString: databaseUrl.href, max: 2 });

  const signIn = await fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: url },
    body: JSON.stringify(ADMIN),
  });
  if (!signIn.ok) throw new Error(`sign-in answered ${signIn.status}: ${await signIn.text()}`);
  const cookie = signIn.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const ask = (path: string, init: AskInit = {}) =>
    fetch(`${url}/api/v1${path}`, {
      ...init,
      headers: { Cookie: cookie, Origin: url, 'Content-Type': 'application/json', ...init.headers },
    });

  return {
    port,
    url,
    cookie,
    errors,
    sql,
    databaseUrl: databaseUrl.href,
    fetch: ask,
    async get<T>(path: string) {
      const answer = await ask(path);
      if (!answer.ok) throw new Error(`GET ${path} answered ${answer.status}: ${await answer.text()}`);
      return (await answer.json()) as T;
    },
    async makeProject({ id, slug, publicKey }) {
      await sql.query(
        `insert into projects (id, organization_id, slug, name) overriding system value
         select $1, id, $2, $2 from organization limit 1`,
        [id, slug],
      );
      await sql.query('insert into project_log (project_id) values ($1)', [id]);
      await sql.query('insert into project_keys (project_id, public_key) values ($1, $2)', [id, publicKey]);
    },
    async stop() {
      await sql.end();
      await running.stop();
      await postgres.stop();
      dataDir.remove();
    },
  };
}
