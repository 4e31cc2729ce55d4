/**
 * Makes `dist/`, what the published package holds: compiled JavaScript of server, command line and client, the types of
 * the client, the migrations, the web interface. Run by `npm pack` and `npm publish` (`prepack`).
 */
import { spawnSync } from 'node:child_process';
import { cpSync, globSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');

function run(name, ...args) {
  const path = `${join(ROOT, 'node_modules', '.bin')}${delimiter}${process.env.PATH}`;
  // npm prints the list of what it packed to stdout: nothing of ours may be in between.
  const stdio = ['ignore', 2, 2];
  const { status } = spawnSync(name, args, { cwd: ROOT, stdio, env: { ...process.env, PATH: path } });
  if (status !== 0) throw new Error(`${name} ${args.join(' ')} failed`);
}

// A file whose source is gone must not be published; the web interface is built into a folder that is emptied.
for (const name of readdirSync(ROOT).includes('dist') ? readdirSync(DIST) : [])
  if (name !== 'web') rmSync(join(DIST, name), { recursive: true });

run('tsc', '-p', 'tsconfig.build.json');
run('tsc', '-p', 'src/client/tsconfig.build.json');
// Imports are rewritten in .js only; a .ts in a declaration names a file that is not there.
for (const file of globSync('dist/**/*.d.ts', { cwd: ROOT })) {
  const text = readFileSync(join(ROOT, file), 'utf8');
  writeFileSync(join(ROOT, file), text.replaceAll(/(from ')(\.[^']*)\.ts'/g, "$1$2.js'"));
}
cpSync(join(ROOT, 'src', 'store', 'migrations'), join(DIST, 'store', 'migrations'), { recursive: true });
run('vite', 'build', '--logLevel', 'warn');
