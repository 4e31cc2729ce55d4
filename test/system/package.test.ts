/**
 * The package as it is published: what is in it, a server started from it, and the examples of docs/clients.md run as
 * they stand beside it.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { installPackage, type InstalledPackage } from '../support/installed-package.ts';
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
let installed: InstalledPackage;
let server: ServerProcess;
let first: FirstRun;
let env: Record<string, string>;

beforeAll(async () => {
  installed = installPackage();
  server = await startServerProcess({
    dataDir: dataDir.path,
    program: [join(installed.folder, 'node_modules', '.bin', 'mesher'), 'start'],
    cwd: installed.folder,
  });
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
  await server?.end('SIGTERM');
  dataDir.remove();
  installed?.remove();
});

it('SU7 holds compiled code, the types of the client, migrations and the web, and no sources', () => {
  const { files } = installed;
  expect(files).toEqual(
    expect.arrayContaining([
      'bin/mesher.cjs',
      'dist/main.js',
      'dist/digest-worker.js',
      'dist/client/stream-client.js',
      'dist/client/stream-client.d.ts',
      'dist/store/migrations/0001-accounts.sql',
      'dist/web/index.html',
      'LICENSE',
      'README.md',
    ]),
  );
  const odd = files.filter(
    (path) =>
      !/^(bin|dist)\/|^(package\.json|[A-Z]+(\.md)?)$/.test(path) ||
      /\.test\.|\.map$|mesher-setup/.test(path) ||
      (path.endsWith('.ts') && !path.endsWith('.d.ts')),
  );
  expect(odd).toEqual([]);
});

it('SU7 the server that was started from it serves the web', async () => {
  expect(await (await fetch(server.url)).text()).toContain('<div id="root">');
});

it('SU7 npx finds the command, and an old Node is told which one is needed', () => {
  const help = execFileSync('npx', ['--no-install', 'mesher', 'help'], {
    cwd: installed.folder,
    encoding: 'utf8',
  });
  expect(help).toContain('start');
  const launcher = JSON.stringify(join(installed.folder, 'node_modules/mesher/bin/mesher.cjs'));
  const old = "Object.defineProperty(process, 'versions', { value: { node: '22.17.1' } });";
  const refused = spawnSync(process.execPath, ['--eval', `${old} require(${launcher})`], {
    encoding: 'utf8',
  });
  expect([refused.status, refused.stderr]).toEqual([1, expect.stringContaining('needs Node 22.18')]);
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

it('ST88 the types of the client check a strict program', () => {
  symlinkSync(join(ROOT, 'node_modules/@types'), join(installed.folder, 'node_modules/@types'));
  const check = (program: string) => {
    writeFileSync(join(installed.folder, 'follow.mts'), program);
    const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--types', 'node'];
    const { stdout, status } = spawnSync(join(ROOT, 'node_modules/.bin/tsc'), [...flags, 'follow.mts'], {
      cwd: installed.folder,
      encoding: 'utf8',
    });
    return { stdout, status };
  };
  const program = EXAMPLES[0]?.code ?? '';
  expect(check(program)).toEqual({ stdout: '', status: 0 });
  // That it is checked at all.
  expect(check(program.replace('data?.title', 'data?.titel')).stdout).toContain("'titel'");
});

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
  const child = spawn(file, args, { cwd: installed.folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
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
