/** Runs a long test outside of `npm test`: `npm run soak -- <name> [arguments]` runs test/soak/<name>.ts. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = join(ROOT, 'test', 'soak');
const [name, ...args] = process.argv.slice(2);
const names = existsSync(FOLDER)
  ? readdirSync(FOLDER).flatMap((file) => (file.endsWith('.ts') ? [file.slice(0, -3)] : []))
  : [];

if (!name || !names.includes(name)) {
  console.error(`Usage: npm run soak -- <name>; names: ${names.join(', ') || 'none yet'}`);
  process.exitCode = 1;
} else {
  const ownNode = join(ROOT, 'node_modules', '.bin', 'node');
  const node = existsSync(ownNode) ? ownNode : process.execPath;
  const child = spawn(node, [join(FOLDER, `${name}.ts`), ...args], { cwd: ROOT, stdio: 'inherit' });
  // A terminal sends Ctrl-C to the whole group: the child has it already.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.once('close', (code) => {
    process.exitCode = code ?? 1;
  });
}
