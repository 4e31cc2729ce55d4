/** The examples of docs/clients.md, run as they stand against a server. */
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  makeDataDir,
  redeemSetup,
  ROOT,
  sendJson,
  startServerProcess,
  until,
  type FirstRun,
  type ServerProcess,
} from '../support/server-process.ts';

const dataDir = makeDataDir();
let server: ServerProcess;
let first: FirstRun;
let env: Record<string, string>;

beforeAll(async () => {
  server = await startServerProcess({ dataDir: dataDir.path });
  first = await redeemSetup(server);
  const me = await fetch(`${server.url}/api/v1/me`, { headers: { Cookie: first.cookie } });
  const { organizations } = (await me.json()) as { organizations: { slug: string }[] };
  await sendJson(server, first.cookie, '/projects', { name: 'Shop', organization: organizations[0]?.slug });
  const { token } = await sendJson<{ token: string }>(server, first.cookie, '/tokens', {
    name: 'examples',
    scopes: ['stream:read'],
  });
  const { PATH = '' } = process.env;
  env = { PATH, MESHER_URL: server.url, MESHER_TOKEN: token };
});
afterAll(async () => {
  await server.end('SIGTERM');
  dataDir.remove();
});

const TEXT = readFileSync(join(ROOT, 'docs/clients.md'), 'utf8');
const EXAMPLES = [...TEXT.matchAll(/^## (.+)$|^```(js|sh|python)\n([\s\S]*?)^```$/gm)].reduce<
  { title: string; language: string; code: string }[]
>((examples, [, title, language, code]) => {
  if (title !== undefined) return [...examples, { title, language: '', code: '' }];
  const last = examples.at(-1);
  return last === undefined || language === undefined || code === undefined
    ? examples
    : [...examples.slice(0, -1), { ...last, language, code }];
}, []);

function command(language: string, code: string): [file: string, args: string[]] {
  if (language === 'js') return [process.execPath, ['--input-type=module', '--eval', code]];
  // Debian's Python has Debian's packages.
  if (language === 'python') return ['/usr/bin/python3', ['-c', code]];
  return ['/bin/sh', ['-c', `exec ${code}`]];
}

function hasWebsockets(): boolean {
  try {
    execFileSync('/usr/bin/python3', ['-c', 'import websockets'], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn('SKIPPED: the Python example needs python3-websockets');
    return false;
  }
}
const runnable = EXAMPLES.filter(({ language }) => language !== 'python' || hasWebsockets());

it('has an example under every title', () => {
  expect(EXAMPLES.map(({ language }) => language)).toEqual(['js', 'js', 'js', 'sh', 'sh', 'sh', 'python']);
});

it.each(runnable)('ST89 $title', async ({ language, code }) => {
  const [file, args] = command(language, code);
  const child = spawn(file, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    // Some print where they stand, some nothing before the first event: it is sent until it is seen.
    await until(
      `MesherTestError in what it prints; it printed ${output}`,
      async () => {
        await sendJson(server, first.cookie, '/projects/shop/test-event', {});
        return output.includes('MesherTestError');
      },
      15_000,
      200,
    );
  } catch (error) {
    throw new Error(output, { cause: error });
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
});
